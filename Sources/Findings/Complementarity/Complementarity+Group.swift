import Archive
import Drawing
import MessagePassing

extension Complementarity: ScreenAnalysis {
  /// The name of its group in the analysis file.
  public static let name = "complementarity"

  /// Analyzes the verdicts; the ranks share the permutations. Collective.
  public static func find(in screen: ScreenMaterial, communicator: Communicator?) throws -> Complementarity? {
    try Complementarity(
      screen.counts, drive: screen.inputSums, seed: screen.seed, communicator: communicator)
  }

  /// The dataset group `complementarity`.
  public func group(of screen: ScreenMaterial) -> AnalysisGroup {
    let one = ["pair"]
    return AnalysisGroup(
      name: Complementarity.name,
      comment: """
        The pairs of row blocks and of column blocks of each matrix that are most nearly complementary: one is \
        sensitive to maximum where the other is to minimum. The score, an effect size from -1 to 1, is minus the \
        correlation, along the other axis, of their differences between non-silent verdicts by maximum and by minimum, \
        after a multiple of the mean of Σ x_J, the arithmetic of constant regions, was subtracted from each row, and \
        of both blocks the leading principal component of all the others; sums of squares are damped by a quarter of \
        their mean over the blocks. Blocks take part that have at least \(Complementarity.fewestDifferingVerdicts) \
        more verdicts by one kind than by the other, summed over their regions. One null permutes the counts of every \
        block along the other axis and takes the arithmetic off anew; permutation_p_value is that of a pair of the \
        matrix with a score as large among as many permutations as permutations says. The other is how all pairs of \
        the matrix scatter about 0, alike and opposite ones, normally by Fisher's transformation: random weights \
        answer in a few patterns, which makes any two blocks alike or opposite; spread_p_value is that of any pair of \
        the matrix. p_value is the larger of the two, adjusted_p_value over all \(testCount) matrices and axes \
        (Benjamini and Hochberg 1995). raw_score is minus the correlation as it was found.
        """,
      dimensions: [.init("pair", length: pairs.count)],
      variables: [
        .init(Complementarity.Columns.layer, one, "layer of the matrix", .counts(pairs.map(\.layer))),
        .init(Complementarity.Columns.matrix, one, "matrix", .matrices(pairs.map(\.matrix))),
        .init(
          Complementarity.Columns.isColumn, one, "whether the blocks are column blocks",
          .truths(pairs.map { $0.axis == .column })),
        .init(Complementarity.Columns.first, one, "number of the first block", .counts(pairs.map(\.first))),
        .init(Complementarity.Columns.second, one, "number of the second block", .counts(pairs.map(\.second))),
        .init(Complementarity.Columns.score, one, "from -1, alike, to 1, opposite", .numbers(pairs.map(\.score))),
        .init("opposition", one, "the same without damping", .numbers(pairs.map(\.opposition))),
        .init("raw_score", one, "minus the correlation as found", .numbers(pairs.map(\.rawScore))),
        .init("permutation_p_value", one, "of such a pair in the matrix", .numbers(pairs.map(\.permutations.value))),
        .init(
          "spread_p_value", one, "of such a pair by the spread of all pairs", .numbers(pairs.map(\.spreadProbability))),
        .init("p_value", one, "the larger of the two", .numbers(pairs.map(\.probability))),
        .init("permutations", one, "permutations behind the p value", .counts(pairs.map(\.permutations.drawCount))),
        .init(
          Complementarity.Columns.adjustedPValue, one, "smallest false discovery rate of a finding",
          .numbers(pairs.map(\.adjusted))),
      ])
  }

  /// The test of the best pair of each matrix and axis.
  public func families(of screen: ScreenMaterial) -> [FindingFamily] {
    [
      FindingFamily(
        name: .complementarity, findings: findings.count, tests: testCount, strongest: examples.first)
    ]
  }

  /// What a report shows of the group.
  public static func exhibit(_ group: GroupReader, _ context: ScreenContext) throws -> Exhibit? {
    try ComplementarityExhibit.make(group, context)
  }
}

extension Complementarity {
  /// The names of the columns that the exhibit reads.
  enum Columns {
    static let layer = "layer"
    static let matrix = "matrix"
    static let isColumn = "is_column"
    static let first = "first"
    static let second = "second"
    static let score = "score"
    static let adjustedPValue = "adjusted_p_value"
  }
}
