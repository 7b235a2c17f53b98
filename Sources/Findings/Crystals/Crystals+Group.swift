import Archive
import Drawing
import Geometry
import Statistics

extension Crystals: CloudAnalysis {
  /// The name of its group in the analysis file.
  public static let name = "crystals"

  /// What a report shows of the group.
  public static func exhibit(_ group: GroupReader, _ context: CloudContext) throws -> Exhibit {
    try CrystalsExhibit.make(group, context)
  }

  /// The dataset group `crystals`; `names` are those of the cloud's points.
  public func group(
    functions: FunctionVectors, clusters: DifferenceClusters, distractor: DistractorTest?, drawings: [CrystalDrawing],
    names: [String]
  ) -> AnalysisGroup {
    AnalysisGroup(
      name: Crystals.name,
      comment: """
        Pairs of points that are related alike, two by two, as parallelograms and trapezoids (Li et al. 2024, arXiv \
        2410.19750), before and after linear discriminant analysis of their differences by relation: S_b w = lambda \
        S_w w, covariances shrunk (Ledoit and Wolf 2004). Pairs are divided into \(folds.count) parts, pairs that \
        share a point into the same; after is what pairs give that the analysis was not fitted to. cosine of \
        differences, 1 for trapezoids; deviation, the length of the difference of differences over their mean length, \
        0 for parallelograms; length_ratio, the shorter over the longer; silhouette and cosine_silhouette of \
        differences by relation (Rousseeuw 1987). The null permutes relations over pairs and fits again, parts kept: z \
        is in deviations of its draws, effect the value less their mean, p_value counts draws as far from it on either \
        side, among as many as draws says, and is a bound where it is the smallest that these can give; \
        adjusted_p_value is that over relations (Benjamini and Hochberg 1995). pair_effect and pair_deviation_effect \
        are gains pair by pair, mean over deviation, and describe: pairs of a relation make their cosines together, so \
        that signs of gains are not independent, and the test of a gain is that of relations permuted. Function \
        vectors are mean differences of the other parts' pairs; the rank is that of the second point by its cosine \
        with first point + vector, plain_ without the vector, which is the null. Cluster agreement is adjusted mutual \
        information of k-means clusters of held-out differences with relations, its null permutes relations within \
        parts. distractor_ components are principal components of what the analysis removes or keeps, their \
        correlation with the change of a number of points, such as the length of a word; its null permutes changes \
        within relations, p_value is of the strongest component of its side. Corners are those of quadrangles drawn at \
        random, in the plane that they differ most in.
        """,
      findings: sentences,
      dimensions: dimensions(distractor, drawings),
      variables: qualities + functionVariables(functions) + agreements(clusters) + Crystals.components(distractor)
        + corners(drawings, names))
  }

  private enum Stage: String, CaseIterable {
    case before, after, gain

    func of(_ change: Change) -> NullComparison {
      switch self {
      case .before: change.before
      case .after: change.after
      case .gain: change.gain
      }
    }
  }

  private static var measures: [(name: String, of: (Entry) -> Change)] {
    [
      ("cosine", \.cosine), ("deviation", \.deviation), ("length_ratio", \.lengthRatio), ("silhouette", \.silhouette),
      ("cosine_silhouette", \.cosineSilhouette),
    ]
  }

  private func dimensions(_ distractor: DistractorTest?, _ drawings: [CrystalDrawing]) -> [AnalysisGroup.Dimension] {
    [
      .init("relation", labels: relations.names), .init("measure", labels: Crystals.measures.map(\.name)),
      .init("stage", labels: Stage.allCases.map(\.rawValue)), .init("pair", length: relations.pairs.count),
      .init("direction", length: discriminant.eigenvalues.count),
      .init("metric", labels: DifferenceClusters.Metric.allCases.map(\.rawValue)),
      .init("side", labels: ["removed", "kept"]),
      .init("component", length: DistractorTest.componentLimit), .init("drawing", length: drawings.count),
      .init("corner", labels: ["first_from", "first_to", "second_from", "second_to"]), .init("axis", length: 2),
    ]
  }

  // MARK: Qualities

  private var qualities: [AnalysisGroup.Variable] {
    let cells = entries.flatMap { entry in
      Crystals.measures.flatMap { measure in Stage.allCases.map { $0.of(measure.of(entry)) } }
    }
    // A family for each measure and stage.
    let width = Crystals.measures.count * Stage.allCases.count
    var adjusted = Array(repeating: Double.nan, count: cells.count)
    for column in 0..<width {
      let places = stride(from: column, to: cells.count, by: width)
      for (place, value) in zip(places, FalseDiscoveryRate.adjusted(places.map { cells[$0].probability })) {
        adjusted[place] = value
      }
    }
    let whole = [silhouette, cosineSilhouette].flatMap { change in Stage.allCases.map { $0.of(change) } }
    return [
      .init(Crystals.Columns.pairs, ["relation"], "pairs of the relation", .counts(entries.map(\.pairCount))),
      .init("eigenvalue", ["direction"], "scatter between over within relations", .numbers(discriminant.eigenvalues)),
      .init(
        Crystals.Columns.adjustedPValue, ["relation", "measure", "stage"], "smallest false discovery rate of a finding",
        .numbers(adjusted)),
      .init(
        Crystals.Columns.pairEffect, ["relation"], "mean over deviation of the gains in cosine",
        .numbers(entries.map(\.pairEffect))),
      .init(
        "pair_deviation_effect", ["relation"], "mean over deviation of the falls of the deviation",
        .numbers(entries.map(\.deviationPairEffect))),
    ] + Crystals.comparison("", ["relation", "measure", "stage"], "quality of the relation's pairs of pairs", cells)
      + Crystals.comparison("silhouette_", ["metric", "stage"], "mean silhouette of all differences", whole)
  }

