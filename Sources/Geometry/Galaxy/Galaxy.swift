import MessagePassing

/// The large-scale shape of a cloud: its spectrum with fits and controls, how many directions it fills, and how
/// clustered it is.
public struct Galaxy: Sendable {
  /// Points of a group below which its figures are noise.
  public static let groupLimit = 50

  /// The number of points.
  public let count: Int
  /// Components of a point.
  public let dimension: Int
  /// The principal components of the cloud.
  public let components: PrincipalComponents
  /// In the published window as far as there are ranks; nil where hardly any are.
  public let law: PowerLaw?
  /// Power laws fitted in other windows of ranks.
  public let windows: [PowerLaw]
  /// In how many directions the cloud spreads, by two measures.
  public let effectiveDimension: EffectiveDimension
  /// The law of isotropic noise of the same size.
  public let marchenkoPastur: MarchenkoPastur
  /// Normal clouds to compare with, by `GaussianControl.Kind.allCases`.
  public let controls: [GaussianControl]
  /// nil where too few points differ.
  public let clustering: ClusteringEntropy?

  /// The control of one kind; nil where it was not drawn.
  public subscript(kind: GaussianControl.Kind) -> GaussianControl? { controls.first { $0.kind == kind } }

  /// Measures a cloud that spreads; an error if it does not. `drawCount` normal clouds are drawn for each control.
  /// Collective over the ranks of `sharing`.
  public init(_ cloud: PointCloud, drawCount: Int = 24, seed: UInt64, sharing: Sharing = Sharing()) throws {
    guard cloud.count > 2 else {
      throw GeometryError("cannot find the spectrum of \(cloud.count) points; give at least 3")
    }
    guard cloud.values.allSatisfy(\.isFinite) else {
      throw GeometryError(
        "cannot find the spectrum of \(cloud.count) points: some have coordinates that are no numbers")
    }
    let components = try PrincipalComponents(cloud)
    guard components.rank > 0 else {
      throw GeometryError("cannot find the spectrum of \(cloud.count) points: all are the same")
    }
    count = cloud.count
    dimension = cloud.dimension
    self.components = components
    let eigenvalues = Array(components.eigenvalues.prefix(components.rank))
    law = PowerLaw(eigenvalues)
    windows = PowerLaw.sensitivity(eigenvalues)
    effectiveDimension = EffectiveDimension(eigenvalues)
    marchenkoPastur = MarchenkoPastur(components)
    let ranks = PowerLaw.window(of: eigenvalues.count)
    controls = try GaussianControl.Kind.allCases.map {
      try GaussianControl($0, of: components, ranks: ranks, drawCount: drawCount, seed: seed, sharing: sharing)
    }
    clustering = try ClusteringEntropy(cloud, drawCount: drawCount, seed: seed, sharing: sharing)
  }
}

/// The galaxies of a whole cloud and of groups of its points, such as the layers of a model.
public struct Galaxies: Sendable {
  /// The galaxy of all points.
  public let whole: Galaxy
  /// Labels of groups of at least `Galaxy.groupLimit` points that spread, ascending, and their galaxies.
  public let groups: [(label: Int32, galaxy: Galaxy)]
  /// Groups that have fewer points or do not spread.
  public let smallGroupCount: Int

  /// `labels` are those of the points; points with one below 0 are in no group. Collective.
  public init(
    _ cloud: PointCloud, labels: [Int32]? = nil, drawCount: Int = 24, seed: UInt64, sharing: Sharing = Sharing()
  ) throws {
    precondition(labels.map { $0.count == cloud.count } ?? true, "a label for each point")
    whole = try Galaxy(cloud, drawCount: drawCount, seed: seed, sharing: sharing)
    let members = Dictionary(grouping: (labels ?? []).indices) { labels?[$0] ?? -1 }.filter { $0.key >= 0 }
    let large = members.filter { $0.value.count >= Galaxy.groupLimit }.sorted { $0.key < $1.key }
    groups = try large.compactMap { label, points in
      let group = cloud[points: points]
      guard group.distinctPoints.count > 2 else { return nil }
      return (label, try Galaxy(group, drawCount: drawCount, seed: seed, sharing: sharing))
    }
    smallGroupCount = members.count - groups.count
  }
}
