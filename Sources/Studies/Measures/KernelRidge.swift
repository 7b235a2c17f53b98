import LinearAlgebra

/// Ridge regression with a free intercept in its dual form (Saunders, Gammerman and Vovk 1998, ICML): points are known
/// by their inner products alone.
///
/// The kernel is decomposed once, so that all penalties and all left-out predictions cost a product each. With the
/// kernel centred twice, K = U Λ Uᵀ, the fit to y at a penalty α is ȳ + U Λ / (Λ + α) Uᵀ (y − ȳ).
public struct KernelRidge: Sendable {
  /// The number of points.
  public let count: Int
  private let values: [Double]
  /// Eigenvectors as columns, `[point, vector]`.
  private let vectors: DoubleMatrix
  /// Mean of each column of the kernel.
  private let means: [Double]
  private let mean: Double

  /// Decomposes the kernel `[point, point]` of at least two points: about 9 · points³ operations.
  public init(kernel: DoubleMatrix) throws {
    precondition(kernel.rows == kernel.columns && kernel.rows > 1, "the kernel of some points")
    count = kernel.rows
    let n = Double(count)
    var sums = [Double](repeating: 0, count: count)
    for row in 0..<count { for (column, value) in kernel[row: row].enumerated() { sums[column] += value } }
    let means = sums.map { $0 / n }
    let mean = means.reduce(0, +) / n
    var centred = kernel
    for row in 0..<count {
      for column in 0..<count { centred[row, column] += mean - means[row] - means[column] }
    }
    let eigen = try SymmetricEigen(centred)
    // What is below 0 is rounding.
    values = eigen.values.map { max(0, $0) }
    vectors = eigen.vectors
    (self.means, self.mean) = (means, mean)
  }

  /// The fit to values `[point, response]`, for any penalty: 2 · points² operations for each response.
  public func fit(_ responses: DoubleMatrix) -> Fit { Fit(self, responses) }

  /// A regression of some responses on the points.
  public struct Fit: Sendable {
    private let ridge: KernelRidge
    private let responses: DoubleMatrix
    private let intercepts: [Double]
    /// The coordinates of the centred responses along the eigenvectors, `[vector, response]`.
    private let coordinates: DoubleMatrix

    init(_ ridge: KernelRidge, _ responses: DoubleMatrix) {
      precondition(responses.rows == ridge.count, "a value of each point")
      self.ridge = ridge
      self.responses = responses
      var sums = [Double](repeating: 0, count: responses.columns)
      for row in 0..<responses.rows {
        for (column, value) in responses[row: row].enumerated() { sums[column] += value }
      }
      intercepts = sums.map { $0 / Double(responses.rows) }
      var centred = responses
      for row in 0..<responses.rows {
        for column in 0..<responses.columns { centred[row, column] -= intercepts[column] }
      }
      coordinates = ridge.vectors.transposeTimes(centred)
    }

    // MARK: Left out

    /// What each point's response exceeds its prediction by all other points at a penalty, `[point, response]`: the
    /// residual over 1 − H, the diagonal of the hat matrix.
    public func leftOutErrors(_ penalty: Double) -> DoubleMatrix {
      var errors = ridge.vectors.times(weights(penalties: [Double](repeating: penalty, count: responses.columns)))
      for row in 0..<errors.rows {
        let share = penalty / ridge.restOfHat(row, penalty)
        for column in 0..<errors.columns { errors[row, column] *= share }
      }
      return errors
    }

    /// The prediction of each point by all others, `[point, response]`.
    public func leftOut(_ penalty: Double) -> DoubleMatrix {
      let errors = leftOutErrors(penalty)
      return DoubleMatrix(
        rows: responses.rows, columns: responses.columns, values: zip(responses.values, errors.values).map { $0 - $1 })
    }

    /// For each of some groups of equally many responses that stand together, the penalty of the least squared left-out
    /// error over all of them, of equal ones the smallest.
    public func bestPenalties(_ penalties: [Double], groups: Int = 1) -> [Double] {
      precondition(groups > 0 && responses.columns.isMultiple(of: groups) && !penalties.isEmpty, "groups of responses")
      let size = responses.columns / groups
      var best = [(error: Double, penalty: Double)](repeating: (.infinity, penalties.min() ?? 1), count: groups)
      for penalty in penalties.sorted() {
        let errors = leftOutErrors(penalty)
        var sums = [Double](repeating: 0, count: groups)
        for row in 0..<errors.rows {
          let own = errors[row: row]
          for group in 0..<groups {
            let start = own.startIndex + group * size
            for column in start..<start + size { sums[group] += own[column] * own[column] }
          }
        }
        for (group, sum) in sums.enumerated() where sum < best[group].error { best[group] = (sum, penalty) }
      }
      return best.map(\.penalty)
    }

    // MARK: Others

    /// The predictions of other points, `[other, response]`, by their kernel with these, `[other, point]`; a penalty
    /// for each response.
    public func predictions(_ kernel: DoubleMatrix, penalties: [Double]) -> DoubleMatrix {
      precondition(kernel.columns == ridge.count && penalties.count == responses.columns, "a kernel with the points")
      var centred = kernel
      for row in 0..<kernel.rows {
        let own = kernel[row: row].reduce(0, +) / Double(kernel.columns)
        for column in 0..<kernel.columns { centred[row, column] += ridge.mean - own - ridge.means[column] }
      }
      var predicted = centred.times(ridge.vectors.times(weights(penalties: penalties)))
      for row in 0..<predicted.rows {
        for column in 0..<predicted.columns { predicted[row, column] += intercepts[column] }
      }
      return predicted
    }

    /// Coordinates over Λ + α, `[vector, response]`.
    private func weights(penalties: [Double]) -> DoubleMatrix {
      var scaled = coordinates
      for vector in 0..<scaled.rows {
        let value = ridge.values[vector]
        for column in 0..<scaled.columns { scaled[vector, column] /= value + penalties[column] }
      }
      return scaled
    }
  }

  /// 1 less the diagonal entry of the hat matrix 1/n + K (K + α)⁻¹.
  private func restOfHat(_ row: Int, _ penalty: Double) -> Double {
    var rest = -1 / Double(count)
    for (vector, entry) in vectors[row: row].enumerated() {
      rest += entry * entry * (penalty / (values[vector] + penalty))
    }
    return rest
  }
}
