/// Vectors of length 1 that are clustered by the angles between them: sparse ones of which few entries are not zero, or
/// dense ones of which every entry is kept.
public struct UnitRows: Sendable {
  /// Entries of a vector.
  public let dimension: Int
  /// Where each row begins among `places`, and the last one ends; for sparse rows.
  private var starts = [0]
  private var places: [Int32] = []
  private var values: [Double] = []
  /// `[row, dimension]`, for dense rows.
  private var entries: [Float] = []
  private let isDense: Bool

  private init(dimension: Int, isDense: Bool) {
    self.dimension = dimension
    self.isDense = isDense
  }

  /// Begins with no vectors; they will be given by the entries that are not zero.
  public static func sparse(dimension: Int) -> UnitRows { UnitRows(dimension: dimension, isDense: false) }

  /// Begins with no vectors; they will be given whole, and are kept in single precision.
  public static func dense(dimension: Int) -> UnitRows {
    precondition(dimension > 0, "a vector has entries")
    return UnitRows(dimension: dimension, isDense: true)
  }

  /// Vectors so far.
  public var count: Int { isDense ? entries.count / dimension : starts.count - 1 }

  /// Adds a sparse vector by its entries that are not zero, and scales it to length 1.
  public mutating func append(_ entries: [(place: Int32, value: Double)]) {
    let length = entries.reduce(0) { $0 + $1.value * $1.value }.squareRoot()
    precondition(!isDense && length > 0, "a sparse vector with a direction")
    for entry in entries {
      precondition(entry.place >= 0 && Int(entry.place) < dimension, "a place of the vector")
      places.append(entry.place)
      values.append(entry.value / length)
    }
    starts.append(places.count)
  }

  /// Adds a dense vector of `dimension` entries, and scales it to length 1.
  public mutating func append(_ vector: [Float]) {
    let length = vector.reduce(0.0) { $0 + Double($1) * Double($1) }.squareRoot()
    precondition(
      isDense && vector.count == dimension && length > 0, "a vector of \(dimension) entries with a direction")
    entries.append(contentsOf: vector.map { Float(Double($0) / length) })
  }

  /// Calls `body` with place and value of the entries of a row, each place at most once; places without a call are
  /// zero.
  public func forEachEntry(of row: Int, _ body: (Int, Double) -> Void) {
    if isDense {
      for place in 0..<dimension { body(place, Double(entries[row * dimension + place])) }
    } else {
      for index in starts[row]..<starts[row + 1] { body(Int(places[index]), values[index]) }
    }
  }
}
