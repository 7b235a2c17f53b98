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
    var variables: [AnalysisGroup.Variable] = [
      .init("layer", one, "layer of the matrix", .counts(regions.map(\.layer))),
      .init("matrix", one, "matrix of the region", .matrices(regions.map(\.matrix))),
      .init(
        "row", one, "first row of the region, in elements of the stored tensor", .counts(regions.map(\.rows.lowerBound))
      ),
      .init(
        "column", one, "first column of the region, in elements of the stored tensor",
        .counts(regions.map(\.columns.lowerBound))),
      .init("rows", one, "rows of the region", .counts(regions.map(\.rows.count))),
      .init("columns", one, "columns of the region", .counts(regions.map(\.columns.count))),
      .init("non_silent", one, "non-silent verdicts over kinds and inputs", .counts(entries.map(\.verdicts.count))),
      .init("verdicts", one, "verdicts over kinds and inputs", .counts(entries.map(\.verdicts.total))),
      .init(
        "kind_is_non_silent", ["region", "kind"], "whether the kind has a non-silent verdict",
        .truths(entries.flatMap { entry in counts.kinds.map { entry.kinds.contains($0) } })),
    ]
    if counts.hasDivergence {
      variables += [
        .init(
          "mean_divergence", one, "mean over verdicts of the divergence, in nats",
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
