import Archive
import Geometry
import Mutagenesis

/// All that is found in the geometry of a cloud.
public struct GeometryFindings: Sendable {
  /// What is asked for.
  public struct Choices: Sendable {
    /// Keys everything that is drawn.
    public var seed: UInt64 = 0
    /// nil: the eigenvalues tell.
    public var lobeCount: Int?
    /// Of functional lobes.
    public var measures = FiringMeasure.allCases
    /// Of geometric lobes; nil: by the number of points.
    public var method: GeometricLobes.Method?

    public init() {}
  }

  public let cloud: Cloud
  /// Of each point, if they are mutants.
  private let mutations: [Mutation]
  /// Of the points, ascending.
  private let layers: [Int]
  /// Of the whole cloud and of each layer.
  public let galaxies: Galaxies
  public let listing: CloudListing
  /// nil: nothing is known of firings.
  public let lobes: Lobes?
  public let geometricLobes: GeometricLobes?
  private let crystalFindings: CrystalFindings

  /// Ranks share the work, and all learn all findings. `progress` is told what begins. Collective.
  public init(
    _ cloud: Cloud, mutations: [Mutation] = [], choices: Choices, sharing: RowSharing = RowSharing(),
    progress: (String) -> Void = { _ in }
  ) throws {
    precondition(mutations.isEmpty || mutations.count == cloud.points.count, "a mutation for each point")
    let (points, seed) = (cloud.points, choices.seed)
    if let lobeCount = choices.lobeCount, lobeCount > points.count {
      throw FindingsError(
        "cannot divide \(points.count) points into \(lobeCount) lobes; ask for at most \(points.count)")
    }
    self.cloud = cloud
    self.mutations = mutations
    progress("the galaxy: spectrum, controls, clustering entropy")
    layers = Set(cloud.layers ?? []).sorted()
    let numbers = Dictionary(uniqueKeysWithValues: zip(layers, Int32(0)...))
    galaxies = try Galaxies(
      points, labels: cloud.layers?.map { numbers[$0] ?? -1 }, seed: seed, sharing: sharing)
    listing = CloudListing(cloud, components: galaxies.whole.components, seed: seed)
    progress("lobes")
    if let firings = cloud.firings {
      lobes = try Lobes(
        points, firings, lobeCount: choices.lobeCount, measures: choices.measures, seed: seed, sharing: sharing)
      geometricLobes = nil
    } else {
      lobes = nil
      geometricLobes = try GeometricLobes(
        points, method: choices.method, lobeCount: choices.lobeCount, seed: seed, sharing: sharing)
    }
    progress("crystals")
    crystalFindings = try CrystalFindings(cloud, seed: seed, sharing: sharing)
  }

  public var crystals: Crystals? { crystalFindings.crystals }

  public var parallelograms: NearestDifferences? { crystalFindings.parallelograms }

  /// What could not be found, a sentence each.
  public var problems: [String] { [crystalFindings.problem].compactMap { $0 } }

  /// What an analysis file holds.
  public var groups: [AnalysisGroup] {
    [
      listing.group(cloud, mutations: mutations, lobes: divisions),
      galaxies.group(names: layers.map { "layer \($0)" }),
    ] + crystalFindings.groups
  }

  /// Lobes of all points, by the names of their variables.
  private var divisions: [(name: String, longName: String, labels: [Int32])] {
    let geometric = lobes?.geometric.labels ?? geometricLobes?.labels ?? []
    return [("geometric_lobe", "lobe by where the point lies, -1 in none", geometric)]
      + (lobes?.functional ?? []).map { lobe in
        let name = lobe.measure.rawValue.spelled
        return ("\(name)_lobe", "lobe by what the point fires on, by \(name), -1 in none", lobe.division.labels)
      }
  }
}

extension String {
  /// Words as files spell them: `simple_matching` for `simpleMatching`.
  fileprivate var spelled: String {
    reduce(into: "") { text, letter in
      text += letter.isUppercase ? "_" + letter.lowercased() : String(letter)
    }
  }
}
