import Drawing
import Geometry

extension NearestDifferences {
  /// Whether the nearest to parallelograms are nearer than those of normal clouds.
  var sentences: [String] {
    let figures =
      "unlabelled parallelograms deviate by \(Numeral.number(deviation.value)) on average, those of normal "
      + "clouds of the same covariance by \(Numeral.number(deviation.mean)) (effect "
      + "\(Numeral.number(deviation.excess)), z \(Numeral.number(deviation.z)), "
      + "\(Sentence.probability(deviation.chance)))."
    let isNearer = deviation.isBeyond && deviation.excess < 0
    return [
      isNearer
        ? "U\(figures.dropFirst()) Where points gather, they may be nearer for that alone."
        : "No parallelograms are found beyond the covariance: \(figures)",
      "Of the quadruples nearest to parallelograms \(Numeral.whole(flatCount.value)) were flat and are left out; in "
        + "normal clouds \(Numeral.number(flatCount.mean)) are.",
    ]
  }
}
