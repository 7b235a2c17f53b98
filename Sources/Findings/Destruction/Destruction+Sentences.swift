import Drawing
import Statistics

extension Destruction {
  /// How many mutations are destructive.
  public func sentences(of screen: ScreenMaterial) -> [String] {
    let (all, significant) = (counts.reduce(0, +), significantCounts.reduce(0, +))
    guard all > 0 else {
      return [
        "No mutation is destructive: none leaves broken text, or hardly a word of the baseline's, on every input."
      ]
    }
    return [
      "\(Numeral.items(all, "mutation is", "mutations are")) destructive on every input, "
        + "\(Numeral.count(significant)) of them more than other mutations of the same layer, matrix and kind "
        + "(permutation test of the mean cosine)."
    ]
  }

  /// The finding that leaves least of the baseline's words; nil where there is none.
  var strongest: String? {
    entries.first { $0.adjusted <= FalseDiscoveryRate.level }.map { entry in
      let region = entry.mutation.region
      return "\(Sentence.place(region.layer, region.matrix)) row \(region.rows.lowerBound) column "
        + "\(region.columns.lowerBound) by \(entry.mutation.kind.rawValue) (mean cosine "
        + "\(Numeral.number(entry.meanCosine)))"
    }
  }
}
