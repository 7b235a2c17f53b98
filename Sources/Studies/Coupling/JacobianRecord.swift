import Basics
import LinearAlgebra

/// What is known of one Jacobian: numbers that say it is the right one, and its largest singular values with their
/// vectors. It is what a piece of the study gives.
struct JacobianRecord {
  /// ‖J‖, and the sum of its diagonal; not numbers where the matrix was not made.
  let frobenius: Double
  let trace: Double
  /// How far pᵀ(J p) by forward products is from (Jᵀ p)ᵀ p by reverse ones, over ‖J p‖ ‖p‖, for the probe p.
  let productError: Double
  /// The error of the singular triples.
  let error: Double
  /// The first rows and columns of J, row by row; not numbers where the matrix was not made.
  let corner: [Double]
  /// The first entries of J p and of pᵀ J.
  let timesProbe: [Double]
  let probeTimes: [Double]
  /// The largest singular values.
  let values: [Double]
  /// Their left and right vectors as rows, `[value, hidden]`.
  let left: DoubleMatrix
  let right: DoubleMatrix

  /// Rows and columns of the corner.
  static func cornerSize(_ hidden: Int) -> Int { min(3, hidden) }
  /// Entries of products with the probe.
  static func probeSize(_ hidden: Int) -> Int { min(6, hidden) }
  private static let singleCount = 4

  /// How many numbers a record has.
  static func numberCount(hidden: Int, leading: Int) -> Int {
    headCount(hidden) + leading * (1 + 2 * hidden)
  }

  private static func headCount(_ hidden: Int) -> Int {
    singleCount + cornerSize(hidden) * cornerSize(hidden) + 2 * probeSize(hidden)
  }

  /// The vector p, (2u − 1) of stream 0 of seed 11 of a `MixedStream`, `[1, hidden]`.
  static func probe(_ hidden: Int) -> Matrix {
    let stream = MixedStream(seed: 11, stream: 0)
    return Matrix(
      DoubleMatrix(rows: 1, columns: hidden, values: (0..<hidden).map { stream.signed($0, bound: 1) }))
  }

  /// Decomposes a Jacobian that has its block still. The probe is taken through that also where there is a matrix.
  init(_ jacobian: ResidualJacobian, leading: Int, hidden: Int) throws {
    let probe = JacobianRecord.probe(hidden)
    let product = Matrix(rows: 1, columns: hidden)
    jacobian.pushForward(probe.view.reading, into: product)
    let forward = DoubleMatrix(product.view.reading).values
    jacobian.pullBack(probe.view.reading, into: product)
    let reverse = DoubleMatrix(product.view.reading).values
    let own = DoubleMatrix(probe.view.reading).values
    let size = JacobianRecord.probeSize(hidden)
    (timesProbe, probeTimes) = (Array(forward.prefix(size)), Array(reverse.prefix(size)))
    productError = abs(own.dot(forward) - own.dot(reverse)) / (forward.length * own.length)
    let side = JacobianRecord.cornerSize(hidden)
    if let columns = jacobian.columns {
      let entries = DoubleMatrix(columns.view.reading)
      frobenius = entries.values.length
      trace = (0..<hidden).reduce(0) { $0 + entries[$1, $1] }
      corner = (0..<side).flatMap { row in (0..<side).map { entries[$0, row] } }
    } else {
      (frobenius, trace) = (.nan, .nan)
      corner = Array(repeating: .nan, count: side * side)
    }
    let triples = try jacobian.triples(leading)
    (values, left, right, error) = (triples.values, triples.left, triples.right, triples.error)
  }

  // MARK: As numbers

  var numbers: [Double] {
    [frobenius, trace, productError, error] + corner + timesProbe + probeTimes + values + left.values + right.values
  }

  /// Takes the numbers of a piece.
  init(_ numbers: [Double], hidden: Int, leading: Int) {
    precondition(numbers.count == JacobianRecord.numberCount(hidden: hidden, leading: leading), "a record's numbers")
    var rest = numbers[...]
    func take(_ count: Int) -> [Double] {
      defer { rest = rest.dropFirst(count) }
      return Array(rest.prefix(count))
    }
    (frobenius, trace, productError, error) = (numbers[0], numbers[1], numbers[2], numbers[3])
    rest = rest.dropFirst(JacobianRecord.singleCount)
    corner = take(JacobianRecord.cornerSize(hidden) * JacobianRecord.cornerSize(hidden))
    timesProbe = take(JacobianRecord.probeSize(hidden))
    probeTimes = take(JacobianRecord.probeSize(hidden))
    values = take(leading)
    left = DoubleMatrix(rows: leading, columns: hidden, values: take(leading * hidden))
    right = DoubleMatrix(rows: leading, columns: hidden, values: take(leading * hidden))
  }
}

extension [Double] {
  /// The product of two vectors.
  func dot(_ other: [Double]) -> Double { zip(self, other).reduce(0) { $0 + $1.0 * $1.1 } }

  /// The length of a vector.
  var length: Double { dot(self).squareRoot() }
}
