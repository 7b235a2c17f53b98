import Archive
import Foundation
import Perturbations
import Statistics
import Transformer

/// Two screens compared, of one model or of two of one shape: how far their maps agree, and which regions changed.
///
/// Whatever is said of the first against the second is said of the second against the first with the other sign, to the
/// bit: files are compared in an order of their own, and the outcome is turned round where they were named otherwise.
public struct Comparison: Sendable {
  /// The mutations that both screens have, and what is left out.
  public struct Mutations: Sendable {
    /// Mutations that are compared.
    public let count: Int
    /// Mutations of the first screen that are not.
    public let onlyFirst: Int
    /// Mutations of the second screen that are not.
    public let onlySecond: Int
    /// The kinds of those that are compared.
    public let kinds: [Kind]
    /// Matrices left out because their rows are in another order in the other model's file.
    public let reordered: [WeightMatrix]
    /// Kinds left out because they go with another number in the other screen.
    public let otherNumbers: [Kind]
  }

  /// The screen that is named first, A in words.
  public let first: ComparedFile
  /// The screen that is named second, B in words.
  public let second: ComparedFile
  /// The mutations that are compared.
  public let mutations: Mutations
  /// How inputs go together.
  public let inputs: InputJoin
  /// How far the severities of regions agree.
  public let correlation: MapCorrelation
  /// The severities of all regions, by matrix and by layer.
  public let severities: [SeverityDifference]
  /// The regions that changed.
  public let changes: RegionChanges
  /// How verdicts agree; nil where inputs are not compared one by one.
  public let agreement: VerdictAgreement?
  /// How large the model is, for its maps.
  let extent: ModelExtent

  /// Compares two results files of whole screens; `seed` keys permutations and halves.
  public init(of first: borrowing ResultsFile, and second: borrowing ResultsFile, seed: UInt64 = 0) throws {
    try ComparisonCheck.check(first, second)
    if ComparedFile(second).order.lexicographicallyPrecedes(ComparedFile(first).order) {
      self = try Comparison(ordered: second, first, seed: seed).mirrored
    } else {
      self = try Comparison(ordered: first, second, seed: seed)
    }
  }

  private init(ordered one: borrowing ResultsFile, _ other: borrowing ResultsFile, seed: UInt64) throws {
    (first, second) = (ComparedFile(one), ComparedFile(other))
    let reordered: [WeightMatrix] = first.provenance.rowOrder == second.provenance.rowOrder ? [] : [.q, .k]
    let numbers = (try one.kindParameters(), try other.kindParameters())
    let otherNumbers = Kind.allCases.filter { $0.hasParameter && numbers.0[$0] != numbers.1[$0] }
    let join = MutationJoin(
      try one.mutationList(0..<one.summary.layeredCount), try other.mutationList(0..<other.summary.layeredCount)
    ) { !reordered.contains($0.region.matrix) && !otherNumbers.contains($0.kind) }
    guard join.count > 0 else {
      throw FindingsError(
        cannot: "compare", "\(one.path) with \(other.path)",
        seen: "they have no mutation in common: no kind of change of the same region",
        advice: "screen the same regions by the same kinds, or take the mutations of one by mutations.list of the other"
      )
    }
    mutations = Mutations(
      count: join.count, onlyFirst: join.onlyFirst, onlySecond: join.onlySecond, kinds: join.kinds,
      reordered: reordered, otherNumbers: otherNumbers.filter { numbers.0[$0] != nil && numbers.1[$0] != nil })
    let keys = (try Comparison.keys(one), try Comparison.keys(other))
    inputs = InputJoin(keys.0, keys.1)
    let verdicts = try JoinedVerdicts(one, other, mutations: join, inputs: inputs)
    agreement = verdicts.agreement
    correlation = MapCorrelation(
      verdicts.first, verdicts.second, inputs: inputs, tasks: (one.summary.tasks, other.summary.tasks),
      groups: join.groups { RegionGroup(join.regions[$0], kindSet: join.kindSets[$0]) }, seed: seed)
    severities = SeverityDifference.all(join.regions, verdicts.first, verdicts.second, inputs: inputs)
    changes = RegionChanges(verdicts.first, verdicts.second, mutations: join, inputs: inputs)
    extent = ModelExtent(one.summary.shapes ?? other.summary.shapes, regions: join.regions)
  }

  /// The path that a file of the comparison would have beside the first screen.
  public var path: String {
    URL(fileURLWithPath: first.path).deletingLastPathComponent().path + "/" + first.stem + "-against-" + second.stem
      + ".h5"
  }

  private static func keys(_ file: borrowing ResultsFile) throws -> [InputJoin.Key] {
    try file.inputs().map { .init(id: $0.id, prompt: $0.prompt, task: $0.task) }
  }

  private init(mirroring other: Comparison) {
    (first, second) = (other.second, other.first)
    let own = other.mutations
    mutations = Mutations(
      count: own.count, onlyFirst: own.onlySecond, onlySecond: own.onlyFirst, kinds: own.kinds,
      reordered: own.reordered, otherNumbers: own.otherNumbers)
    (inputs, correlation, changes) = (other.inputs.mirrored, other.correlation.mirrored, other.changes.mirrored)
    (severities, agreement) = (other.severities.map(\.mirrored), other.agreement?.mirrored)
    extent = other.extent
  }

  /// The screens the other way round.
  public var mirrored: Comparison { Comparison(mirroring: self) }
}
