import Archive
import Drawing
import MessagePassing
import Perturbations

extension SensitiveRegions: ScreenAnalysis {
  /// The name of its group in the analysis file.
  public static let name = "regions"

  /// Analyzes the verdicts.
  public static func find(in screen: ScreenMaterial, communicator: Communicator?) throws -> SensitiveRegions? {
    SensitiveRegions(screen.counts, limit: Analysis.regionLimit)
  }

  /// The dataset group `regions`.
  public func group(of screen: ScreenMaterial) -> AnalysisGroup {
    let counts = screen.counts
    let one = ["region"]
    let regions = entries.map(\.region)
    var variables = RegionPlace.variables(of: regions, over: one) + RegionPlace.sizes(of: regions, over: one)
    variables += [
      .init(
        SensitiveRegions.Columns.nonSilent, one, "non-silent verdicts over kinds and inputs",
        .counts(entries.map(\.verdicts.count))),
      .init(
        SensitiveRegions.Columns.verdicts, one, "verdicts over kinds and inputs", .counts(entries.map(\.verdicts.total))
      ),
      .init(
        SensitiveRegions.Columns.kindIsNonSilent, ["region", "kind"], "whether the kind has a non-silent verdict",
        .truths(entries.flatMap { entry in counts.kinds.map { entry.kinds.contains($0) } })),
    ]
    if counts.hasDivergence {
      variables += [
        .init(
          SensitiveRegions.Columns.meanDivergence, one, "mean over verdicts of the divergence, in nats",
          .numbers(entries.map(\.meanDivergence))),
        .init(
          "largest_divergence", one, "largest divergence of a verdict, in nats",
          .numbers(entries.map(\.largestDivergence))),
      ]
    }
    return AnalysisGroup(
      name: SensitiveRegions.name,
      comment: """
        The \(entries.count) regions with the most non-silent verdicts over kinds and inputs; the larger sum of \
        divergences goes first among equals, then canonical order.
        """,
      dimensions: [
        .init("region", length: entries.count), .init("kind", labels: counts.kinds.map(\.rawValue)),
      ],
      variables: variables)
  }

  /// What a report shows of the group.
  public static func exhibit(_ group: GroupReader, _ context: ScreenContext) throws -> Exhibit? {
    try RegionsExhibit.make(group, context)
  }
}

extension SensitiveRegions {
  /// The names of the columns that the exhibit reads.
  enum Columns {
    static let nonSilent = "non_silent"
    static let verdicts = "verdicts"
    static let meanDivergence = "mean_divergence"
    static let kindIsNonSilent = "kind_is_non_silent"
  }
}
