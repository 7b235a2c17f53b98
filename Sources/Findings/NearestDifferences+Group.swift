import Archive
import Geometry

extension NearestDifferences {
  /// The dataset group `parallelograms`; `names` are those of the cloud's points.
  public func group(names: [String]) -> AnalysisGroup {
    let (one, all, none) = (["parallelogram"], quadruples, [String]())
    func number(_ name: String, _ meaning: String, _ value: Double) -> AnalysisGroup.Variable {
      .init(name, none, meaning, .numbers([value]))
    }
    return AnalysisGroup(
      name: "parallelograms",
      comment: """
        Four points that nearly form a parallelogram, found without labels among \(pairCount) pairs of points: near neighbours, \
        and as many at random, their differences hashed by signs of random projections (Charikar 2002) and compared within \
        buckets. deviation is the length of (b - a) - (d - c) over that of the shorter side. recall is the share that is found of \
        \(plantedCount) planted ones with a side between neighbours. The null is that of clouds drawn from the normal distribution \
        of the same mean and covariance: mean_deviation is that of the listed ones, z in deviations of the draws, the effect its \
        difference from theirs.
        """,
      dimensions: [.init("parallelogram", length: all.count), .init("corner", labels: ["a", "b", "c", "d"])],
      variables: [
        .init("point", ["parallelogram", "corner"], "points at the corners", .counts(all.flatMap(\.points))),
        .init(
          "name", ["parallelogram", "corner"], "their names",
          .texts(all.flatMap { $0.points.map { $0 < names.count ? names[$0] : "\($0)" } })),
        .init("deviation", one, "deviation from a parallelogram", .numbers(all.map(\.deviation))),
        .init("cosine", one, "cosine of the two differences", .numbers(all.map(\.cosine))),
        .init("length_ratio", one, "the shorter difference over the longer", .numbers(all.map(\.lengthRatio))),
        number("mean_deviation", "mean deviation of those listed", deviation.value),
        number("null_mean", "mean of the same over normal clouds", deviation.mean),
        number("null_deviation", "deviation of the same over normal clouds", deviation.deviation),
        number("effect", "mean deviation less that of normal clouds", deviation.excess),
        number("z", "the effect in deviations of normal clouds", deviation.z),
        number("p_value", "of a mean deviation as far from that of normal clouds", deviation.probability),
        number("recall", "share of planted parallelograms that is found", recall),
      ])
  }
}
