import Basics
import Foundation
import LinearAlgebra
import MessagePassing

/// Spectra that the covariances of normal clouds of so many points have: drawn without drawing the points.
struct GaussianSpectrum {
  /// Points less one.
  let freedom: Int
  /// Variances of the distribution that points are drawn from, `[dimension]`.
  let variances: [Double]

  /// The eigenvalues of one cloud, the largest first, `[min(freedom, variances)]`: by the triangular factor of a
  /// Wishart matrix (Bartlett 1933, Proc. R. Soc. Edinb. 53, 260–283), 4/3 · order³ operations for each of two steps.
  func draw(_ random: inout RandomStream) throws -> [Double] {
    let order = variances.count
    guard freedom >= order else {
      // Fewer points than dimensions: the table of inner products has the same eigenvalues and is smaller.
      var points = random.normals(rows: freedom, columns: order)
      scaleColumns(of: &points)
      return try eigenvalues(points.timesTranspose(points))
    }
    var factor = DoubleMatrix(rows: order, columns: order)
    for row in 0..<order {
      for column in 0..<row { factor[row, column] = random.normal() }
      factor[row, row] = random.length(ofNormals: freedom - row)
      let scale = variances[row].squareRoot()
      for column in 0...row { factor[row, column] *= scale }
    }
    return try eigenvalues(factor.timesTranspose(factor))
  }

  private func scaleColumns(of points: inout DoubleMatrix) {
    let scales = variances.map { $0.squareRoot() }
    for row in 0..<points.rows {
      for column in 0..<points.columns { points[row, column] *= scales[column] }
    }
  }

  private func eigenvalues(_ matrix: DoubleMatrix) throws -> [Double] {
    try SymmetricEigen.values(of: matrix).map { max(0, $0 / Double(freedom)) }
  }

  // MARK: Matching

  /// The distribution whose clouds have these eigenvalues on average, in logarithms.
  ///
  /// Eigenvalues of a sample spread further than those of what it is drawn from, and drawing from them spreads them
  /// again. So the variances are moved, a few times over, by what the mean of a few draws misses the eigenvalues by.
  static func matching(
    _ eigenvalues: [Double], freedom: Int, dimension: Int, seed: UInt64, stream: StreamName, sharing: Sharing
  ) throws -> GaussianSpectrum {
    let (steps, drawCount) = (12, 4)
    let total = eigenvalues.reduce(0, +)
    // Fewer points than dimensions have as many eigenvalues as degrees of freedom, whatever they are drawn from.
    let order = eigenvalues.count == freedom ? dimension : eigenvalues.count
    let ranks = (0..<order).map { $0 * eigenvalues.count / order }
    var variances = ranks.map { eigenvalues[$0] }
    for _ in 0..<steps {
      let sum = variances.reduce(0, +)
      let spectrum = GaussianSpectrum(freedom: freedom, variances: variances.map { $0 * total / sum })
      // The same draws at each step, so that steps lead somewhere.
      let draws = try sharing.draws("fitting the matched control", drawCount, width: eigenvalues.count) { draw in
        var random = RandomStream(seed: seed, stream: stream, index: draw)
        return try spectrum.draw(&random)
      }
      let misses = eigenvalues.indices.map { rank in
        log(eigenvalues[rank]) - draws.reduce(0) { $0 + log($1[rank]) } / Double(drawCount)
      }
      variances = zip(spectrum.variances, ranks).map { $0 * exp(misses[$1]) }.sorted(by: >)
    }
    let sum = variances.reduce(0, +)
    return GaussianSpectrum(freedom: freedom, variances: variances.map { $0 * total / sum })
  }
}
