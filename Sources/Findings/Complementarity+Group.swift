import Archive

extension Complementarity {
  /// The dataset group `complementarity`.
  var group: AnalysisGroup {
    let one = ["pair"]
    return AnalysisGroup(
      name: "complementarity",
      comment: """
        The pairs of row blocks and of column blocks of each matrix that are most nearly complementary: one is sensitive to \
        maximum where the other is to minimum. The score, an effect size from -1 to 1, is minus the correlation, along the other \
        axis, of their differences between non-silent verdicts by maximum and by minimum; residual_score is that after a \
        multiple of the mean of Σ x_J, the arithmetic of constant regions, was taken off. The null permutes every block's own \
        values; p_value is that of a pair of the matrix with a statistic as large (the correlation, damped where hardly anything \
        is non-silent), adjusted_p_value over all \(testCount) matrices and axes (Benjamini and Hochberg 1995).
        """,
      dimensions: [.init("pair", length: pairs.count)],
      variables: [
        .init("layer", one, "layer of the matrix", .counts(pairs.map(\.layer))),
        .init("matrix", one, "matrix", .matrices(pairs.map(\.matrix))),
        .init("is_column", one, "whether the blocks are column blocks", .truths(pairs.map { $0.axis == .column })),
        .init("first", one, "number of the first block", .counts(pairs.map(\.first))),
        .init("second", one, "number of the second block", .counts(pairs.map(\.second))),
        .init("score", one, "from -1, alike, to 1, opposite", .numbers(pairs.map(\.score))),
        .init("residual_score", one, "the same beyond arithmetic", .numbers(pairs.map(\.residualScore))),
        .init("p_value", one, "of such a pair in the matrix", .numbers(pairs.map(\.probability))),
        .init("adjusted_p_value", one, "smallest false discovery rate of a finding", .numbers(pairs.map(\.adjusted))),
      ])
  }
}
