/// A point cloud with what is known of its points: names, layers, the documents they fire on, relations between them.
public struct Cloud: Sendable {
  /// What documents are called and which belong together: inputs and their tasks, blocks of text and their files.
  public struct Documents: Equatable, Sendable {
    /// The name of each document.
    public let names: [String]
    /// One for each document; the same text says the same group.
    public let groups: [String]

    /// Takes a name and a group for each document.
    public init(names: [String], groups: [String]) {
      precondition(names.count == groups.count, "a group for each document")
      self.names = names
      self.groups = groups
    }
  }

  /// Pairs of points that are said to be related alike, such as countries and their capitals.
  public struct Relation: Equatable, Sendable {
    /// The relation's name.
    public let name: String
    /// Its pairs, by numbers of points of the cloud.
    public let pairs: [Relations.Pair]

    /// Takes a name and pairs.
    public init(name: String, pairs: [Relations.Pair]) {
      self.name = name
      self.pairs = pairs
    }
  }

  /// How many points a source has, and how many of them are not in the cloud.
  public struct Losses: Equatable, Sendable {
    /// Points of the source, those that are left out included.
    public var pointCount = 0
    /// Points with a component that is no finite number.
    public var notFinite = 0
    /// Zero vectors, which have no direction.
    public var zero = 0
    /// Points that fire on no document.
    public var neverFiring = 0
    /// Points of the cloud that equal an earlier one; they are in it.
    public var duplicates = 0
    /// Pairs of relations without a point for one of their two words.
    public var missingPairs = 0

    /// No points yet.
    public init() {}
  }

  /// The points that are kept.
  public let points: PointCloud
  /// The number of each point in its source, ascending.
  public let numbers: [Int]
  /// nil: points have a number only.
  public let names: [String]?
  /// The layer of each point; nil: points are of one layer, or of none.
  public let layers: [Int]?
  /// nil: nothing is known of firings.
  public let firings: FiringRecord?
  /// nil: documents have a number only.
  public let documents: Documents?
  /// Relations between the points, for crystals.
  public let relations: [Relation]
  /// What the source lost: points that were left out, and why.
  public let losses: Losses

  /// Joins points with what is known of them; preconditions check that every list has an entry for each point.
  public init(
    points: PointCloud, numbers: [Int], names: [String]? = nil, layers: [Int]? = nil, firings: FiringRecord? = nil,
    documents: Documents? = nil, relations: [Relation] = [], losses: Losses = Losses()
  ) {
    let count = points.count
    precondition(numbers.count == count, "a number for each point")
    precondition(names.map { $0.count == count } ?? true && layers.map { $0.count == count } ?? true, "for each point")
    precondition(firings.map { $0.featureCount == count } ?? true, "a feature for each point")
    precondition(documents.map { $0.names.count == firings?.documentCount } ?? true, "a name for each document")
    precondition(
      relations.allSatisfy { $0.pairs.allSatisfy { max($0.from, $0.to) < count && min($0.from, $0.to) >= 0 } },
      "pairs of points of the cloud")
    self.points = points
    self.numbers = numbers
    self.names = names
    self.layers = layers
    self.firings = firings
    self.documents = documents
    self.relations = relations
    self.losses = losses
  }
}
