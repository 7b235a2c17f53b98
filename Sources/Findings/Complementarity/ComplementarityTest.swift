import Basics
import Foundation
import LinearAlgebra
import Statistics
import Transformer

/// The blocks of one axis of one matrix, tested for complementary pairs.
///
/// The score of a pair is minus the correlation of the two blocks' differences between maximum and minimum, after
/// arithmetic was taken off, damped where hardly any verdicts differ. It is what is tested and what is printed.
/// Arithmetic is a multiple of the mean sums of inputs, fitted to each row, and then the pattern that most of the other
/// blocks share: blocks that answer to one common pattern with opposite signs are no pair of their own. One null
/// permutes the counts of every block along the other axis and does all of it again. The other is the spread of all
/// pairs of the matrix, alike ones and opposite ones: a model of random weights answers in a few patterns, and any two
/// of its blocks are alike or opposite for that alone.
struct ComplementarityTest {
  let layer: Int
  let matrix: WeightMatrix
  let axis: Enrichment.Axis
  /// Numbers of the blocks of which enough verdicts differ.
  let blocks: [Int]
  private let rows: Int
  private let columns: Int
  /// Verdicts by maximum less those by minimum, `[row, column]`.
  private let difference: [Double]
  /// The mean sum of inputs of each column; empty where it is not known.
  private let drive: [Double]

  /// nil where too few blocks have enough verdicts that differ.
  init?(maximum: MatrixCells, minimum: MatrixCells, axis: Enrichment.Axis, drive: [Double]?) {
    (layer, matrix) = (maximum.layer, maximum.matrix)
    self.axis = axis
    (rows, columns) = (maximum.rowBlocks, maximum.columnBlocks)
    difference = zip(maximum.values, minimum.values).map { Double($0 - $1) }
    let isKnown = drive.map { $0.count == maximum.columnBlocks && $0.allSatisfy(\.isFinite) } ?? false
    self.drive = isKnown ? drive ?? [] : []
    let places = ComplementarityTest.places(axis: axis, rows: rows, columns: columns)
    blocks = places.indices.filter { [difference] block in
      places[block].reduce(0) { $0 + Int(abs(difference[$1])) } >= Complementarity.fewestDifferingVerdicts
    }
    guard blocks.count >= Complementarity.fewestBlocks, !best(Complementarity.pairLimit).isEmpty else { return nil }
  }

  /// The places of each block's values.
  private static func places(axis: Enrichment.Axis, rows: Int, columns: Int) -> [[Int]] {
    axis == .row
      ? (0..<rows).map { row in Array(row * columns..<(row + 1) * columns) }
      : (0..<columns).map { column in (0..<rows).map { $0 * columns + column } }
  }

  // MARK: Scores

  /// The pairs with the largest scores of some differences, the largest first; none where nothing varies.
  ///
  /// Chosen are those most nearly opposite before the shared pattern is taken off.
  private func pairs(of values: [Double], limit: Int) -> [ScoredPair] {
    let products = products(of: values)
    let count = blocks.count
    guard let (damping, lengths) = ComplementarityTest.lengths(products) else { return [] }
    var nearest: [(first: Int, second: Int, score: Double)] = []
    for first in 0..<count {
      let row = products.view.row(first)
      for second in first + 1..<count {
        let score = -Double(row[second]) / (lengths[first] * lengths[second])
        guard nearest.count < limit || score > nearest[nearest.count - 1].score else { continue }
        let place = nearest.firstIndex { $0.score < score } ?? nearest.count
        nearest.insert((first, second, score), at: place)
        if nearest.count > limit { nearest.removeLast() }
      }
    }
    // By columns, so that the sums of all rows grow beside one another, each in the order of the columns.
    let columns = (0..<count).flatMap { column in (0..<count).map { Double(products.view[$0, column]) } }
    let scored = nearest.map { pair in
      let pattern = SharedPattern(products.view.reading, columns: columns, without: pair.first, pair.second)
      func score(_ damping: Double) -> Double { pattern.score(pair.first, pair.second, damping: damping) }
      return ScoredPair(
        first: blocks[pair.first], second: blocks[pair.second], score: score(damping), opposition: score(0))
    }
    return scored.sorted { ($1.score, $0.first, $0.second) < ($0.score, $1.first, $1.second) }
  }

  /// What squares are damped by, and the damped length of each block; nil where nothing varies.
  private static func lengths(_ products: Matrix) -> (damping: Double, lengths: [Double])? {
    let squares = (0..<products.rows).map { Double(products.view[$0, $0]) }
    let damping = Complementarity.damping * squares.mean
    return damping > 0 ? (damping, squares.map { ($0 + damping).squareRoot() }) : nil
  }

  /// Of a pair's opposition: the probability that any pair of the matrix has such a one, if pairs scatter about 0 as
  /// they do: by Fisher's transformation (1921, Metron 1, 3–32) normally, with the median of their sizes, not below
  /// that of blocks that have nothing to do with one another.
  func spreadProbability(_ opposition: Double) -> Double {
    let products = products(of: difference)
    let lengths = (0..<blocks.count).map { Double(products.view[$0, $0]).squareRoot() }
    var sizes: [Float] = []
    sizes.reserveCapacity(blocks.count * (blocks.count - 1) / 2)
    func transformed(_ correlation: Double) -> Double { atanh(min(0.999_999, max(-0.999_999, correlation))) }
    for first in 0..<blocks.count {
      let row = products.view.row(first)
      for second in first + 1..<blocks.count where lengths[first] * lengths[second] > 0 {
        sizes.append(Float(abs(transformed(Double(row[second]) / (lengths[first] * lengths[second])))))
      }
    }
    guard !sizes.isEmpty, !opposition.isNaN else { return 1 }
    sizes.sort()
    let places = axis == .row ? columns : rows
    // The median of the size of a normal number is 0.6745 of its deviation.
    let spread = max(Double(sizes[sizes.count / 2]) / 0.6745, 1 / Double(max(places - 3, 1)).squareRoot())
    return min(1, Double(sizes.count) * TailProbability.normal(transformed(opposition) / spread))
  }

