import Basics
import Geometry

/// Takes the points of a source in their order and leaves out those that have no place in a cloud.
struct CloudBuilder {
  /// The least number of points that have a shape.
  private static let leastPoints = 3

  private let path: String
  private let dimension: Int
  /// nil: nothing is known of firings.
  private let documentCount: Int?
  private var values: [Float] = []
  private var numbers: [Int] = []
  private var offsets = [0]
  private var documents: [Int32] = []
  private var losses = Cloud.Losses()

  /// Points of `dimension` numbers of the source at `path`.
  init(path: String, dimension: Int, documentCount: Int?) {
    precondition(dimension > 0, "points have components")
    self.path = path
    self.dimension = dimension
    self.documentCount = documentCount
  }

  /// Takes the next point, and the documents that it fires on, ascending; false if it is left out.
  @discardableResult
  mutating func add(_ point: some Collection<Float>, documents own: some Collection<Int32>) -> Bool {
    precondition(point.count == dimension, "a point of \(dimension) numbers")
    losses.pointCount += 1
    if point.contains(where: { !$0.isFinite }) {
      losses.notFinite += 1
    } else if point.allSatisfy({ $0 == 0 }) {
      losses.zero += 1
    } else if documentCount != nil, own.isEmpty {
      losses.neverFiring += 1
    } else {
      values.append(contentsOf: point)
      numbers.append(losses.pointCount - 1)
      documents.append(contentsOf: own)
      offsets.append(documents.count)
      return true
    }
    return false
  }

  /// Takes the next points, `[count, dimension]`, of a source whose firings are known or not.
  mutating func add(_ points: UnsafeBufferPointer<Float>, firings: FiringRecord?) {
    for start in stride(from: 0, to: points.count, by: dimension) {
      let own = firings?[feature: losses.pointCount] ?? []
      add(UnsafeBufferPointer(rebasing: points[start..<start + dimension]), documents: own)
    }
  }

  /// The cloud of what was taken: `names` are those of all points of the source, `layers` of the points that were
  /// taken. An error if hardly any is left.
  func cloud(
    names: [String]? = nil, layers: [Int]? = nil, documents named: Cloud.Documents? = nil,
    relations: [WordRelation] = []
  ) throws -> Cloud {
    guard numbers.count >= CloudBuilder.leastPoints else {
      throw CloudsError(
        "cannot analyze the points of \(path): of its \(losses.pointCount) points \(losses.zero) are zero vectors, "
          + "\(losses.notFinite) are not finite and \(losses.neverFiring) never fire, which leaves \(numbers.count); "
          + "at least \(CloudBuilder.leastPoints) are needed, so name another source")
    }
    let points = PointCloud(dimension: dimension, values: values)
    let kept = names.map { names in numbers.map { names[$0].withoutZeros } }
    let pairs = try WordPairs(names: kept, relations: relations, path: path)
    var losses = losses
    losses.missingPairs = pairs.missing
    var distinct: Set<ArraySlice<Float>> = []
    for point in 0..<points.count where !distinct.insert(points[point: point]).inserted { losses.duplicates += 1 }
    return Cloud(
      points: points, numbers: numbers, names: kept, layers: layers,
      firings: documentCount.map {
        FiringRecord(featureCount: numbers.count, documentCount: $0, offsets: offsets, documents: documents)
      }, documents: named, relations: pairs.relations, losses: losses)
  }
}
