import Drawing
import Geometry

extension Galaxies {
  /// The spectrum and the gathering of the whole cloud beside normal clouds of its covariance.
  var sentences: [String] { spectrum + gathering }

  private var spectrum: [String] {
    guard let matched = whole[.matched] else { return [] }
    var parts: [String] = []
    if let law = whole.law {
      parts.append(
        "The spectrum falls with a slope of \(Numeral.number(law.slope)) in ranks \(law.ranks.lowerBound) to "
          + "\(law.ranks.upperBound), that of matched normal clouds with \(beside(matched.slope)).")
    }
    let participation = matched.participation
    parts.append(
      "The effective dimension is \(Numeral.number(participation.value)) of \(Numeral.count(whole.dimension)), that of "
        + "matched normal clouds \(beside(participation)).")
    // A cloud of the same covariance has nearly the same spectrum, so that these differ only where no normal points
    // have it.
    let isBeyond = [matched.slope, participation, matched.entropyDimension].contains(where: \.isBeyond)
    parts.append(
      isBeyond
        ? "No independent normal points have such a spectrum: it is too even, or the points are too few."
        : "The spectrum shows nothing beyond the covariance.")
    return [parts.joined(separator: " ")]
  }

  private var gathering: [String] {
    guard let clustering = whole.clustering else { return [] }
    let difference = clustering.difference
    let figures =
      "the clustering entropy is \(Numeral.number(clustering.correctedPerComponent)) nats a component beyond its "
      + "bias (z \(Numeral.number(difference.z)), \(Sentence.probability(difference.chance)))."
    guard difference.isBeyond else {
      return ["No gathering of points is found beyond the covariance: \(figures)"]
    }
    return ["Points \(difference.excess > 0 ? "gather" : "keep apart") beyond the covariance: \(figures)"]
  }

  private func beside(_ comparison: NullComparison) -> String {
    "\(Numeral.number(comparison.mean)) (z \(Numeral.number(comparison.z)))"
  }
}
