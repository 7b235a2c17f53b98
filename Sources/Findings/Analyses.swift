import Geometry
import Perturbations

/// The list of all analyses, in the order of the analysis file, of the terminal and of the page.
public enum Analyses {
  /// The analyses of a screen's verdicts.
  public static let ofVerdicts: [any ScreenAnalysis.Type] = [
    Sensitivity.self, Tasks.self, SensitiveRegions.self, Profiles.self, Overlap.self, Specificity.self, Bias.self,
    Enrichment.self, Complementarity.self, Control.self,
  ]

  /// The analyses of what mutants say, where continuations were recorded.
  public static let ofTexts: [any ScreenAnalysis.Type] = [
    DistinctPhenotypes.self, Severity.self, SeverityMap.self, Destruction.self, WordClasses.self, Writers.self,
    StateClasses.self,
  ]

  /// All analyses of a screen of regions.
  public static let ofScreen = ofVerdicts + ofTexts

  /// The analyses of a screen of components: those that ask nothing of places in matrices.
  public static let ofComponents: [any ScreenAnalysis.Type] = [
    Sensitivity.self, Components.self, DistinctPhenotypes.self, Severity.self,
  ]

  /// The analyses of a screen of pairs of mutations, which are no sample of places.
  public static let ofPairs: [any ScreenAnalysis.Type] = [Pairs.self]

  /// The analyses of a screen that records this.
  public static func all(of recording: RecordedColumns) -> [any ScreenAnalysis.Type] {
    recording.pairs ? ofPairs : recording.components ? ofComponents : ofScreen
  }

  /// What a report shows of the geometry of a cloud.
  public static let ofCloud: [any CloudAnalysis.Type] = [
    CloudListing.self, Galaxies.self, LobeFindings.self, Crystals.self, NearestDifferences.self,
  ]
}
