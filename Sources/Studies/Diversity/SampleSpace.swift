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

  /// The mean and the population deviation of each column, 1 where it does not vary.
  private static func scaling(_ states: DoubleMatrix) -> (means: [Double], deviations: [Double]) {
    let count = Double(states.rows)
    let means = (0..<states.columns).map { states[column: $0].reduce(0, +) / count }
    let deviations = (0..<states.columns).map { column in
      let square = states[column: column].reduce(0) { $0 + ($1 - means[column]) * ($1 - means[column]) } / count
      return square > 0 ? square.squareRoot() : 1
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
    var uniforms: [Double] = []
    uniforms.reserveCapacity(2 * count * count)
    PortableRandom.uniforms("\(seed):normal:\(draw)", 0..<2 * count * count) { uniforms.append($0) }
    let scale = 1 / Double(count).squareRoot()
    let weights = (0..<count * count).map { place in
      scale * (-2 * log(uniforms[2 * place])).squareRoot() * cos(2 * .pi * uniforms[2 * place + 1])
    }
    let drawn = DoubleMatrix(rows: count, columns: count, values: weights).times(points)
    return Self.scaled(drawn, Self.scaling(drawn))
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
