import Foundation
import Statistics

/// The path of one token through the residual stream: how straight it is, how its length grows, and how far the blocks'
/// Jacobians carry it.
package struct TokenPath: Equatable, Sendable {
  /// ‖x_l‖ for l = 0 … L.
  package let norms: [Double]
  /// The line-shape score L / ‖Σ (x_l − x_{l−1}) / ‖x_l − x_{l−1}‖‖: 1 for a straight line, √L for right angles
  /// everywhere.
  package let lineShape: Double
  /// Var r / (mean r)² of r_l = ln ‖x_l‖ / ‖x_{l−1}‖; 0 for exactly exponential growth.
  package let growthVariation: Double
  /// The least-squares line of ln ‖x_l‖ on l.
  package let growth: LineFit
  /// The dimension with the largest share of ‖x_L‖².
  package let topDimension: Int
  /// This share of ‖x_L‖².
  package let topShare: Double
  /// The line-shape score with that dimension set to 0 everywhere.
  package let lineShapeWithoutTop: Double
  /// The variation of growth with that dimension set to 0 everywhere.
  package let growthVariationWithoutTop: Double
  /// The cosine between ∏ (1 + J_l) x_0 and x_L.
  package let linearCosine: Double
  /// The cosine between x_0 and x_L.
  package let firstLastCosine: Double

  /// Takes the points x_0 … x_L, and where the product of all 1 + J_l takes x_0.
  package init(points: [[Double]], linear: [Double]) {
    let (first, last) = (points[0], points[points.count - 1])
    norms = points.map(\.length)
    lineShape = TokenPath.lineShape(points)
    growthVariation = TokenPath.growthVariation(norms)
    growth = LineFit(norms.indices.map(Double.init), norms.map { log($0) })
    topDimension = last.indices.max { (abs(last[$0]), -$0) < (abs(last[$1]), -$1) } ?? 0
    topShare = last[topDimension] * last[topDimension] / last.dot(last)
    let top = topDimension
    let rest = points.map { point in
      var point = point
      point[top] = 0
      return point
    }
    lineShapeWithoutTop = TokenPath.lineShape(rest)
    growthVariationWithoutTop = TokenPath.growthVariation(rest.map(\.length))
    linearCosine = linear.dot(last) / (linear.length * last.length)
    firstLastCosine = first.dot(last) / (first.length * last.length)
  }

  private static func lineShape(_ points: [[Double]]) -> Double {
    var sum = points[0].map { _ in 0.0 }
    for (before, after) in zip(points, points.dropFirst()) {
      let step = zip(after, before).map(-)
      let length = step.length
      for dimension in sum.indices { sum[dimension] += step[dimension] / length }
    }
    return Double(points.count - 1) / sum.length
  }

  private static func growthVariation(_ norms: [Double]) -> Double {
    let ratios = zip(norms, norms.dropFirst()).map { log($1 / $0) }
    let mean = ratios.mean
    return ratios.map { ($0 - mean) * ($0 - mean) }.mean / (mean * mean)
  }

  // MARK: As numbers

  private static let singleCount = 8

  /// How many numbers a path through so many blocks has.
  static func numberCount(layerCount: Int) -> Int { layerCount + 1 + singleCount }

  var numbers: [Double] {
    norms + [
      lineShape, growthVariation, Double(topDimension), topShare,
      lineShapeWithoutTop, growthVariationWithoutTop, linearCosine, firstLastCosine,
    ]
  }

  /// Takes the numbers of a piece.
  init(_ numbers: ArraySlice<Double>) {
    let rest = Array(numbers.suffix(TokenPath.singleCount))
    norms = Array(numbers.dropLast(TokenPath.singleCount))
    (lineShape, growthVariation) = (rest[0], rest[1])
    growth = LineFit(norms.indices.map(Double.init), norms.map { log($0) })
    (topDimension, topShare) = (Int(rest[2]), rest[3])
    (lineShapeWithoutTop, growthVariationWithoutTop) = (rest[4], rest[5])
    (linearCosine, firstLastCosine) = (rest[6], rest[7])
  }
}

/// The least-squares line y = slope · x + intercept.
package struct LineFit: Equatable, Sendable {
  /// The slope.
  package let slope: Double
  /// The intercept.
  package let intercept: Double
  /// R², the share of the variance of y that the line explains.
  package let determination: Double

  /// Takes the points; no numbers where there are fewer than three.
  package init(_ x: [Double], _ y: [Double]) {
    guard x.count > 2 else {
      (slope, intercept, determination) = (.nan, .nan, .nan)
      return
    }
    let (meanX, meanY) = (x.mean, y.mean)
    let (left, right) = (x.map { $0 - meanX }, y.map { $0 - meanY })
    let slope = left.dot(right) / left.dot(left)
    let rest = zip(left, right).map { $1 - slope * $0 }
    self.slope = slope
    intercept = meanY - slope * meanX
    determination = 1 - rest.dot(rest) / right.dot(right)
  }
}
