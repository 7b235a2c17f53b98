import Archive
import Drawing
import MessagePassing

extension Writers: ScreenAnalysis {
  /// The name of its group in the analysis file.
  public static let name = "writers"

  /// Analyzes what mutants say; nil without continuations.
  public static func find(in screen: ScreenMaterial, communicator: Communicator?) throws -> Writers? {
    screen.texts.map { Writers($0.tables, $0.measures) }
  }

  /// The dataset group `writers`.
  public func group(of screen: ScreenMaterial) -> AnalysisGroup {
    let inputs = screen.texts?.inputs ?? []
    let genres = Genre.allCases
    let regions = entries.map(\.mutation.region)
    let within = tests.enumerated().flatMap { genre, tests in tests.within.map { (genre, $0) } }
    let across = tests.enumerated().flatMap { genre, tests in tests.across.map { (genre, $0) } }
    let one = ["writer"]
    return AnalysisGroup(
      name: Writers.name,
      comment: """
        Mutations that turn plain text into verse (line breaks and rhyme) or dialogue (quoted turns), by cheap rules \
        on characters, on at least \(Writers.inputLimit) inputs. Tested is whether writers share row blocks or column \
        blocks of regions. Only regions with a mutation that is non-silent on as many plain inputs count. Within a \
        matrix the null permutes the writers of every block of the other axis among its regions, so the other axis' \
        totals are kept and the count is a sum of independent events; across matrices the count is that of matrices \
        with a writer in the block, of rows of o and down, or of columns of q, k, v, gate and up, with the same \
        elements. p_value is exact, adjusted_p_value over all blocks and both genres (Benjamini and Hochberg 1995); \
        the effect is observed over expected.
        """,
      dimensions: [
        .init("genre", labels: genres.map(\.rawValue)), .init("writer", length: entries.count),
        .init("input", labels: inputs), .init("block", length: within.count), .init("residual", length: across.count),
      ],
      variables: RegionPlace.variables(of: regions, over: one) + [
        .init("writers", ["genre"], "mutations that write", .counts(counts)),
        .init(
          "is_plain", ["input"], "whether the baseline's continuation is plain",
          .truths(inputs.indices.map { plainInputs.contains($0) })),
        .init(
          Writers.Columns.writerGenre, one, "number of the genre",
          .counts(entries.map { genres.firstIndex(of: $0.genre) ?? 0 })),
        .init("mutation", one, "place of the mutation in the results file", .counts(entries.map(\.index))),
        .init(Writers.Columns.kind, one, "what was done to the region", .kinds(entries.map(\.mutation.kind))),
        .init(
          Writers.Columns.writes, ["writer", "input"], "whether it writes on the input",
          .truths(entries.flatMap { entry in inputs.indices.map { entry.inputs.contains($0) } })),
        .init(
          Writers.Columns.blockLayer, ["block"], "layer of the matrix",
          .counts(within.map { $0.1.matrix?.layer ?? 0 })),
        .init(Writers.Columns.blockMatrix, ["block"], "matrix", .matrices(within.map { $0.1.matrix?.matrix ?? .q })),
      ] + blocks("block", within) + blocks("residual", across))
  }

  /// The tests of blocks within matrices and across them.
  public func families(of screen: ScreenMaterial) -> [FindingFamily] {
    [
      family(.writersWithin, tests.flatMap(\.within)), family(.writersAcross, tests.flatMap(\.across)),
    ]
  }

  /// What a report shows of the group.
  public static func exhibit(_ group: GroupReader, _ context: ScreenContext) throws -> Exhibit? {
    try WritersExhibit.make(group, context)
  }

  private func family(_ name: FindingFamily.Name, _ entries: [WriterTests.Entry]) -> FindingFamily {
    FindingFamily(name, adjusted: entries.map(\.adjusted), strongest: Writers.examples(entries).first)
  }

  private func blocks(_ name: String, _ entries: [(genre: Int, entry: WriterTests.Entry)]) -> [AnalysisGroup.Variable] {
    let counted = name == "block" ? "writers" : "matrices with a writer"
    let possible = name == "block" ? "regions that could be writers" : "matrices that could have a writer"
    let tests = entries.map(\.entry)
    return [
      .init("\(name)_genre", [name], "number of the genre", .counts(entries.map(\.genre))),
      .init("\(name)_is_column", [name], "whether it is a column block", .truths(tests.map { $0.axis == .column })),
      .init("\(name)_start", [name], "first element of the block", .counts(tests.map(\.block.start))),
      .init("\(name)_size", [name], "elements of the block", .counts(tests.map(\.block.size))),
      .init("\(name)_candidates", [name], possible, .counts(tests.map(\.candidates))),
      .init("\(name)_observed", [name], counted, .counts(tests.map(\.observed))),
      .init("\(name)_expected", [name], "\(counted) expected under the null", .numbers(tests.map(\.expected))),
      .init(
        "\(name)_p_value", [name], "probability of at least as many by chance", .numbers(tests.map(\.probability))),
      .init(
        "\(name)_adjusted_p_value", [name], "smallest false discovery rate of a finding",
        .numbers(tests.map(\.adjusted))),
    ]
  }
}

extension Writers {
  /// The names of the columns that the exhibit reads.
  enum Columns {
    static let kind = "kind"
    static let writerGenre = "writer_genre"
    static let writes = "writes"
    static let blockLayer = "block_layer"
    static let blockMatrix = "block_matrix"
  }
}
