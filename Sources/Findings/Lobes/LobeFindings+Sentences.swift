import Drawing
import Geometry

extension LobeFindings {
  /// How functional lobes agree with geometric ones.
  var comparisonSentences: [String] {
    let functional = lobes.functional.first { $0.measure == .phi } ?? lobes.functional.first
    guard let functional, let entry = functional.comparison.entries.first else { return [] }
    let name = LobeTable.spoken(functional.measure.rawValue)
    return [
      "Lobes by \(name) and by geometry agree by an adjusted mutual information of "
        + "\(words(entry.agreement.mutualInformation))."
    ]
  }

  /// How geometric lobes go with the tasks of the documents.
  var taskSentences: [String] {
    guard let agreement = divisions.first(where: { $0.name == "geometry" })?.agreement else { return [] }
    return [
      "Lobes by geometry alone agree with the tasks by an adjusted mutual information of "
        + "\(words(agreement.mutualInformation))."
    ]
  }

  private func words(_ comparison: NullComparison) -> String {
    "\(Numeral.number(comparison.value)), where \(Numeral.number(comparison.mean)) is expected (permutation test, z "
      + "\(Numeral.number(comparison.z)), \(Sentence.probability(comparison.chanceAbove)))"
  }
}
