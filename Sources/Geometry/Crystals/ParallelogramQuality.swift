import LinearAlgebra

/// How near the pairs of one relation, two by two, are to parallelograms: a to b as c to d, with differences u = b − a,
/// v = d − c.
///
/// Their cosine is 1 for a trapezoid, whose sides are parallel whatever their lengths (the offset concentration of
/// Fournier, Dupoux and Dunbar 2020, CoNLL, 365–375). Their deviation, the length of u − v over the mean of the lengths
/// of u and v, is 0 for a parallelogram alone. The ratio of the shorter to the longer length distinguishes the two.
public struct ParallelogramQuality: Sendable, Equatable {
  /// Means over all pairs of pairs.
  public let cosine: Double
  /// The mean deviation over all pairs of pairs, 0 for parallelograms.
  public let deviation: Double
  /// The mean ratio of the shorter to the longer difference, 1 for equal lengths.
  public let lengthRatio: Double
  /// The mean cosine of each pair's difference with the others.
  public let cosines: [Double]
  /// The mean deviation of each pair's difference from the others.
  public let deviations: [Double]

  /// Compares all pairs of differences, one a row; the means are not numbers with fewer than two.
  public init(_ differences: DoubleMatrix) {
    let count = differences.rows
    let products = differences.timesTranspose(differences)
    let lengths = (0..<count).map { max(0, products[$0, $0]).squareRoot() }
    var (cosines, deviations) = (Array(repeating: 0.0, count: count), Array(repeating: 0.0, count: count))
    var ratios = 0.0
    for first in 0..<count {
      for second in first + 1..<max(first + 1, count) {
        let (left, right) = (lengths[first], lengths[second])
        // A difference that a projection leaves nothing of points nowhere.
        let cosine = left > 0 && right > 0 ? products[first, second] / (left * right) : 0
        let apart = max(0, left * left + right * right - 2 * products[first, second]).squareRoot()
        let deviation = left + right > 0 ? 2 * apart / (left + right) : 0
        ratios += max(left, right) > 0 ? min(left, right) / max(left, right) : 1
        for pair in [first, second] {
          cosines[pair] += cosine / Double(count - 1)
          deviations[pair] += deviation / Double(count - 1)
        }
      }
    }
    self.cosines = count > 1 ? cosines : Array(repeating: .nan, count: count)
    self.deviations = count > 1 ? deviations : Array(repeating: .nan, count: count)
    cosine = self.cosines.reduce(0, +) / Double(count)
    deviation = self.deviations.reduce(0, +) / Double(count)
    lengthRatio = count > 1 ? ratios / Double(count * (count - 1) / 2) : .nan
  }
}