  /// Products of the blocks with one another, `[block, block]`, after a_row · drive_column was taken off, with a fitted
  /// to each row by least squares, and every block was centred.
  private func products(of values: [Double]) -> Matrix {
    let rest = removingArithmetic(from: values)
    let places = ComplementarityTest.places(axis: axis, rows: rows, columns: columns)
    let centred = Matrix(rows: blocks.count, columns: places[0].count)
    for (row, block) in blocks.enumerated() {
      let mean = places[block].reduce(0) { $0 + rest[$1] } / Double(places[block].count)
      for (place, index) in places[block].enumerated() { centred.view.row(row)[place] = Float(rest[index] - mean) }
    }
    let products = Matrix(rows: blocks.count, columns: blocks.count)
    BLAS.assignProduct(of: centred.view.reading, withTransposeOf: centred.view.reading, to: products.view)
    return products
  }

  private func removingArithmetic(from values: [Double]) -> [Double] {
    let square = drive.reduce(0) { $0 + $1 * $1 }
    guard square > 0 else { return values }
    var rest = values
    for row in 0..<rows {
      let own = row * columns..<(row + 1) * columns
      let share = zip(values[own], drive).reduce(0) { $0 + $1.0 * $1.1 } / square
      for column in 0..<columns { rest[own.lowerBound + column] -= share * drive[column] }
    }
    return rest
  }

  /// The largest score of a pair when every block's own counts are permuted, for each of some permutations.
  func maxima(_ permutations: Range<Int>, key: Int, seed: UInt64) -> [Double] {
    let places = ComplementarityTest.places(axis: axis, rows: rows, columns: columns)
    return permutations.map { permutation in
      var random = RandomStream(
        seed: seed, stream: StreamName(number: UInt32(truncatingIfNeeded: key)), index: permutation)
      var permuted = difference
      for own in places {
        let order = random.permutation(own.count)
        for (place, other) in zip(own, order) { permuted[place] = difference[own[other]] }
      }
      return pairs(of: permuted, limit: Complementarity.pairLimit).first?.score ?? -Double.infinity
    }
  }

  /// The pairs with the largest scores, the largest first.
  func best(_ limit: Int) -> [ScoredPair] { pairs(of: difference, limit: limit) }

  /// How opposite two blocks are as they were found: minus their correlation; 0 where one does not vary.
  func rawScore(_ first: Int, _ second: Int) -> Double {
    let places = ComplementarityTest.places(axis: axis, rows: rows, columns: columns)
    let value = Correlation(places[first].map { difference[$0] }, places[second].map { difference[$0] }).value
    return value.isNaN ? 0 : -value
  }
}

/// Two blocks and how opposite they are beyond arithmetic.
struct ScoredPair {
  /// Numbers of the blocks.
  let first: Int
  let second: Int
  /// Minus the correlation, damped where few verdicts differ.
  let score: Double
  /// Minus the correlation; 0 where a block has nothing beyond arithmetic.
  let opposition: Double
}

/// The pattern along the other axis that the blocks share, two of them left out: the leading principal component of the
/// others, known by the products of the blocks alone.
private struct SharedPattern {
  private let products: MatrixView
  /// Products of each block with the pattern, and of that with itself.
  private let shares: [Double]
  private let square: Double

  /// Steps of power iteration; the pattern need not be exact to be taken off.
  private static let steps = 16

  /// `columns` are the products by columns, `[column, row]`.
  init(_ products: MatrixView, columns: [Double], without first: Int, _ second: Int) {
    self.products = products
    let count = products.rows
    var weights = (0..<count).map { $0 == first || $0 == second ? 0 : Double(products[$0, $0]).squareRoot() }
    var next = weights
    for _ in 0..<SharedPattern.steps {
      SharedPattern.multiply(columns, by: weights, into: &next)
      (next[first], next[second]) = (0, 0)
      let length = next.reduce(0) { $0 + $1 * $1 }.squareRoot()
      guard length > 0 else { break }
      for place in 0..<count { weights[place] = next[place] / length }
    }
    SharedPattern.multiply(columns, by: weights, into: &next)
    shares = next
    square = zip(weights, shares).reduce(0) { $0 + $1.0 * $1.1 }
  }

  /// Multiplies a matrix, given by columns, with a vector.
  private static func multiply(_ columns: [Double], by weights: [Double], into product: inout [Double]) {
    let count = weights.count
    precondition(columns.count == count * count && product.count == count, "a square matrix")
    columns.withUnsafeBufferPointer { columns in
      product.withUnsafeMutableBufferPointer { product in
        guard let source = columns.baseAddress, let sums = product.baseAddress else { return }
        sums.update(repeating: 0, count: count)
        // Pointers, so that the compiler adds several rows at a time.
        for (column, weight) in weights.enumerated() {
          let values = source + column &* count
          for row in 0..<count { sums[row] += values[row] * weight }
        }
      }
    }
  }

  /// Minus the damped correlation of what two blocks have beyond the pattern.
  func score(_ first: Int, _ second: Int, damping: Double) -> Double {
    func product(_ left: Int, _ right: Int) -> Double {
      let common = square > 0 ? shares[left] * shares[right] / square : 0
      return Double(products[left, right]) - common
    }
    let lengths = (max(0, product(first, first)) + damping) * (max(0, product(second, second)) + damping)
    return lengths > 0 ? -product(first, second) / lengths.squareRoot() : 0
  }
}
