import Archive

/// All findings of a screen.
public struct Analysis: Sendable {
  /// Regions that are listed in an analysis file.
  public static let regionLimit = 1000

  public let counts: ScreenCounts
  public let sensitivity: Sensitivity
  public let regions: SensitiveRegions
  public let profiles: Profiles
  private let inputs: [String]

  /// `inputs` are the ids of the inputs.
  public init(_ counts: ScreenCounts, inputs: [String]) throws {
    precondition(inputs.count == counts.inputCount, "an id for each input")
    self.counts = counts
    self.inputs = inputs
    sensitivity = Sensitivity(counts)
    regions = SensitiveRegions(counts, limit: Analysis.regionLimit)
    profiles = try Profiles(counts)
  }

  /// Analyzes a results file of a whole screen: shares of a part would be taken for those of the model.
  public init(of file: borrowing ResultsFile) throws {
    if let part = file.summary.provenance.part {
      throw FindingsError(
        "cannot analyze \(file.path): it is part \(part.index) of \(part.count) of a screen; join all parts with "
          + "locus gather first")
    }
    let counts = try ScreenCounts.read(file)
    guard RegionGrid(counts.regions).holdsEveryRegion else {
      throw FindingsError(
        "cannot analyze \(file.path): its regions are of several sizes or lie between the lines of a grid; analyze screens "
          + "of one size, such as the levels of a refinement")
    }
    try self.init(counts, inputs: file.summary.ids)
  }

  /// What an analysis file holds.
  public var groups: [AnalysisGroup] {
    [
      sensitivity.group(counts, inputs: inputs), sensitivity.taskGroup(counts), regions.group(counts),
      profiles.group(counts),
    ]
  }
}
