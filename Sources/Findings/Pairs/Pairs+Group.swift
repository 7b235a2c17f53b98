import Archive
import Drawing
import MessagePassing
import Perturbations

extension Pairs: ScreenAnalysis {
  /// The name of its group in the analysis file.
  public static let name = "pairs"

  /// Tests the pairs of mutations; nil where there are none.
  public static func find(in screen: ScreenMaterial, communicator: Communicator?) throws -> Pairs? {
    screen.pairs.map { Pairs($0, limit: Analysis.regionLimit) }
  }

  /// The dataset group `pairs`.
  public func group(of screen: ScreenMaterial) -> AnalysisGroup {
    let one = ["entry"]
    func number(_ name: String, _ meaning: String, _ values: [Double]) -> AnalysisGroup.Variable {
      .init(name, one, meaning, .numbers(values))
    }
    return AnalysisGroup(
      name: Pairs.name,
      comment: """
        Pairs of mutations that do more at once than mutations that do not interact (synthetic lethal, effect above 0) \
        or less (suppressing, below 0): at most \(Analysis.regionLimit), the smallest false discovery rates first. \
        Of \(testCount) pairs that were tested \(worseCount) are worse and \(betterCount) better at a rate of 0.01. \
        Divergences add up where they are small and saturate where they are large; so what is expected of a pair is \
        the sum of the single divergences times the usual ratio of pair to sum at such a sum, by a resistant line \
        (Tukey 1977, Exploratory Data Analysis) through the logarithms of both among the other pairs that are nearest \
        in that sum, on each input. The null: among pairs of about the same expected divergence, which pair has which \
        deviation on an input is chance, and on each input anew. Ranks of deviations are permuted among such pairs; \
        p_value is the exact two-sided probability of a pair's sum of ranks. adjusted_p_value is over all pairs \
        (Benjamini and Hochberg 1995).
        """,
      dimensions: [.init("entry", length: entries.count)],
      variables: [
        .init("mutation", one, "row of the pair in the results file", .counts(entries.map(\.row)))
      ] + PairSide.first.variables(entries.map(\.first), places: entries.map(\.places.first))
        + PairSide.second.variables(entries.map(\.second), places: entries.map(\.places.second)) + [
          .init("non_silent", one, "non-silent verdicts of the pair", .counts(entries.map(\.verdicts.count))),
          number(
            Columns.divergence, "mean over inputs of the divergence of the pair, in nats", entries.map(\.divergence)),
          number(
            Columns.interaction, "mean over inputs of that less the divergences of both mutations alone, in nats",
            entries.map(\.interaction)),
          number(
            Columns.expected, "mean over inputs of the divergence that is expected of mutations that do not interact",
            entries.map(\.expected)),
          number(Columns.effect, "mean over inputs of ln (divergence / expected)", entries.map(\.effect)),
          number("p_value", "of a deviation as large by chance, two-sided", entries.map(\.probability)),
          number(Columns.adjusted, "smallest false discovery rate of a finding", entries.map(\.adjusted)),
        ])
  }

  /// What a report shows of the group.
  public static func exhibit(_ group: GroupReader, _ context: ScreenContext) throws -> Exhibit? {
    try PairsExhibit.make(group, context)
  }

  /// The names of the columns that the exhibit reads.
  enum Columns {
    static let divergence = "mean_divergence"
    static let interaction = "mean_interaction"
    static let expected = "mean_expected"
    static let effect = "effect"
    static let adjusted = "adjusted_p_value"
  }
}

/// The columns of the first or of the second mutation of pairs.
enum PairSide: String {
  case first, second

  /// The columns of mutations that stand at these rows of the results file.
  func variables(_ mutations: [Mutation], places: [Int]) -> [AnalysisGroup.Variable] {
    let (one, regions) = (["entry"], mutations.map(\.region))
    func count(_ name: String, _ meaning: String, _ values: [Int]) -> AnalysisGroup.Variable {
      .init("\(rawValue)_\(name)", one, "\(meaning) of the \(rawValue) mutation", .counts(values))
    }
    return [
      .init(rawValue, one, "row of the \(rawValue) mutation alone in the results file", .counts(places)),
      count("layer", "layer", regions.map(\.layer)),
      .init("\(rawValue)_matrix", one, "matrix of the \(rawValue) mutation", .matrices(regions.map(\.matrix))),
      count("row", "first row", regions.map(\.rows.lowerBound)), count("rows", "rows", regions.map(\.rows.count)),
      count("column", "first column", regions.map(\.columns.lowerBound)),
      count("columns", "columns", regions.map(\.columns.count)),
      .init("\(rawValue)_kind", one, "kind of the \(rawValue) mutation", .kinds(mutations.map(\.kind))),
    ]
  }

  /// The mutations with their rows in the results file.
  func mutations(_ group: GroupReader) throws -> [(place: Int, mutation: Mutation)] {
    func counts(_ name: String, from least: Int) throws -> [Int] {
      let values = try group.counts("\(rawValue)_\(name)", "entry")
      guard values.allSatisfy({ $0 >= least }) else { throw group.missing("sound column \(rawValue)_\(name)") }
      return values
    }
    let places = try group.counts(rawValue, "entry")
    let matrices = try group.matrices("\(rawValue)_matrix", "entry")
    let kinds = try group.kinds("\(rawValue)_kind", "entry")
    let (layers, row, column) = (
      try counts("layer", from: 0), try counts("row", from: 0), try counts("column", from: 0)
    )
    let (rows, columns) = (try counts("rows", from: 1), try counts("columns", from: 1))
    return places.indices.map { entry in
      let region = Region(
        layer: layers[entry], matrix: matrices[entry], rows: row[entry]..<row[entry] + rows[entry],
        columns: column[entry]..<column[entry] + columns[entry])
      return (places[entry], Mutation(region: region, kind: kinds[entry]))
    }
  }
}
