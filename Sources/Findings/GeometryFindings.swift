import Archive
import Geometry
import Mutagenesis

/// All that is found in the geometry of a cloud.
public struct GeometryFindings: Sendable {
  public let cloud: Cloud
  /// Of each point, if they are mutants.
  private let mutations: [Mutation]
  public let galaxies: Galaxies
  public let listing: CloudListing

  /// Ranks share the work, and all learn all findings. `progress` is told what begins. Collective.
  public init(
    _ cloud: Cloud, mutations: [Mutation] = [], seed: UInt64, sharing: RowSharing = RowSharing(),
    progress: (String) -> Void = { _ in }
  ) throws {
    precondition(mutations.isEmpty || mutations.count == cloud.points.count, "a mutation for each point")
    self.cloud = cloud
    self.mutations = mutations
    progress("galaxy: components, spectrum and its controls")
    galaxies = try Galaxies(cloud.points, labels: cloud.layers?.map(Int32.init), seed: seed, sharing: sharing)
    listing = CloudListing(cloud, components: galaxies.whole.components, seed: seed)
  }

  /// What an analysis file holds.
  public var groups: [AnalysisGroup] {
    [listing.group(cloud, mutations: mutations, lobes: [])]
  }
}
