import Archive
import MessagePassing

extension Control: ScreenAnalysis {
  /// The name of its group in the analysis file.
  public static let name = "control"

  /// Analyzes the verdicts; nil where the control was not screened.
  public static func find(in screen: ScreenMaterial, communicator: Communicator?) throws -> Control? {
    let control = Control(screen.counts)
    return control.entries.isEmpty ? nil : control
  }

  /// The dataset group `control`.
  public func group(of screen: ScreenMaterial) -> AnalysisGroup {
    let one = ["profile"]
    return AnalysisGroup(
      name: Control.name,
      comment: """
        Maximum and minimum against the kind signed, region by region: the same drive enters, but with a random sign \
        for each row, so that the rows have no direction in common. The null is that either is as likely to be \
        non-silent on more inputs. region_p_value is the exact test of McNemar (1947) over regions, row_p_value and \
        column_p_value are paired t tests over blocks; adjusted_p_value is that of the largest of the three over all \
        matrices and kinds (Benjamini and Hochberg 1995). row_block_* and column_block_* compare the regions of a \
        block, adjusted over all blocks. The effect size is (more by the constant − more by its control) over their \
        sum; shares say how much. What the constant does beyond its control is a matter of direction, what both do is \
        one of amount. amount is |value of the control| over |constant|, never below 1.
        """,
      dimensions: [
        .init("profile", length: entries.count),
        .init("row_block", length: entries.map { $0.blocks[0].count }.max() ?? 0),
        .init("column_block", length: entries.map { $0.blocks[1].count }.max() ?? 0),
      ],
      variables: [
        .init("layer", one, "layer of the matrix", .counts(entries.map(\.layer))),
        .init("matrix", one, "matrix", .matrices(entries.map(\.matrix))),
        .init("kind", one, "the constant", .kinds(entries.map(\.kind))),
        .init("amount", one, "control's value over the constant, in size", .numbers(entries.map { $0.amount ?? .nan })),
        .init(
          "more_by_constant", one, "regions that are non-silent on more inputs by the constant",
          .counts(entries.map(\.whole.moreByFirst))),
        .init(
          "more_by_control", one, "regions that are non-silent on more inputs by its control",
          .counts(entries.map(\.whole.moreBySecond))),
        .init("equal", one, "regions that are non-silent on as many by both", .counts(entries.map(\.whole.equal))),
        .init("share", one, "share of non-silent verdicts by the constant", .numbers(entries.map(\.whole.first.share))),
        .init(
          "control_share", one, "share of non-silent verdicts by its control",
          .numbers(entries.map(\.whole.second.share))
        ),
        .init(
          "effect", one, "from -1, all by the control, to 1, all by the constant", .numbers(entries.map(\.whole.effect))
        ),
        .init("region_p_value", one, "of the test over regions", .numbers(entries.map(\.whole.probability))),
        .init("row_p_value", one, "of the test over row blocks", .numbers(entries.map(\.rowProbability))),
        .init("column_p_value", one, "of the test over column blocks", .numbers(entries.map(\.columnProbability))),
        .init("adjusted_p_value", one, "smallest false discovery rate of a finding", .numbers(entries.map(\.adjusted))),
      ] + blocks(.row) + blocks(.column))
  }

  /// The tests of matrices and those of blocks.
  public func families(of screen: ScreenMaterial) -> [FindingFamily] {
    [
      FindingFamily(.control, adjusted: entries.map(\.adjusted)),
      FindingFamily(
        .controlBlocks, adjusted: entries.flatMap { $0.adjustedBlocks.joined() }, strongest: examples.first),
    ]
  }

  private func blocks(_ axis: Enrichment.Axis) -> [AnalysisGroup.Variable] {
    let name = axis == .row ? "row_block" : "column_block"
    let count = entries.map { $0.blocks[axis.rawValue].count }.max() ?? 0
    func variable(_ suffix: String, _ meaning: String, _ values: [[Double]]) -> AnalysisGroup.Variable {
      .init(
        "\(name)_\(suffix)", ["profile", name], meaning,
        .numbers(values.flatMap { $0 + Array(repeating: .nan, count: count - $0.count) }))
    }
    let contrasts = entries.map { $0.blocks[axis.rawValue] }
    return [
      variable("share", "share of non-silent verdicts by the constant", contrasts.map { $0.map(\.first.share) }),
      variable("control_share", "the same by its control", contrasts.map { $0.map(\.second.share) }),
      variable("effect", "from -1, all by the control, to 1", contrasts.map { $0.map(\.effect) }),
      variable("p_value", "of the test over the regions of the block", contrasts.map { $0.map(\.probability) }),
      variable(
        "adjusted_p_value", "smallest false discovery rate of a finding",
        entries.map { $0.adjustedBlocks[axis.rawValue] }),
    ]
  }
}
