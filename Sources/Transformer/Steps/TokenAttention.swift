import Foundation
import LinearAlgebra

/// Two tokens of a sequence between which derivatives are taken, or one token twice.
struct TokenPair {
  /// The position whose residual stream is varied.
  let source: Int
  /// The position whose residual stream is seen.
  let target: Int
  /// The positions of the sequence.
  let wholeLength: Int
  /// The derivatives at the source; where both are one token, the panel of the target.
  let panel: DerivativePanel

  /// Whether both are one token, whose query is varied as well.
  var isOne: Bool { source == target }

  /// The derivative of what a slot holds at the source, `[count, width]`.
  func atSource(_ slot: Slot, _ count: Int) -> MutableMatrixView { panel.derivative(slot, count) }

  /// Rows of a slot at the source, to be overwritten.
  func startAtSource(_ slot: Slot, _ count: Int) -> MutableMatrixView { panel.start(slot, count) }
}

/// Derivatives of attention at one query by the key and value of one position, and by the query itself where it is of
/// the same token: many derivatives at once, all of the same forward values.
///
/// With weights w and output o of a head, a change ds of the score of the source's key changes the output by
/// w(source) · ds · (v(source) − o), because all other weights give way.
struct TokenAttention {
  private let step: Attention
  private let tokens: TokenPair
  private let query: MatrixView
  private let keys: MatrixView
  private let values: MatrixView
  private let output: MatrixView
  private let workspace: ProductWorkspace
  /// The positions that the query sees.
  private let seen: Range<Int>

  init(_ step: Attention, _ work: DerivativeWork, _ index: Int, _ tokens: TokenPair) {
    self.step = step
    self.tokens = tokens
    let row = tokens.target..<tokens.target + 1
    query = work.input(0, of: index)[rows: row]
    keys = work.input(1, of: index)
    seen =
      step.isCausal
      ? (step.window.map { max(0, tokens.target + 1 - $0) } ?? 0)..<tokens.target + 1 : 0..<keys.rows
    values = work.input(2, of: index)
    output = work.values[Block.Value(slot: .attended, step: index)][rows: row]
    workspace = work.pass.workspace
  }

  /// What belongs to one query head.
  private struct Head {
    let own: Range<Int>
    let shared: Range<Int>
    /// The weight of each position that the query sees.
    let weights: [Double]
    /// The weight of the source; 0 where the query does not see it.
    let atSource: Double
    /// The slope of the cap of scores at each position; 1 without a cap.
    let capSlopes: [Double]
    /// The slope of the cap at the source's score.
    let capSlopeAtSource: Double
    let query: UnsafePointer<Float>
    let value: UnsafePointer<Float>
    let output: UnsafePointer<Float>
  }

  private func head(_ number: Int) -> Head {
    let (size, group) = (step.headSize, step.groupSize)
    let (own, shared) = (number * size, number / group * size)
    let query = query.row(0) + own
    var scores = seen.map { Double(step.scale) * dot(query, keys.row($0) + shared) }
    if !step.slopes.isEmpty {
      for at in scores.indices {
        scores[at] += Double(step.slopes[number]) * Double(at + seen.lowerBound - tokens.target)
      }
    }
    var capSlopes = Array(repeating: 1.0, count: scores.count)
    if let cap = step.cap.map(Double.init) {
      for at in scores.indices {
        let share = tanh(scores[at] / cap)
        scores[at] = cap * share
        capSlopes[at] = 1 - share * share
      }
    }
    let largest = scores.max() ?? 0
    let weights = scores.map { exp($0 - largest) }
    let sum = weights.reduce(0, +)
    let shares = weights.map { $0 / sum }
    return Head(
      own: own..<own + size, shared: shared..<shared + size, weights: shares,
      atSource: seen.contains(tokens.source) ? shares[tokens.source - seen.lowerBound] : 0,
      capSlopes: capSlopes,
      capSlopeAtSource: seen.contains(tokens.source) ? capSlopes[tokens.source - seen.lowerBound] : 0, query: query,
      value: values.row(tokens.source) + shared, output: output.row(0) + own)
  }

