import Geometry

/// What goes with rows that are read as points.
public struct PointSource: Sendable {
  /// The file that holds the rows.
  public let path: String
  /// A file with the rows' names; nil: those that the source itself has, if any.
  public var labels: String?
  /// A file with a firing record, a feature for each row.
  public var firings: String?
  /// Files of relations between the rows' names.
  public var relations: [String] = []

  /// Names the files; nothing is read yet.
  public init(path: String, labels: String? = nil, firings: String? = nil, relations: [String] = []) {
    self.path = path
    self.labels = labels
    self.firings = firings
    self.relations = relations
  }

  /// The cloud of `count` rows of `dimension` numbers, which `rows` hands over in their order, some at a time.
  func cloud(
    count: Int, dimension: Int, names: [String]?, rows: (_ take: (UnsafeBufferPointer<Float>) -> Void) throws -> Void
  ) throws -> Cloud {
    let record = try firings.map { try FiringFile.read($0, featureCount: count) }
    let names = try labels.map { try LabelsFile.read($0, count: count) } ?? names
    let words = try relations.flatMap { try RelationsFile.read($0) }
    var builder = CloudBuilder(path: path, dimension: dimension, documentCount: record?.record.documentCount)
    try rows { builder.add($0, firings: record?.record) }
    return try builder.cloud(names: names, documents: record?.documents, relations: words)
  }
}
