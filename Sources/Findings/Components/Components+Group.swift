import Archive
import Drawing
import MessagePassing
import Perturbations

extension Components: ScreenAnalysis {
  /// The name of its group in the analysis file.
  public static let name = "components"

  /// Analyzes the mutations of components; nil where they are of regions.
  public static func find(in screen: ScreenMaterial, communicator: Communicator?) throws -> Components? {
    screen.components.map { Components($0, limit: Analysis.regionLimit) }
  }

  /// The dataset group `components`.
  public func group(of screen: ScreenMaterial) -> AnalysisGroup {
    let (one, each) = (["entry"], ["trend"])
    return AnalysisGroup(
      name: Components.name,
      comment: """
        The \(entries.count) mutations of components with the largest mean divergence over the inputs. trend: \
        Spearman's correlation of the components' sizes with the mean divergences of one kind's mutants of a matrix, \
        where at least \(Components.leastComponents) components of it were screened. The null of the test of signs: a \
        matrix has a correlation above 0 as often as below.
        """,
      dimensions: [.init("entry", length: entries.count), .init("trend", length: trends.count)],
      variables: [
        .init(Columns.layer, one, "layer of the matrix", .counts(entries.map(\.mutation.region.layer))),
        .init(Columns.matrix, one, "matrix", .matrices(entries.map(\.mutation.region.matrix))),
        .init(
          Columns.component, one, "component of the matrix, 0 first",
          .counts(entries.map { $0.mutation.component ?? 0 })),
        .init(Columns.size, one, "size of the component, its singular value", .numbers(entries.map(\.size))),
        .init(Columns.kind, one, "what was done to the component", .kinds(entries.map(\.mutation.kind))),
        .init("mutation", one, "place of the mutation in the results file", .counts(entries.map(\.index))),
        .init(Columns.nonSilent, one, "non-silent verdicts", .counts(entries.map(\.verdicts.count))),
        .init(
          Columns.divergence, one, "mean over inputs of the divergence, in nats", .numbers(entries.map(\.divergence))),
        .init("trend_layer", each, "layer of the matrix", .counts(trends.map(\.layer))),
        .init("trend_matrix", each, "matrix", .matrices(trends.map(\.matrix))),
        .init("trend_kind", each, "what was done to the components", .kinds(trends.map(\.kind))),
        .init("trend_components", each, "components of the matrix", .counts(trends.map(\.count))),
        .init(
          "trend_correlation", each, "correlation of the ranks of sizes and of mean divergences",
          .numbers(trends.map(\.correlation))),
      ])
  }

  /// The strongest component, whether larger ones do more, and what is left out.
  public func sentences(of screen: ScreenMaterial) -> [String] {
    var sentences: [String] = []
    if let first = entries.first, hasDivergence {
      let mutation = first.mutation
      sentences.append(
        "The component that moves predictions most is component \(mutation.component ?? 0) of "
          + "\(Sentence.place(mutation.region.layer, mutation.region.matrix)), of size \(Numeral.number(first.size)): "
          + "\(mutation.kind.rawValue) makes a mean divergence of \(Numeral.number(first.divergence)) nat, non-silent "
          + "on \(first.verdicts.count) of \(Numeral.items(first.verdicts.total, "input")).")
    }
    for kind in Kind.allCases where hasDivergence {
      let (more, less, probability) = signs(of: kind)
      guard more + less > 0 else { continue }
      sentences.append(
        "By \(kind.rawValue), larger components move predictions more in \(Numeral.count(more)) of "
          + "\(Numeral.items(more + less, "matrix", "matrices")) (Spearman's correlation above 0; exact test of signs, "
          + "p = \(Numeral.chance(probability))).")
    }
    sentences.append(
      "Maps and analyses of regions are left out, because every mutation of this screen is of a component of a whole "
        + "matrix.")
    return sentences
  }

  /// What a report shows of the group.
  public static func exhibit(_ group: GroupReader, _ context: ScreenContext) throws -> Exhibit? {
    let layers = try group.counts(Columns.layer, "entry")
    let matrices = try group.matrices(Columns.matrix, "entry")
    let components = try group.counts(Columns.component, "entry")
    let sizes = try group.numbers(Columns.size, "entry")
    let kinds = try group.kinds(Columns.kind, "entry")
    let nonSilent = try group.counts(Columns.nonSilent, "entry")
    let divergences = try group.numbers(Columns.divergence, "entry")
    var exhibit = Exhibit(
      name: Components.name, title: "The strongest components",
      introduction: Markup(
        "A mutant multiplies one component of a matrix by a number. Ranked by the mean divergence over all inputs."))
    exhibit.numbers = [
      ("mutations", Numeral.count(context.maps.mutationCount)), ("inputs", Numeral.count(context.ids.count)),
    ]
    exhibit.tables = [
      Table(
        title: "Components with the largest mean divergence",
        columns: [
          ("matrix", false), ("component", true), ("size", true), ("kind", false), ("mean divergence, nat", true),
          ("inputs non-silent", true),
        ],
        rows: layers.indices.prefix(rowLimit).map { place in
          [
            .text(Sentence.place(layers[place], matrices[place])), .number("\(components[place])"),
            .number(Numeral.number(sizes[place])), .text(kinds[place].rawValue),
            .number(Numeral.number(divergences[place])), .number(Numeral.count(nonSilent[place])),
          ]
        }, note: layers.count > rowLimit ? "The analysis file lists \(Numeral.count(layers.count))." : "")
    ]
    return exhibit
  }

  private static let rowLimit = 40

  /// The names of the columns that the exhibit reads.
  private enum Columns {
    static let layer = "layer"
    static let matrix = "matrix"
    static let component = "component"
    static let size = "singular_value"
    static let kind = "kind"
    static let nonSilent = "non_silent"
    static let divergence = "mean_divergence"
  }
}
