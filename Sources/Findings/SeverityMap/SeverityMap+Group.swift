import Archive
import Drawing
import MessagePassing

extension SeverityMap: ScreenAnalysis {
  /// The name of its group in the analysis file.
  public static let name = "severity_map"

  /// Analyzes what mutants say; nil without continuations.
  public static func find(in screen: ScreenMaterial, communicator: Communicator?) throws -> SeverityMap? {
    screen.texts.map { SeverityMap($0.tables, $0.measures) }
  }

  /// The dataset group `severity_map`.
  public func group(of screen: ScreenMaterial) -> AnalysisGroup {
    let thresholds = SeverityMap.thresholds
    return AnalysisGroup(
      name: SeverityMap.name,
      comment: """
        Inputs on which a mutant's continuation has a cosine of word counts with the baseline's below each threshold. \
        Mutations are those of the results file, in its order.
        """,
      dimensions: [
        .init("mutation", length: inputs.count / thresholds.count),
        .init("threshold", labels: thresholds.map { "\($0)" }),
      ],
      variables: [
        .init(
          SeverityMap.Columns.inputs, ["mutation", "threshold"], "inputs below the threshold, 255 for any more",
          .bytes(inputs))
      ])
  }

  /// What a report shows of the group.
  public static func exhibit(_ group: GroupReader, _ context: ScreenContext) throws -> Exhibit? {
    try SeverityMapExhibit.make(group, context)
  }
}

extension SeverityMap {
  /// The names of the columns that the exhibit reads.
  enum Columns {
    static let inputs = "inputs"
  }
}
