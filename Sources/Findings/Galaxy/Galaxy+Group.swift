import Archive
import Drawing
import Geometry

extension Galaxies: CloudAnalysis {
  /// The name of its group in the analysis file.
  public static let name = "galaxy"

  /// What a report shows of the group.
  public static func exhibit(_ group: GroupReader, _ context: CloudContext) throws -> Exhibit {
    try GalaxyExhibit.make(group, context)
  }

  /// The dataset group `galaxy`; `names` are those of groups by their label.
  public func group(names: [String]) -> AnalysisGroup {
    let all = [whole] + groups.map(\.galaxy)
    let labels = ["all"] + groups.map { Int($0.label) < names.count ? names[Int($0.label)] : "\($0.label)" }
    let (one, ranked) = (["group"], ["group", "rank"])
    let rankCount = all.map { $0.components.eigenvalues.count }.max() ?? 0
    return AnalysisGroup(
      name: Galaxies.name,
      comment: """
        The spectrum of a cloud of points and of groups of its points of at least \(Galaxy.groupLimit): eigenvalues of \
        the covariance, divided by points less one. The power law is the line of log10 eigenvalue over log10 rank by \
        ordinary least squares, in ranks 11 to 150 as far as there are any (Li et al. 2024, arXiv 2410.19750), in all \
        where fewer than ten of those are left; windows are other ranks. Its standard error supposes independent \
        residuals, which those of ordered eigenvalues are not; control_slope_deviation says how much chance moves it. \
        Effective dimensions: participation, (sum of eigenvalues) squared over sum of squares; entropy, exp of the \
        entropy of shares of variance (Roy and Vetterli 2007). Edges are those of Marchenko and Pastur (1967). \
        Controls are normal clouds of the same number of points: matched, of a covariance whose clouds have this \
        spectrum on average, or isotropic, of the same total variance; z is in deviations of their draws, the effect \
        is the figure less their mean, and p_value counts draws at least as far from it on either side among as many \
        as draws says; the smallest that these can give is a bound. A spectrum cannot tell a cloud from a normal one \
        of its own covariance, so that scores against matched clouds are small unless no independent normal points \
        have so even a spectrum; those against isotropic clouds are large for nearly every cloud that is of use, and \
        say no more than that its directions are not alike. The clustering entropy is the normal entropy of the \
        covariance less the estimate of Kozachenko and Leonenko (1987; Kraskov et al. 2004, equation 20), in nats, of \
        whitened points; its bias is the mean of the same over whitened normal clouds, which is subtracted for the \
        corrected value.
        """,
      findings: sentences,
      dimensions: [
        .init("group", labels: labels), .init("rank", length: rankCount, from: 1),
        .init("window", length: all.map(\.windows.count).max() ?? 0),
        .init("control", labels: GaussianControl.Kind.allCases.map(\.rawValue)),
      ],
      variables: [
        .init("points", one, "points", .counts(all.map(\.count))),
        .init(Galaxies.Columns.dimensions, one, "dimensions of the space", .counts(all.map(\.dimension))),
        .init(
          Galaxies.Columns.eigenvalue, ranked, "variances along principal components",
          .numbers(all.flatMap { Self.padded($0.components.eigenvalues, to: rankCount) })),
        .init(
          Galaxies.Columns.marchenkoPastur, ranked, "what an isotropic cloud is expected to have",
          .numbers(all.flatMap { Self.padded($0.expected, to: rankCount) })),
        .init(
          Galaxies.Columns.controlEigenvalue, ["group", "control", "rank"], "mean of the draws",
          .numbers(all.flatMap { $0.controls.flatMap { Self.padded($0.spectrum, to: rankCount) } })),
        .init(
          Galaxies.Columns.edgeLow, one, "lower edge of the law",
          .numbers(all.map { $0.marchenkoPastur.edges.lowerBound })),
        .init(
          Galaxies.Columns.edgeHigh, one, "upper edge of the law",
          .numbers(all.map { $0.marchenkoPastur.edges.upperBound })),
      ] + Self.laws(all) + Self.figures(all) + Self.entropies(all))
  }

  // MARK: Private

  private static func laws(_ all: [Galaxy]) -> [AnalysisGroup.Variable] {
    let windowCount = all.map(\.windows.count).max() ?? 0
    func law(_ name: String, _ meaning: String, _ value: (PowerLaw) -> Double) -> [AnalysisGroup.Variable] {
      [
        .init("law_\(name)", ["group"], meaning, .numbers(all.map { $0.law.map(value) ?? .nan })),
        .init(
          "window_\(name)", ["group", "window"], meaning,
          .numbers(all.flatMap { padded($0.windows.map(value), to: windowCount) })),
      ]
    }
    return law("first_rank", "first rank of the window, from 1") { Double($0.ranks.lowerBound) }
      + law("last_rank", "last rank of the window") { Double($0.ranks.upperBound) }
      + law("slope", "slope of log10 eigenvalue over log10 rank", \.slope)
      + law("intercept", "log10 eigenvalue of the line at rank 1", \.intercept)
      + law("slope_error", "standard error of the slope", \.slopeError)
      + law("determination", "coefficient of determination", \.determination)
  }

