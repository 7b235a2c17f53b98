import Archive

extension Enrichment {
  /// The dataset group `enrichment`.
  var group: AnalysisGroup {
    // A screen of no mutation has no pool.
    let matrices = stride(from: 0, to: entries.count, by: max(pools.count, 1)).map { entries[$0] }
    return AnalysisGroup(
      name: "enrichment",
      comment: """
        Row blocks and column blocks of each matrix that hold more non-silent verdicts than expected, for all kinds together \
        and for each kind. Three nulls. Chance: the block's regions are drawn from those of the matrix without replacement; \
        chance_z is the deviation, its p value normal. Margins: the verdicts of every block of the other axis are dealt out at \
        random along it; margin_p_value is exact, by convolution. Arithmetic: a constant region adds c · Σ x_J to all of its \
        rows, so log odds of column blocks follow the logarithm of the root mean square of Σ x_J (row blocks: are alike); \
        residual is the externally studentized residual of that line, its p value Student's. p_value is the largest of the \
        three, adjusted_p_value that over all blocks, matrices and kinds (Benjamini and Hochberg 1995). The effect size is the \
        excess, the block's share over that of the matrix.
        """,
      dimensions: [
        .init("profile", length: matrices.count), .init("kind", labels: pools.map { $0?.rawValue ?? "all" }),
        .init("row_block", length: entries.map { $0.blocks[0].count }.max() ?? 0),
        .init("column_block", length: entries.map { $0.blocks[1].count }.max() ?? 0),
      ],
      variables: [
        .init("layer", ["profile"], "layer of the matrix", .counts(matrices.map(\.layer))),
        .init("matrix", ["profile"], "matrix", .matrices(matrices.map(\.matrix))),
      ] + blocks(.row) + blocks(.column))
  }

  private func blocks(_ axis: Axis) -> [AnalysisGroup.Variable] {
    let name = axis == .row ? "row" : "column"
    let count = entries.map { $0.blocks[axis.rawValue].count }.max() ?? 0
    func variable(_ suffix: String, _ meaning: String, _ value: (Block) -> Double) -> AnalysisGroup.Variable {
      .init(
        "\(name)_\(suffix)", ["profile", "kind", "\(name)_block"], meaning,
        .numbers(padded(entries.map { $0.blocks[axis.rawValue].map(value) }, to: count)))
    }
    return [
      variable("excess", "share of the block over that of the whole matrix", \.excess),
      variable("chance_z", "deviations above chance", \.chanceScore),
      variable("chance_p_value", "of the deviation from chance", \.chanceProbability),
      variable("margin_z", "deviations above what the other axis' totals give", \.marginScore),
      variable("margin_p_value", "of the total, the other axis' totals given", \.marginProbability),
      variable("residual", "studentized residual beyond arithmetic", \.residual),
      variable("residual_p_value", "of the residual", \.residualProbability),
      variable("p_value", "the largest of the three", \.probability),
      .init(
        "\(name)_adjusted_p_value", ["profile", "kind", "\(name)_block"], "smallest false discovery rate of a finding",
        .numbers(padded(entries.map { $0.adjusted[axis.rawValue] }, to: count))),
    ]
  }

  private func padded(_ rows: [[Double]], to count: Int) -> [Double] {
    rows.flatMap { $0 + Array(repeating: .nan, count: count - $0.count) }
  }
}
