import Archive

extension DistinctPhenotypes {
  /// The dataset group `distinct`.
  func group(inputs: [String]) -> AnalysisGroup {
    let combinations = entries.map(\.combination)
    let (one, each, input) = (["combination"], ["combination", "input"], ["input"])
    return AnalysisGroup(
      name: "distinct",
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
        .init("input_non_silent", input, "non-silent mutations of the whole screen", .counts(nonSilent)),
        .init("input_distinct", input, "different continuations of the whole screen", .counts(distinct)),
      ])
  }
}