  private static func figures(_ all: [Galaxy]) -> [AnalysisGroup.Variable] {
    func controlled(
      _ name: String, _ meaning: String, hasScore: Bool = true, _ value: (GaussianControl) -> NullComparison
    ) -> [AnalysisGroup.Variable] {
      let comparisons = all.map { $0.controls.map(value) }
      func variable(_ suffix: String, _ meaning: String, _ value: (NullComparison) -> Double) -> AnalysisGroup.Variable
      {
        .init(
          "control_\(name)_\(suffix)", ["group", "control"], meaning, .numbers(comparisons.flatMap { $0.map(value) }))
      }
      return [
        .init(name, ["group"], meaning, .numbers(comparisons.map { $0.first?.value ?? .nan })),
        variable("mean", "mean over the draws", \.mean),
        variable("deviation", "deviation of the draws", \.deviation),
        variable("effect", "the figure less the mean over the draws", \.excess),
        variable("p_value", "of a figure as far from the mean", \.probability),
        .init(
          "control_\(name)_draws", ["group", "control"], "draws of the control",
          .counts(comparisons.flatMap { $0.map(\.drawCount) })),
      ] + (hasScore ? [variable("z", "the effect in deviations of the draws", \.z)] : [])
    }
    return controlled("slope", "slope of the power law", \.slope)
      + controlled("participation", "effective dimension by the participation ratio", \.participation)
      + controlled("entropy_dimension", "effective dimension by entropy", \.entropyDimension)
      + controlled("leading_share", "share of the variance along the first component", \.leadingShare)
      + controlled("share_beyond_edge", "share of eigenvalues above the upper edge", hasScore: false, \.shareBeyondEdge)
  }

  private static func entropies(_ all: [Galaxy]) -> [AnalysisGroup.Variable] {
    func count(_ name: String, _ meaning: String, _ value: (ClusteringEntropy) -> Int) -> AnalysisGroup.Variable {
      .init("clustering_\(name)", ["group"], meaning, .counts(all.map { $0.clustering.map(value) ?? 0 }))
    }
    func number(
      _ name: String, _ meaning: String, units: String = "1", _ value: (ClusteringEntropy) -> Double
    ) -> AnalysisGroup.Variable {
      .init(
        "clustering_\(name)", ["group"], meaning, units: units, .numbers(all.map { $0.clustering.map(value) ?? .nan }))
    }
    return [
      count("points", "points that the entropy is of, 0 for none", \.pointCount),
      count("duplicates", "points equal to others, left out", \.duplicateCount),
      count("components", "leading components that points were whitened in", \.componentCount),
      count("neighbours", "the neighbour whose distance counts", \.neighbourCount),
      number("normal_entropy", "entropy of a normal cloud of this covariance, in nats", \.gaussianEntropy),
      number("entropy_estimate", "estimated entropy of the points, in nats", \.neighbourEntropy),
      number("difference", "the first less the second, in nats", \.difference.value),
      number("bias", "mean difference of normal clouds, in nats", \.difference.mean),
      number("bias_deviation", "deviation of their differences, in nats", \.difference.deviation),
      number("corrected", "difference less bias, in nats", \.corrected),
      number("corrected_per_component", "the same for each component: the effect size", \.correctedPerComponent),
      number("z", "the corrected difference in deviations of normal clouds", \.difference.z),
      number("p_value", "of a difference as far from the bias", \.difference.probability),
      count("draws", "normal clouds", \.difference.drawCount),
    ]
  }

  private static func padded(_ values: [Double], to count: Int) -> [Double] {
    values + Array(repeating: .nan, count: count - values.count)
  }
}

extension Galaxy {
  /// The eigenvalue that the law expects at each rank.
  fileprivate var expected: [Double] {
    Array(marchenkoPastur.quantiles(dimension).prefix(components.eigenvalues.count))
  }

  /// The dataset group `cloud`: points along the leading components, for pictures.
  public func cloudGroup(_ cloud: PointCloud, components count: Int = 3) -> AnalysisGroup {
    let count = min(count, components.rank)
    let scores = components.scores(of: cloud, components: count)
    return AnalysisGroup(
      name: "cloud",
      comment: "Points along the leading principal components of the cloud, its mean subtracted.",
      dimensions: [.init("point", length: cloud.count), .init("component", length: count)],
      variables: [
        .init("coordinate", ["point", "component"], "coordinates along components", .numbers(scores.values)),
        .init(
          "share", ["component"], "share of the variance",
          .numbers(components.eigenvalues.prefix(count).map { $0 / components.totalVariance })),
      ])
  }
}

extension Galaxies {
  /// The names of the columns that the exhibit reads.
  enum Columns {
    static let dimensions = "dimensions"
    static let eigenvalue = "eigenvalue"
    static let marchenkoPastur = "marchenko_pastur"
    static let controlEigenvalue = "control_eigenvalue"
    static let edgeLow = "edge_low"
    static let edgeHigh = "edge_high"
  }
}