  /// A value and all that its null says of it.
  private static func comparison(
    _ name: String, _ dimensions: [String], _ meaning: String, _ cells: [NullComparison]
  ) -> [AnalysisGroup.Variable] {
    [
      .init("\(name)value", dimensions, meaning, .numbers(cells.map(\.value))),
      .init("\(name)null_mean", dimensions, "mean over the null's draws", .numbers(cells.map(\.mean))),
      .init("\(name)null_deviation", dimensions, "deviation of the null's draws", .numbers(cells.map(\.deviation))),
      .init("\(name)effect", dimensions, "value less the null's mean", .numbers(cells.map(\.excess))),
      .init("\(name)z", dimensions, "the effect in deviations", .numbers(cells.map(\.z))),
      .init("\(name)p_value", dimensions, "of a value as far from the null's mean", .numbers(cells.map(\.probability))),
      .init("\(name)draws", dimensions, "draws of the null", .counts(cells.map(\.drawCount))),
    ]
  }

  // MARK: Function vectors, clusters, distractors

  private func functionVariables(_ functions: FunctionVectors) -> [AnalysisGroup.Variable] {
    let (one, entries) = (["relation"], functions.entries)
    func number(_ name: String, _ meaning: String, _ value: (FunctionVectors.Entry) -> Double) -> AnalysisGroup.Variable
    {
      .init("function_\(name)", one, meaning, .numbers(entries.map(value)))
    }
    return [
      number("hits", "share of pairs whose second point is first", \.hits),
      number("plain_hits", "the same without the vector", \.plainHits),
      number("reciprocal_rank", "mean of 1 / rank", \.reciprocal),
      number("plain_reciprocal_rank", "the same without the vector", \.plainReciprocal),
      number("effect", "mean over deviation of the fall of log2 rank", \.pairs.effect),
      number("p_value", "of as large a mean fall", \.pairs.probability),
      .init(Crystals.Columns.functionDraws, one, "draws of signs", .counts(entries.map(\.pairs.chance.drawCount))),
      .init("pair_relation", ["pair"], "number of the relation", .counts(relations.labels.map(Int.init))),
      .init("pair_from", ["pair"], "point that the pair begins with", .counts(relations.pairs.map(\.from))),
      .init("pair_to", ["pair"], "point that it ends with", .counts(relations.pairs.map(\.to))),
      .init("pair_part", ["pair"], "part that it was held out with", .counts(folds.folds)),
      .init(
        "pair_rank", ["pair"], "rank of its second point, 0 where no vector was fitted", missing: 0,
        .counts(entries.flatMap { $0.ranks.map { $0 ?? 0 } })),
      .init(
        "pair_plain_rank", ["pair"], "the same without the vector", missing: 0,
        .counts(entries.flatMap { $0.plainRanks.map { $0 ?? 0 } })),
    ]
  }

  private func agreements(_ clusters: DifferenceClusters) -> [AnalysisGroup.Variable] {
    Crystals.comparison(
      "cluster_before_", ["metric"], "agreement of clusters with relations before", clusters.agreements.map(\.before))
      + Crystals.comparison("cluster_after_", ["metric"], "the same after", clusters.agreements.map(\.after))
  }

  private static func components(_ distractor: DistractorTest?) -> [AnalysisGroup.Variable] {
    guard let distractor else { return [] }
    let sides = [distractor.removed, distractor.kept]
    func number(_ name: String, _ meaning: String, _ value: (DistractorTest.Component) -> Double)
      -> AnalysisGroup.Variable
    {
      let limit = DistractorTest.componentLimit
      let values = sides.flatMap { $0.map(value) + Array(repeating: .nan, count: limit - $0.count) }
      return .init("distractor_\(name)", ["side", "component"], meaning, .numbers(values))
    }
    return [
      number("share", "share of the side's variance", \.share),
      number("correlation", "correlation with the change of the number", \.correlation),
      number("p_value", "of as strong a correlation in any component of the side", \.probability),
      .init(
        "distractor_side_share", ["side"], "share of the variance of differences",
        .numbers([distractor.removedShare, 1 - distractor.removedShare])),
    ]
      + comparison(
        "distractor_strongest_", ["side"], "strongest correlation, without its sign",
        [distractor.strongest, distractor.strongestKept])
  }

  // MARK: Drawings

  private func corners(_ drawings: [CrystalDrawing], _ names: [String]) -> [AnalysisGroup.Variable] {
    let points = drawings.flatMap { drawing in
      [drawing.pairs.first, drawing.pairs.second].flatMap { [relations.pairs[$0].from, relations.pairs[$0].to] }
    }
    return [
      .init(Crystals.Columns.drawingRelation, ["drawing"], "number of the relation", .counts(drawings.map(\.relation))),
      .init("drawing_point", ["drawing", "corner"], "points at the corners", .counts(points)),
      .init(
        Crystals.Columns.drawingName, ["drawing", "corner"], "their names",
        .texts(points.map { $0 < names.count ? names[$0] : "\($0)" })),
      .init(
        Crystals.Columns.drawingBefore, ["drawing", "corner", "axis"], "corners before",
        .numbers(drawings.flatMap(\.before.values))),
      .init(
        "drawing_after", ["drawing", "corner", "axis"], "corners after", .numbers(drawings.flatMap(\.after.values))),
    ]
  }
}

extension Crystals {
  /// The names of the columns that the exhibit reads.
  enum Columns {
    static let functionDraws = "function_draws"
    static let drawingBefore = "drawing_before"
    static let drawingRelation = "drawing_relation"
    static let drawingName = "drawing_name"
    static let pairs = "pairs"
    static let pairEffect = "pair_effect"
    static let adjustedPValue = "adjusted_p_value"
  }
}
