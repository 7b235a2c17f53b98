import Archive
import Drawing
import Geometry

extension NearestDifferences: CloudAnalysis {
  /// The name of its group in the analysis file.
  public static let name = "parallelograms"

  /// What a report shows of the group.
  public static func exhibit(_ group: GroupReader, _ context: CloudContext) throws -> Exhibit {
    try ParallelogramsExhibit.make(group, context)
  }

  /// The dataset group `parallelograms`; `names` are those of the cloud's points.
  public func group(names: [String]) -> AnalysisGroup {
    let (one, all, none) = (["parallelogram"], quadruples, [String]())
    func number(_ name: String, _ meaning: String, _ value: Double) -> AnalysisGroup.Variable {
      .init(name, none, meaning, .numbers([value]))
    }
    return AnalysisGroup(
      name: NearestDifferences.name,
      comment: """
        Four points that nearly form a parallelogram, found without labels among \(pairCount) pairs of points: near \
        neighbours, and as many at random, their differences hashed by signs of random projections (Charikar 2002) and \
        compared within buckets. deviation is the length of (b - a) - (d - c) over that of the shorter side. Flat ones \
        are refused, in the cloud and in its null alike: those whose sides a to b and a to c have a cosine above \
        \(Quadruple.cosineLimit), either way, which leaves less than a fifth of the squared length of a side beside \
        the other, and those with a side shorter than \(Quadruple.ratioLimit) of the other; a crystal needs two \
        independent directions (Li et al. 2024, arXiv 2410.19750). flat_count is how many were refused among the \
        nearest of all. recall is the share that is found of \(plantedCount) planted ones with a side between \
        neighbours. The null is that of clouds drawn from the normal distribution of the same mean and covariance: \
        mean_deviation is that of the listed ones, z in deviations of the draws, the effect its difference from \
        theirs. Nothing is found beyond the covariance where z is within 3 of 0; normal clouds do not gather, and \
        where points do, they are nearer to parallelograms for that alone. p_value is a bound where it is the least \
        that the draws can give.
        """,
      findings: sentences,
      dimensions: [.init("parallelogram", length: all.count), .init("corner", labels: ["a", "b", "c", "d"])],
      variables: [
        .init("point", ["parallelogram", "corner"], "points at the corners", .counts(all.flatMap(\.points))),
        .init(
          NearestDifferences.Columns.name, ["parallelogram", "corner"], "their names",
          .texts(all.flatMap { $0.points.map { $0 < names.count ? names[$0] : "\($0)" } })),
        .init(
          NearestDifferences.Columns.deviation, one, "deviation from a parallelogram", .numbers(all.map(\.deviation))),
        .init(NearestDifferences.Columns.cosine, one, "cosine of the two differences", .numbers(all.map(\.cosine))),
        .init(
          NearestDifferences.Columns.lengthRatio, one, "the shorter difference over the longer",
          .numbers(all.map(\.lengthRatio))),
        .init(
          NearestDifferences.Columns.sideCosine, one, "cosine of the sides a to b and a to c",
          .numbers(all.map(\.sideCosine))),
        .init("side_ratio", one, "the shorter of these sides over the longer", .numbers(all.map(\.sideRatio))),
        number("mean_deviation", "mean deviation of those listed", deviation.value),
        number("null_mean", "mean of the same over normal clouds", deviation.mean),
        number("null_deviation", "deviation of the same over normal clouds", deviation.deviation),
        number("effect", "mean deviation less that of normal clouds", deviation.excess),
        number("z", "the effect in deviations of normal clouds", deviation.z),
        number("p_value", "of a mean deviation as far from that of normal clouds", deviation.probability),
        .init("draws", none, "normal clouds", .counts([deviation.drawCount])),
        number(NearestDifferences.Columns.flatCount, "flat ones among the nearest of all", flatCount.value),
        number("flat_null_mean", "mean of the same over normal clouds", flatCount.mean),
        number("flat_null_deviation", "deviation of the same over normal clouds", flatCount.deviation),
        number("recall", "share of planted parallelograms that is found", recall),
      ])
  }
}

extension NearestDifferences {
  /// The names of the columns that the exhibit reads.
  enum Columns {
    static let name = "name"
    static let deviation = "deviation"
    static let cosine = "cosine"
    static let lengthRatio = "length_ratio"
    static let flatCount = "flat_count"
    static let sideCosine = "side_cosine"
  }
}
