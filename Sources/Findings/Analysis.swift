import Archive
import MessagePassing
import Perturbations

/// All findings of a screen.
public struct Analysis: Sendable {
  /// Regions that are listed in an analysis file.
  public static let regionLimit = 1000

  /// Non-silent verdicts by region, kind, input and task.
  public let counts: ScreenCounts
  /// Non-silent verdicts by layer, matrix, kind and task.
  public let sensitivity: Sensitivity
  /// The most sensitive regions.
  public let regions: SensitiveRegions
  /// Sensitivity of the row and column blocks of each matrix.
  public let profiles: Profiles
  /// How alike inputs are in what they are sensitive to.
  public let overlap: Overlap
  /// Regions that are sensitive on one task.
  public let specificity: Specificity
  /// Matrices that are biased towards maximum or minimum.
  public let bias: Bias
  /// Row and column blocks with more non-silent verdicts than expected.
  public let enrichment: Enrichment
  /// Pairs of blocks that answer to opposite kinds.
  public let complementarity: Complementarity
  /// Maximum and minimum against the control `signed`.
  public let control: Control
  /// What mutants say: on the first rank, and where continuations were recorded.
  public private(set) var texts: TextFindings?
  private let inputs: [String]

  /// `inputs` are the ids of the inputs, `drive` tells what is arithmetic; `seed` is that of permutations, which the
  /// ranks of a communicator share. Collective.
  public init(
    _ counts: ScreenCounts, inputs: [String], drive: InputSums? = nil, seed: UInt64 = 0,
    communicator: Communicator? = nil
  ) throws {
    precondition(inputs.count == counts.inputCount, "an id for each input")
    self.counts = counts
    self.inputs = inputs
    sensitivity = Sensitivity(counts)
    regions = SensitiveRegions(counts, limit: Analysis.regionLimit)
    profiles = try Profiles(counts)
    overlap = Overlap(counts)
    specificity = Specificity(counts)
    bias = Bias(counts)
    enrichment = Enrichment(counts, drive: drive)
    control = Control(counts)
    complementarity = try Complementarity(counts, drive: drive, seed: seed, communicator: communicator)
  }

  /// Analyzes a results file of a whole screen: shares of a part would be taken for those of the model. With the model
  /// that was screened, what mutants say is also classified by its states. Collective.
  public init(
    of file: borrowing ResultsFile, model: ScreenedModel? = nil, seed: UInt64 = 0, communicator: Communicator? = nil
  ) throws {
    if let part = file.summary.provenance.part {
      throw FindingsError(
        "cannot analyze \(file.path): it is part \(part.index) of \(part.count) of a screen; join all parts with "
          + "locus gather first")
    }
    let outcome = Result { (counts: try ScreenCounts.read(file), drive: try file.drive()) }
    let found = try Sharing(communicator).agree { try outcome.get() }
    guard RegionGrid(found.counts.regions).holdsEveryRegion else {
      throw FindingsError(
        "cannot analyze \(file.path): its regions are of several sizes or lie between the lines of a grid; analyze "
          + "screens of one size, such as the levels of a refinement")
    }
    try self.init(found.counts, inputs: file.summary.ids, drive: found.drive, seed: seed, communicator: communicator)
    texts = try TextFindings.read(file, model: model, seed: seed, sharing: Sharing(communicator))
  }

  /// What an analysis file holds.
  public var groups: [AnalysisGroup] {
    [
      sensitivity.group(counts, inputs: inputs), sensitivity.taskGroup(counts), regions.group(counts),
      profiles.group(counts), overlap.group(inputs: inputs), specificity.group(counts), bias.group, enrichment.group,
      complementarity.group,
    ] + (control.entries.isEmpty ? [] : [control.group]) + (texts?.groups ?? [])
  }
}
