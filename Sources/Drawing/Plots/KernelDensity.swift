import Foundation

/// The density of what a sample was drawn from: a normal curve around each value, and their mean (Silverman 1986,
/// Density Estimation for Statistics and Data Analysis, equation 2.2a).
///
/// It is known at evenly spaced places from the least value to the greatest, and not beyond: what the curves have there
/// is left out, and the rest is not scaled up.
public struct KernelDensity: Sendable {
  /// The places from the least value to the greatest.
  public let places: [Double]
  /// The density at each place.
  public let densities: [Double]
  /// The standard deviation of each value's curve, by Silverman's rule (equation 3.31): 0.9 times the lesser of the
  /// standard deviation and the interquartile range over 1.34, over the fifth root of the number of values.
  public let bandwidth: Double

  /// Takes values in any order; what is no number is left out. nil where all values are equal, or none is left.
  public init?(_ values: [Double], count: Int = 96) {
    self.init(SortedValues(values), count: count)
  }

  init?(_ sample: SortedValues, count: Int = 96) {
    precondition(count > 1, "two places at least")
    guard let low = sample.values.first, let high = sample.values.last, high > low else { return nil }
    let deviation = sample.deviation
    let range = (sample.quantile(0.75) - sample.quantile(0.25)) / 1.34
    let width = 0.9 * (range > 0 ? min(deviation, range) : deviation) / pow(Double(sample.values.count), 0.2)
    guard width > 0, width.isFinite else { return nil }
    let places = (0..<count).map { low + (high - low) * Double($0) / Double(count - 1) }
    let factor = 1 / (Double(sample.values.count) * width * (2 * Double.pi).squareRoot())
    bandwidth = width
    self.places = places
    densities = places.map { place in
      factor
        * sample.values.reduce(0) { sum, value in
          let distance = (place - value) / width
          return sum + exp(-0.5 * distance * distance)
        }
    }
  }
}
