import Archive
import MessagePassing

/// All findings of a screen.
public struct Analysis: Sendable {
  /// The number of regions that are listed in an analysis file at most.
  public static let regionLimit = 1000

  /// What was analyzed.
  public let screen: ScreenMaterial
  private let found: [any ScreenAnalysis]

  /// Makes some analyses, by default all, of which each is made where the screen has what it takes. Collective.
  public init(
    _ screen: ScreenMaterial, _ analyses: [any ScreenAnalysis.Type] = Analyses.ofScreen,
    communicator: Communicator? = nil
  ) throws {
    self.screen = screen
    found = try analyses.compactMap { try $0.find(in: screen, communicator: communicator) }
  }

  /// Analyzes a results file of a whole screen: shares of a part would be taken for those of the model. With the model
  /// that was screened, what mutants say is also classified by its states. Collective.
  public init(
    of file: borrowing ResultsFile, model: ScreenedModel? = nil, seed: UInt64 = 0, communicator: Communicator? = nil
  ) throws {
    try file.checkIsNoPart("analyze")
    let outcome = Result {
      (
        counts: try ScreenCounts.read(file), inputSums: try file.drive(),
        leastMargins: try file.baselines().map { $0.margins.min() ?? .infinity }
      )
    }
    let read = try Sharing(communicator).agree { try outcome.get() }
    let components = try Sharing(communicator).agree { try ComponentTable.read(file) }
    let pairs = try Sharing(communicator).agree { try PairTable.read(file) }
    guard components != nil || pairs != nil || RegionGrid(read.counts.regions).holdsEveryRegion else {
      throw FindingsError(
        "cannot analyze \(file.path): its regions are of several sizes or lie between the lines of a grid; analyze "
          + "screens of one size, such as the levels of a refinement")
    }
    // Analyses of texts go by the places of mutations, of which a pair has two.
    let texts =
      try pairs == nil ? TextMaterial.read(file, model: model, seed: seed, sharing: Sharing(communicator)) : nil
    try self.init(
      ScreenMaterial(
        read.counts, inputs: file.summary.ids, leastMargins: read.leastMargins, inputSums: read.inputSums, texts: texts,
        components: components, pairs: pairs, seed: seed), Analyses.all(of: file.summary.recording),
      communicator: communicator)
  }

  // MARK: Findings

  /// The verdicts, counted.
  public var counts: ScreenCounts { screen.counts }

  /// The analysis of a type; nil where it was not made.
  public subscript<Found: ScreenAnalysis>(_ type: Found.Type) -> Found? {
    for analysis in found { if let own = analysis as? Found { return own } }
    return nil
  }

  /// What an analysis file holds: the columns of each analysis, its sentences, and how many tests found something.
  public var groups: [AnalysisGroup] {
    found.map { found in
      found.group(of: screen).saying(found.sentences(of: screen), found.families(of: screen).map(\.tally))
    }
  }

  /// What was found, in sentences.
  public var sentences: [String] { found.flatMap { $0.sentences(of: screen) } }

  /// What each family of tests found.
  public var families: [FindingFamily] { found.flatMap { $0.families(of: screen) } }
}
