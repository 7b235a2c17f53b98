import Archive
import Geometry
import MessagePassing
import Perturbations

/// All that is found in the geometry of a cloud.
public struct GeometryFindings: Sendable {
  /// The options of an analysis of a cloud.
  public struct Choices: Sendable {
    /// The seed of everything that is drawn at random.
    public var seed: UInt64 = 0
    /// nil: as many as the largest gap of the eigenvalues suggests.
    public var lobeCount: Int?
    /// The measures by which functional lobes are found.
    public var measures = FiringMeasure.allCases
    /// The way lobes are found; nil: it follows from the number of points.
    public var method: Lobes.Method?

    /// The settings that the properties' initial values describe.
    public init() {}
  }

  /// The cloud that was analyzed.
  public let cloud: Cloud
  /// The mutation behind each point; empty where points are no mutants.
  private let mutations: [Mutation]
  /// What mutants are points by; nil for other clouds.
  public let point: MutantPoint?
  /// The layers of the points, ascending.
  private let layers: [Int]
  /// The galaxies of the whole cloud and of each layer.
  public let galaxies: Galaxies
  /// The points as the file lists them.
  public let listing: CloudListing
  /// How much of a cloud of mutants is the arithmetic of constant regions; nil where that cannot be computed.
  public let arithmetic: BlockSpan?
  /// The lobes of the cloud, without functional ones where nothing is known of firings.
  public let lobes: LobeFindings
  private let crystalFindings: CrystalFindings

  /// `hiddenSize` is that of the model whose mutants the points are; nil: it is not known. Ranks share the work, and
  /// all learn all findings. `progress` receives the name of each step as it begins. Collective.
  public init(
    _ cloud: Cloud, mutations: [Mutation] = [], point: MutantPoint? = nil, hiddenSize: Int? = nil, choices: Choices,
    sharing: Sharing = Sharing(),
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
    self.point = point
    progress("the galaxy: spectrum, controls, clustering entropy")
    layers = Set(cloud.layers ?? []).sorted()
    let numbers = Dictionary(uniqueKeysWithValues: zip(layers, Int32(0)...))
    galaxies = try Galaxies(
      points, labels: cloud.layers?.map { numbers[$0] ?? -1 }, seed: seed, sharing: sharing)
    listing = CloudListing(cloud, components: galaxies.whole.components, seed: seed)
    arithmetic = try BlockSpan.arithmetic(
      mutations, hiddenSize: hiddenSize, components: galaxies.whole.components, seed: seed, sharing: sharing)
    progress("lobes")
    lobes = try LobeFindings(
      Lobes(
        points, cloud.firings, lobeCount: choices.lobeCount, measures: choices.measures, method: choices.method,
        seed: seed, sharing: sharing),
      record: cloud.firings, documents: cloud.documents?.names, groups: cloud.documents?.groups, seed: seed,
      sharing: sharing)
    progress("crystals")
    crystalFindings = try CrystalFindings(cloud, seed: seed, sharing: sharing)
  }

  /// Parallelograms of relations; nil where there are too few pairs.
  public var crystals: Crystals? { crystalFindings.crystals }

  /// Parallelograms that were found without labels; nil where there are none.
  public var parallelograms: NearestDifferences? { crystalFindings.parallelograms }

  /// What could not be found, a sentence each.
  public var problems: [String] { [crystalFindings.problem].compactMap { $0 } }

  /// The groups of the section `/geometry` of an analysis file.
  public var groups: [AnalysisGroup] {
    [
      listing.group(cloud, mutations: mutations, point: point, lobes: divisions), arithmetic?.group,
      galaxies.group(names: layers.map { "layer \($0)" }),
    ].compactMap { $0 } + lobes.analysisGroups + crystalFindings.groups
  }

  /// Lobes of all points and the tasks that they fire on, by the names of their variables.
  private var divisions: [(name: String, longName: String, labels: [Int32])] {
    let task = (
      "leading_task", "group of documents that the point fires on most, -1 for none or two alike", lobes.leading
    )
    let isGrouped = !lobes.leading.isEmpty
    return lobes.divisions.map { division in
      let name = division.name.spelled
      let meaning = name == "geometry" ? "by where the point lies" : "by what the point fires on, by \(name)"
      return ("\(name)_lobe", "lobe \(meaning), -1 in none", division.labels)
    } + (isGrouped ? [task] : [])
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
