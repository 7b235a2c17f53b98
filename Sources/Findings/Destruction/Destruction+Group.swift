import Archive
import Drawing
import MessagePassing
import Texts

extension Destruction: ScreenAnalysis {
  /// The name of its group in the analysis file.
  public static let name = "destruction"

  /// Analyzes what mutants say; nil without continuations.
  public static func find(in screen: ScreenMaterial, communicator: Communicator?) throws -> Destruction? {
    screen.texts.map { Destruction($0.tables, $0.measures) }
  }

  /// The dataset group `destruction`.
  public func group(of screen: ScreenMaterial) -> AnalysisGroup {
    let mutations = screen.texts?.tables.mutations ?? MutationColumns()
    let regions = entries.map(\.mutation.region)
    let combinations = mutations.screened.map { mutations.combinations[$0] }
    let (one, each) = (["entry"], ["combination"])
    return AnalysisGroup(
      name: Destruction.name,
      comment: """
        Mutations that are non-silent on every input and leave a mean cosine of word counts below \
        \(Destruction.cosineLimit), or make the continuations of at least half of the inputs repetitive, empty or \
        mostly of unknown words, where the baseline's is not. p_value: the null permutes the cosines of every input \
        among the mutations of the same layer, matrix and kind, so that losing the words of one input says nothing of \
        losing those of another; its distribution is exact, of cosines in steps. adjusted_p_value over all mutations \
        of the screen (Benjamini and Hochberg 1995). The effect is the mean cosine of those mutations less that of \
        this one. Listed are the \(entries.count) with the smallest mean cosine.
        """,
      dimensions: [
        .init("entry", length: entries.count), .init("combination", length: combinations.count),
        .init("form", labels: Destruction.brokenForms.map(\.name)),
      ],
      variables: RegionPlace.variables(of: regions, over: one) + [
        .init("mutation", one, "place of the mutation in the results file", .counts(entries.map(\.index))),
        .init(Destruction.Columns.kind, one, "what was done to the region", .kinds(entries.map(\.mutation.kind))),
        .init(
          Destruction.Columns.meanCosine, one, "mean over inputs of the cosine", .numbers(entries.map(\.meanCosine))),
        .init("effect", one, "mean cosine of its like less its own", .numbers(entries.map(\.effect))),
        .init(
          "broken_inputs", ["entry", "form"], "inputs with such a continuation", .counts(entries.flatMap(\.broken))),
        .init("p_value", one, "of a mean cosine as small", .numbers(entries.map(\.probability))),
        .init(
          Destruction.Columns.adjustedPValue, one, "smallest false discovery rate of a finding",
          .numbers(entries.map(\.adjusted))),
        .init("combination_layer", each, "layer of the mutated matrix", .counts(combinations.map(\.layer))),
        .init("combination_matrix", each, "mutated matrix", .matrices(combinations.map(\.matrix))),
        .init("combination_kind", each, "what was done to the region", .kinds(combinations.map(\.kind))),
        .init("destructive", each, "destructive mutations", .counts(mutations.screened.map { counts[$0] })),
        .init(
          "significant", each, "destructive mutations that are so beyond their matrix",
          .counts(mutations.screened.map { significantCounts[$0] })),
      ])
  }

  /// The test of each mutation.
  public func families(of screen: ScreenMaterial) -> [FindingFamily] {
    let tests = screen.texts?.tables.mutations.count ?? 0
    return [
      FindingFamily(
        name: .destruction, findings: significantCounts.reduce(0, +), tests: tests, strongest: strongest)
    ]
  }

  /// What a report shows of the group.
  public static func exhibit(_ group: GroupReader, _ context: ScreenContext) throws -> Exhibit? {
    try DestructionExhibit.make(group, context)
  }
}

extension TextForm {
  /// The name of a single form in files.
  var name: String { TextForm.named.first { $0.form == self }?.name ?? "\(rawValue)" }
}

extension Destruction {
  /// The names of the columns that the exhibit reads.
  enum Columns {
    static let kind = "kind"
    static let meanCosine = "mean_cosine"
    static let adjustedPValue = "adjusted_p_value"
  }
}
