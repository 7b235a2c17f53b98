import Foundation

/// How far each of some points lies from the line that the others follow: externally studentized residuals of least squares
/// (Cook and Weisberg 1982, Residuals and Influence in Regression, 2.2.1).
package struct Outliers {
  /// In the order of the points; not a number with too few points.
  package let residuals: [Double]
  /// Of Student's distribution that they follow if errors are normal and alike.
  let degrees: Int

  /// Fits `values` to a constant and, where given, a multiple of `predictor`; or to that alone, `throughOrigin`.
  package init(_ values: [Double], predictor: [Double]?, throughOrigin: Bool = false) {
    let count = values.count
    let parameters = (predictor == nil ? 0 : 1) + (throughOrigin ? 0 : 1)
    degrees = count - parameters - 1
    guard degrees > 0 else {
      residuals = values.map { _ in .nan }
      return
    }
    let mean = throughOrigin ? 0 : values.mean
    let center = throughOrigin ? 0 : predictor?.mean ?? 0
    let offsets = predictor.map { $0.map { $0 - center } } ?? values.map { _ in 0 }
    let spread = offsets.reduce(0) { $0 + $1 * $1 }
    let slope = spread > 0 ? zip(offsets, values).reduce(0) { $0 + $1.0 * ($1.1 - mean) } / spread : 0
    let errors = zip(offsets, values).map { $1 - mean - slope * $0 }
    let squares = errors.reduce(0) { $0 + $1 * $1 }
    let (freedom, degrees) = (Double(count - parameters), Double(degrees))
    residuals = zip(offsets, errors).map { offset, error in
      let leverage = (throughOrigin ? 0 : 1 / Double(count)) + (spread > 0 ? offset * offset / spread : 0)
      guard leverage < 1 - 1e-9 else { return .nan }
      let internally = error * error / (squares / freedom * (1 - leverage))
      guard squares > 0 else { return 0 }
      // Rounding must not make more of one point than there is.
      let rest = max(0, freedom - internally)
      return (error < 0 ? -1 : 1) * (internally * degrees / rest).squareRoot()
    }
  }

  /// The probability that a point lies at least so far from the line, on either side.
  package func twoSidedProbability(_ index: Int) -> Double {
    let size = abs(residuals[index])
    return size == .infinity ? 0 : 2 * Tail.student(size, degrees: degrees)
  }

  /// The probability that a point lies at least so far above the line.
  package func probability(_ index: Int) -> Double {
    residuals[index] == .infinity ? 0 : Tail.student(residuals[index], degrees: degrees)
  }
}
