import Basics
import LinearAlgebra
import Statistics

/// How well units predict responses to the same stimuli: a ridge regression from all units of a layer, stimuli left out
/// one by one or fold by fold.
package struct Alignment: Sendable {
  /// What a layer's units predict.
  package struct Prediction: Equatable, Sendable {
    /// The penalty of the least squared left-out error over all responses.
    package let penalty: Double
    /// Pearson's r of each response with its prediction by all other stimuli, at that penalty.
    package let leaveOneOut: [Double]
    /// Pearson's r of each response with its prediction by the other folds, which choose their own penalty.
    package let grouped: [Double]
  }

  /// A fold and what was learned from the others.
  private struct Fold: Sendable {
    let inside: [Int]
    let outside: [Int]
    /// The kernel of those inside with those outside.
    let kernel: DoubleMatrix
    let ridge: KernelRidge
  }

  private let kernel: DoubleMatrix
  private let folds: [Fold]
  private let penalties: [Double]

  /// Takes activations `[stimulus, unit]` and the fold of each stimulus. Columns are centred and divided by their
  /// population deviation over all stimuli; those that do not move are left out.
  package init(_ activations: DoubleMatrix, folds: [Int], penalties: [Double]) throws {
    precondition(folds.count == activations.rows, "a fold of each stimulus")
    let kernel = Alignment.kernel(activations)
    self.kernel = kernel
    self.penalties = penalties
    self.folds = try Set(folds).sorted().map { fold in
      let (inside, outside) = (folds.indices.filter { folds[$0] == fold }, folds.indices.filter { folds[$0] != fold })
      return Fold(
        inside: inside, outside: outside, kernel: kernel[rows: inside][columns: outside],
        ridge: try KernelRidge(kernel: kernel[rows: outside][columns: outside]))
    }
  }

  /// The mean product of standardized units, `[stimulus, stimulus]`.
  private static func kernel(_ activations: DoubleMatrix) -> DoubleMatrix {
    let moments = ColumnMoments(activations)
    let share = Double(activations.rows - 1) / Double(activations.rows)
    let deviations = moments.variances.map { ($0 * share).squareRoot() }
    let least = 1e-9 * activations.values.reduce(1) { max($0, abs($1)) }
    let moving = deviations.indices.filter { deviations[$0] > least }
    guard !moving.isEmpty else { return DoubleMatrix(rows: activations.rows, columns: activations.rows) }
    var standard = DoubleMatrix(rows: activations.rows, columns: moving.count)
    for row in 0..<activations.rows {
      for (place, unit) in moving.enumerated() {
        standard[row, place] = (activations[row, unit] - moments.means[unit]) / deviations[unit]
      }
    }
    var kernel = standard.timesTranspose(standard)
    for place in kernel.values.indices { kernel.values[place] /= Double(moving.count) }
    return kernel
  }

  // MARK: Predictions

  /// Predicts responses `[stimulus, response]`.
  package func prediction(_ responses: DoubleMatrix) throws -> Prediction {
    let fit = try KernelRidge(kernel: kernel).fit(responses)
    let penalty = fit.bestPenalties(penalties)[0]
    return Prediction(
      penalty: penalty, leaveOneOut: Alignment.correlations(fit.leftOut(penalty), responses),
      grouped: Alignment.correlations(grouped(responses), responses))
  }

  /// The predictions of each fold by the others; `copies` versions of the responses stand beside each other, each with
  /// penalties of its own.
  private func grouped(_ responses: DoubleMatrix, copies: Int = 1) -> DoubleMatrix {
    let size = responses.columns / copies
    var predicted = DoubleMatrix(rows: responses.rows, columns: responses.columns)
    for fold in folds {
      let fit = fold.ridge.fit(responses[rows: fold.outside])
      let best = fit.bestPenalties(penalties, groups: copies)
      let found = fit.predictions(fold.kernel, penalties: best.flatMap { [Double](repeating: $0, count: size) })
      for (place, row) in fold.inside.enumerated() {
        for (column, value) in found[row: place].enumerated() { predicted[row, column] = value }
      }
    }
    return predicted
  }

  /// The median r over responses of each of some draws, in which stimuli are permuted: what chance makes of the same
  /// activations and responses.
  package func chance(_ responses: DoubleMatrix, orders: [[Int]]) -> [Double] {
    let size = responses.columns
    var copies = DoubleMatrix(rows: responses.rows, columns: size * orders.count)
    for (draw, order) in orders.enumerated() {
      for (row, source) in order.enumerated() {
        for (column, value) in responses[row: source].enumerated() { copies[row, draw * size + column] = value }
      }
    }
    let found = Alignment.correlations(grouped(copies, copies: orders.count), copies)
    return orders.indices.map { Array(found[$0 * size..<($0 + 1) * size]).median }
  }

  /// Pearson's r of each column with its prediction; 0 where one of them does not move.
  private static func correlations(_ predicted: DoubleMatrix, _ responses: DoubleMatrix) -> [Double] {
    let (one, other) = (predicted.transposed, responses.transposed)
    return (0..<one.rows).map { column in
      let r = Correlation(Array(one[row: column]), Array(other[row: column])).value
      return r.isNaN ? 0 : r
    }
  }

  // MARK: Orders

  /// The stimuli in a random order within their folds; among all where each fold is a single one.
  package static func order(draw: Int, folds: [Int]) -> [Int] {
    var stream = RandomStream(seed: 0, stream: .stimulusOrder, index: draw)
    let isSingle = Set(folds).count == folds.count
    let groups =
      isSingle
      ? [Array(folds.indices)]
      : Set(folds).sorted().map { fold in
        folds.indices.filter { folds[$0] == fold }
      }
    var order = Array(folds.indices)
    for group in groups {
      for (place, source) in zip(group, stream.permutation(group.count)) { order[place] = group[source] }
    }
    return order
  }
}

extension [Double] {
  /// The middle value, or the mean of the two in the middle; not a number of none.
  package var median: Double {
    guard !isEmpty else { return .nan }
    let sorted = sorted()
    return (sorted[(count - 1) / 2] + sorted[count / 2]) / 2
  }
}
