/// Vectors of length 1 to be clustered by the angles between them.
public protocol ClusterRows: Sendable {
  var count: Int { get }
  var dimension: Int { get }
  /// Calls `body` with place and value of the entries of a row, each place at most once; places without a call are
  /// zero.
  func forEachEntry(of row: Int, _ body: (Int, Double) -> Void)
}

/// Vectors with few entries.
public struct SparseRows: ClusterRows {
  public let dimension: Int
  private var starts = [0]
  private var places: [Int32] = []
  private var values: [Double] = []

  public init(dimension: Int) { self.dimension = dimension }

  public var count: Int { starts.count - 1 }

  /// Adds a vector by its entries that are not zero, and scales it to length 1.
  public mutating func append(_ entries: [(place: Int32, value: Double)]) {
    let length = entries.reduce(0) { $0 + $1.value * $1.value }.squareRoot()
    precondition(length > 0, "a vector with a direction")
    for entry in entries {
      precondition(entry.place >= 0 && Int(entry.place) < dimension, "a place of the vector")
      places.append(entry.place)
      values.append(entry.value / length)
    }
    starts.append(places.count)
  }

  public func forEachEntry(of row: Int, _ body: (Int, Double) -> Void) {
    for index in starts[row]..<starts[row + 1] { body(Int(places[index]), values[index]) }
  }
}

/// Vectors of which every entry is kept.
public struct DenseRows: ClusterRows {
  public let dimension: Int
  /// `[count, dimension]`
  private var values: [Float] = []

  public init(dimension: Int) {
    precondition(dimension > 0, "a vector has entries")
    self.dimension = dimension
  }

  public var count: Int { values.count / dimension }

  /// Adds a vector of `dimension` entries, and scales it to length 1.
  public mutating func append(_ vector: some Collection<Float>) {
    let length = vector.reduce(0.0) { $0 + Double($1) * Double($1) }.squareRoot()
    precondition(vector.count == dimension && length > 0, "a vector of \(dimension) entries with a direction")
    values.append(contentsOf: vector.map { Float(Double($0) / length) })
  }

  public func forEachEntry(of row: Int, _ body: (Int, Double) -> Void) {
    for place in 0..<dimension { body(place, Double(values[row * dimension + place])) }
  }
}