  private func dot(_ one: UnsafePointer<Float>, _ other: UnsafePointer<Float>) -> Double {
    (0..<step.headSize).reduce(0) { $0 + Double(one[$1]) * Double(other[$1]) }
  }

  // MARK: Tangents

  /// Tangents of the output, `[rows, heads · headSize]`, from those of the source's key and value, and of the query.
  func pushForward(query: MatrixView?, key: MatrixView, value: MatrixView, into result: MutableMatrixView) {
    for number in 0..<step.headCount {
      let head = head(number)
      if let query {
        pushQuery(query[columns: head.own], head, into: result[columns: head.own])
      } else {
        result[columns: head.own].clear()
      }
      for row in 0..<result.rows {
        let (sums, ofValue) = (result.row(row) + head.own.lowerBound, value.row(row) + head.shared.lowerBound)
        let change = head.capSlopeAtSource * Double(step.scale) * dot(head.query, key.row(row) + head.shared.lowerBound)
        for component in 0..<step.headSize {
          let away = Double(head.value[component]) - Double(head.output[component])
          sums[component] += Float(head.atSource * (change * away + Double(ofValue[component])))
        }
      }
    }
  }

  private func pushQuery(_ query: MatrixView, _ head: Head, into result: MutableMatrixView) {
    let scores = Matrix(rows: query.rows, columns: seen.count).view
    let weights = { (matrix: MatrixView) in WeightView(matrix[rows: seen][columns: head.shared]) }
    scores.assignProduct(of: query, withTransposeOf: weights(keys), in: workspace)
    differentiate(scores, head, pushing: true)
    result.assignProduct(of: scores.reading, withTransposeOf: weights(values).transposed, in: workspace)
  }

  /// Turns derivatives d of scores before the cap, or of weights, into those of weights, or of scores before the cap:
  /// w ∘ (d − Σ w d) · scale, with the slopes of the cap on the scores' side.
  private func differentiate(_ rows: MutableMatrixView, _ head: Head, pushing: Bool) {
    for row in 0..<rows.rows {
      let d = rows.row(row)
      let given = seen.indices.map { Double(d[$0 - seen.lowerBound]) }
      let scores = pushing ? zip(given, head.capSlopes).map { $0 * $1 } : given
      let mean = zip(head.weights, scores).reduce(0.0) { $0 + $1.0 * $1.1 }
      for at in 0..<seen.count {
        let slope = pushing ? 1 : head.capSlopes[at]
        d[at] = Float(head.weights[at] * (scores[at] - mean) * slope * Double(step.scale))
      }
    }
  }

  // MARK: Reverse

  /// Gradients of the source's key and value, and of the query, from those of the output.
  func pullBack(
    _ gradient: MatrixView, query: MutableMatrixView?, key: MutableMatrixView, value: MutableMatrixView
  ) {
    key.clear()
    value.clear()
    for number in 0..<step.headCount {
      let head = head(number)
      if let query { pullQuery(gradient[columns: head.own], head, into: query[columns: head.own]) }
      for row in 0..<gradient.rows {
        let given = gradient.row(row) + head.own.lowerBound
        let (ofKey, ofValue) = (key.row(row) + head.shared.lowerBound, value.row(row) + head.shared.lowerBound)
        let along = dot(given, head.value) - dot(given, head.output)
        let change = head.capSlopeAtSource * Double(step.scale) * head.atSource * along
        for component in 0..<step.headSize {
          ofKey[component] += Float(change * Double(head.query[component]))
          ofValue[component] += Float(head.atSource * Double(given[component]))
        }
      }
    }
  }

  private func pullQuery(_ gradient: MatrixView, _ head: Head, into result: MutableMatrixView) {
    let ofWeights = Matrix(rows: gradient.rows, columns: seen.count).view
    let weights = { (matrix: MatrixView) in WeightView(matrix[rows: seen][columns: head.shared]) }
    ofWeights.assignProduct(of: gradient, withTransposeOf: weights(values), in: workspace)
    differentiate(ofWeights, head, pushing: false)
    result.assignProduct(of: ofWeights.reading, withTransposeOf: weights(keys).transposed, in: workspace)
  }
}
