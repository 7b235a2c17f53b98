import Basics
import Foundation
import LinearAlgebra

/// The states that samples of one prompt end in, each column less its mean and over its deviation, or units with
/// outlying activations would decide alone; and what chance makes of as many points.
package struct SampleSpace: Sendable {
  /// How points are drawn without clusters.
  package enum Null: String, CaseIterable, Sendable {
    /// Every column is dealt anew to the points: nothing goes together.
    case shuffled
    /// Points are drawn from a normal distribution with the covariance of the states: one lump of the same shape.
    case normal
  }

  /// The states as they are, `[sample, unit]`.
  package let states: DoubleMatrix
  /// The states in units of deviations, `[sample, unit]`.
  package let points: DoubleMatrix
  private let means: [Double]
  private let deviations: [Double]

  /// Takes states, `[sample, unit]`.
  package init(_ states: DoubleMatrix) {
    self.states = states
    let scaling = Self.scaling(states)
    (means, deviations) = scaling
    points = Self.scaled(states, scaling)
  }

  /// The mean and the population deviation of each column, 1 where it does not vary but for rounding.
  private static func scaling(_ states: DoubleMatrix) -> (means: [Double], deviations: [Double]) {
    let count = Double(states.rows)
    let means = (0..<states.columns).map { states[column: $0].reduce(0, +) / count }
    let deviations = (0..<states.columns).map { column in
      let square = states[column: column].reduce(0) { $0 + ($1 - means[column]) * ($1 - means[column]) } / count
      return square.squareRoot() > 1e-9 * abs(means[column]) ? square.squareRoot() : 1
    }
    return (means, deviations)
  }

  private static func scaled(_ states: DoubleMatrix, _ scaling: (means: [Double], deviations: [Double])) -> DoubleMatrix
  {
    var scaled = states
    for row in 0..<states.rows {
      for column in 0..<states.columns {
        scaled.values[row * states.columns + column] =
          (states.values[row * states.columns + column] - scaling.means[column]) / scaling.deviations[column]
      }
    }
    return scaled
  }

  /// Other states in the units of these.
  func scaled(_ other: DoubleMatrix) -> DoubleMatrix { Self.scaled(other, (means, deviations)) }

  /// The mean over pairs of one less the cosine of their states, as these are.
  package var meanCosineDistance: Double {
    var sum = [Double](repeating: 0, count: states.columns)
    for row in 0..<states.rows {
      let norm = states[row: row].reduce(0) { $0 + $1 * $1 }.squareRoot()
      for (column, value) in states[row: row].enumerated() { sum[column] += value / norm }
    }
    let n = Double(states.rows)
    // The sum over all pairs is the square of the sum of all directions.
    return 1 - (sum.reduce(0) { $0 + $1 * $1 } - n) / (n * (n - 1))
  }

  // MARK: Chance

  /// The points with every column dealt anew, in the order of the digests of "SEED:COLUMN:WORDS:POINT".
  func shuffled(_ words: String, seed: Int) -> DoubleMatrix {
    var dealt = points
    for column in 0..<points.columns {
      let order = PortableRandom.order(points.rows) { "\(seed):\(column):\(words):\($0)" }
      for (row, source) in order.enumerated() {
        dealt.values[row * points.columns + column] = points.values[source * points.columns + column]
      }
    }
    return dealt
  }

  /// As many normal points with the covariance of the points, scaled as these are: sums of all points with normal
  /// weights. Normal numbers are by Box and Muller, of the uniform ones of "SEED:normal:DRAW:N".
  func normal(draw: Int, seed: Int) -> DoubleMatrix {
    let count = points.rows
    let rows = max(1, Self.weightsTogether / count)
    var drawn = DoubleMatrix(rows: 0, columns: points.columns)
    for first in stride(from: 0, to: count, by: rows) {
      let weights = self.weights(first..<min(first + rows, count), key: "\(seed):normal:\(draw)")
      drawn = DoubleMatrix(
        rows: drawn.rows + weights.rows, columns: points.columns, values: drawn.values + weights.times(points).values)
    }
    return Self.scaled(drawn, Self.scaling(drawn))
  }

  /// Normal weights at a time, 32 MiB: of all points there are as many as their square.
  private static let weightsTogether = 1 << 22

  /// The normal weights of some new points, `[new point, point]`.
  private func weights(_ rows: Range<Int>, key: String) -> DoubleMatrix {
    let count = points.rows
    var uniforms: [Double] = []
    uniforms.reserveCapacity(2 * count * rows.count)
    PortableRandom.uniforms(key, 2 * count * rows.lowerBound..<2 * count * rows.upperBound) { uniforms.append($0) }
    let scale = 1 / Double(count).squareRoot()
    return DoubleMatrix(
      rows: rows.count, columns: count,
      values: (0..<count * rows.count).map { place in
        scale * (-2 * log(uniforms[2 * place])).squareRoot() * cos(2 * .pi * uniforms[2 * place + 1])
      })
  }

  /// The silhouette of the clusters that are found in a draw of points without any.
  package func silhouette(_ null: Null, draw: Int, count: Int, seed: Int) -> Double {
    let drawn =
      switch null {
      case .shuffled: shuffled("null:\(draw)", seed: seed)
      case .normal: normal(draw: draw, seed: seed)
      }
    return PortableClusters(drawn, count: count, seed: seed).silhouette(drawn)
  }
}
