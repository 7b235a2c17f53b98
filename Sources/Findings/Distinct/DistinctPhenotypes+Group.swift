import Archive
import Drawing
import MessagePassing

extension DistinctPhenotypes: ScreenAnalysis {
  /// The name of its group in the analysis file.
  public static let name = "distinct"

  /// Analyzes what mutants say; nil without continuations.
  public static func find(in screen: ScreenMaterial, communicator: Communicator?) throws -> DistinctPhenotypes? {
    screen.texts.map { DistinctPhenotypes($0.tables.mutations, $0.tables.continuations) }
  }

  /// The dataset group `distinct`.
  public func group(of screen: ScreenMaterial) -> AnalysisGroup {
    let inputs = screen.texts?.inputs ?? []
    let combinations = entries.map(\.combination)
    let (one, each, input) = (["combination"], ["combination", "input"], ["input"])
    return AnalysisGroup(
      name: DistinctPhenotypes.name,
      comment: """
        Different continuations among the non-silent mutants of every combination of layer, matrix and kind. \
        Continuations are equal when all their tokens are.
        """,
      dimensions: [.init("combination", length: entries.count), .init("input", labels: inputs)],
      variables: [
        .init("layer", one, "layer of the mutated matrix", .counts(combinations.map(\.layer))),
        .init("matrix", one, "mutated matrix", .matrices(combinations.map(\.matrix))),
        .init("kind", one, "what was done to the region", .kinds(combinations.map(\.kind))),
        .init("non_silent", each, "non-silent mutations", .counts(entries.flatMap(\.nonSilent))),
        .init("distinct", each, "different continuations among them", .counts(entries.flatMap(\.distinct))),
        .init(
          DistinctPhenotypes.Columns.inputNonSilent, input, "non-silent mutations of the whole screen",
          .counts(nonSilent)),
        .init(
          DistinctPhenotypes.Columns.inputDistinct, input, "different continuations of the whole screen",
          .counts(distinct)),
      ])
  }

  /// What a report shows of the group.
  public static func exhibit(_ group: GroupReader, _ context: ScreenContext) throws -> Exhibit? {
    try DistinctExhibit.make(group, context)
  }
}

extension DistinctPhenotypes {
  /// The names of the columns that the exhibit reads.
  enum Columns {
    static let inputNonSilent = "input_non_silent"
    static let inputDistinct = "input_distinct"
  }
}
