import Archive
import Drawing
import MessagePassing
import Statistics

extension Profiles: ScreenAnalysis {
  /// The name of its group in the analysis file.
  public static let name = "profiles"

  /// Analyzes the verdicts.
  public static func find(in screen: ScreenMaterial, communicator: Communicator?) throws -> Profiles? {
    try Profiles(screen.counts)
  }

  /// The dataset group `profiles`.
  public func group(of screen: ScreenMaterial) -> AnalysisGroup {
    // The first pool of each matrix speaks for the matrix. Without mutations there is neither.
    let matrices = stride(from: 0, to: entries.count, by: max(1, pools.count)).map { entries[$0] }
    let rowCount = matrices.map(\.rows.count).max() ?? 0
    let columnCount = matrices.map(\.columns.count).max() ?? 0
    let pooled = ["profile", "kind"]
    return AnalysisGroup(
      name: Profiles.name,
      comment: """
        Share of non-silent verdicts of every row block (a row of regions) and column block of each matrix of each \
        layer, for all kinds together and for each kind. The null is the share of the whole matrix, expectation; the \
        effect size is the enrichment, share over expectation. Blocks that were not screened, or that the matrix does \
        not have, are not numbers. Stripes also arise by arithmetic alone, because regions of a row block add to the \
        same outputs and regions of a column block read the same inputs.
        """,
      dimensions: [
        .init("profile", length: matrices.count), .init("kind", labels: pools.map { $0?.rawValue ?? "all" }),
        .init("row_block", length: rowCount), .init("column_block", length: columnCount),
      ],
      variables: [
        .init("region_rows", [], "rows of a row block, in elements of the tensor", .counts([regionRows])),
        .init(
          "region_columns", [], "columns of a column block, in elements of the tensor", .counts([regionColumns])),
        .init(Profiles.Columns.layer, ["profile"], "layer of the matrix", .counts(matrices.map(\.layer))),
        .init(Profiles.Columns.matrix, ["profile"], "matrix", .matrices(matrices.map(\.matrix))),
        .init(
          "expectation", pooled, "share of non-silent verdicts of the whole matrix",
          .numbers(entries.map(\.expectation.share))),
      ] + blocks("row", count: rowCount, \.rows) + blocks("column", count: columnCount, \.columns))
  }

  /// What a report shows of the group.
  public static func exhibit(_ group: GroupReader, _ context: ScreenContext) throws -> Exhibit? {
    try ProfilesExhibit.make(group, context)
  }

  private func blocks(_ axis: String, count: Int, _ path: KeyPath<Entry, [Proportion]>) -> [AnalysisGroup.Variable] {
    let dimensions = ["profile", "kind", "\(axis)_block"]
    func values<Value>(filler: Value, _ value: (Entry, Proportion) -> Value) -> [Value] {
      entries.flatMap { entry in
        let blocks = entry[keyPath: path]
        return blocks.map { value(entry, $0) } + Array(repeating: filler, count: count - blocks.count)
      }
    }
    return [
      .init("\(axis)_verdicts", dimensions, "verdicts of the \(axis) block", .counts(values(filler: 0) { $1.total })),
      .init(
        "\(axis)_share", dimensions, "share of non-silent verdicts of the \(axis) block",
        .numbers(values(filler: .nan) { $1.share })),
      .init(
        "\(axis)_enrichment", dimensions, "share of the \(axis) block over that of the whole matrix",
        .numbers(values(filler: .nan) { $0.enrichment(of: $1) })),
    ]
  }
}

extension Profiles {
  /// The names of the columns that the exhibit reads.
  enum Columns {
    static let layer = "layer"
    static let matrix = "matrix"
  }
}
