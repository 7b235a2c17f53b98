import Archive
import Drawing
import MessagePassing

extension Enrichment: ScreenAnalysis {
  /// The name of its group in the analysis file.
  public static let name = "enrichment"

  /// Analyzes the verdicts.
  public static func find(in screen: ScreenMaterial, communicator: Communicator?) throws -> Enrichment? {
    Enrichment(screen.counts, drive: screen.inputSums)
  }

  /// The dataset group `enrichment`.
  public func group(of screen: ScreenMaterial) -> AnalysisGroup {
    // A screen without mutations has neither matrices nor pools.
    let matrices = stride(from: 0, to: entries.count, by: max(1, pools.count)).map { entries[$0] }
    return AnalysisGroup(
      name: Enrichment.name,
      comment: """
        Row blocks and column blocks of each matrix that hold more non-silent verdicts than expected, for all kinds \
        together and for each kind. Three questions, each with the share that is expected, the difference of the \
        block's share from it (the effect), a deviation, a p value and the smallest false discovery rate of a finding. \
        margin: does the block hold more than the totals of the other axis give it; the values of every block of the \
        other axis are permuted along it, and the p value is exact, by convolution; adjusted over all blocks, matrices \
        and kinds (Benjamini and Hochberg 1995). That there are such stripes is no sign of function: random weights \
        have them too. arithmetic: does it stand above what most blocks follow; a constant region adds c · Σ x_J to \
        all of its rows, so the log odds of column blocks follow a line against the logarithm of the root mean square \
        of Σ x_J, those of row blocks are draws about one mean (least trimmed squares, Rousseeuw 1984); blocks are \
        tested from the farthest on against those behind them (Rosner 1983), whose variance is not below the sampling \
        of their verdicts, these overdispersed as the regions of the matrix show, and is moderated over the matrices \
        (Smyth 2004); adjusted by matrix, axis and kind, then by block (Benjamini and Bogomolov 2014). Half of the \
        blocks may stand out without hiding one another. alone: does it stand above all the others, by the same \
        variance; adjusted over all. chance_z is the deviation if the block's regions were drawn from those of the \
        matrix; excess is the share over that of the matrix.
        """,
      dimensions: [
        .init("profile", length: matrices.count), .init("kind", labels: pools.map { $0?.rawValue ?? "all" }),
        .init("row_block", length: entries.map { $0.blocks[0].count }.max() ?? 0),
        .init("column_block", length: entries.map { $0.blocks[1].count }.max() ?? 0),
      ],
      variables: [
        .init(Enrichment.Columns.layer, ["profile"], "layer of the matrix", .counts(matrices.map(\.layer))),
        .init(Enrichment.Columns.matrix, ["profile"], "matrix", .matrices(matrices.map(\.matrix))),
      ] + blocks(.row) + blocks(.column))
  }

  /// The tests of all blocks, a family for each question.
  public func families(of screen: ScreenMaterial) -> [FindingFamily] {
    let names: [(Question, FindingFamily.Name)] = [
      (.margins, .stripes), (.arithmetic, .beyondArithmetic), (.alone, .alone),
    ]
    return names.map { question, name in
      FindingFamily(
        name: name, findings: findings(question).count, tests: testCount(question),
        strongest: examples(question).first)
    }
  }

  /// What a report shows of the group.
  public static func exhibit(_ group: GroupReader, _ context: ScreenContext) throws -> Exhibit? {
    try EnrichmentExhibit.make(group, context)
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
    ]
      + Question.allCases.flatMap { question in
        let (prefix, words) =
          switch question {
          case .margins: ("margin", "what the other axis' totals give")
          case .arithmetic: ("arithmetic", "what most blocks follow")
          case .alone: ("alone", "all other blocks")
          }
        return [
          variable("\(prefix)_share", "share expected by \(words)") { $0.answer(question).expected },
          variable("\(prefix)_difference", "share less that by \(words)") { $0.answer(question).difference },
          variable("\(prefix)_z", "deviations above \(words)") { $0.answer(question).score },
          variable("\(prefix)_p_value", "of the deviation from \(words)") { $0.answer(question).probability },
          variable("\(prefix)_adjusted_p_value", "smallest false discovery rate of a finding beyond \(words)") {
            $0.answer(question).adjusted
          },
        ]
      }
  }

  private func padded(_ rows: [[Double]], to count: Int) -> [Double] {
    rows.flatMap { $0 + Array(repeating: .nan, count: count - $0.count) }
  }
}

extension Enrichment {
  /// The names of the columns that the exhibit reads.
  enum Columns {
    static let layer = "layer"
    static let matrix = "matrix"
  }
}
