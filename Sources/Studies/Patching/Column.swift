import Perturbations
import Transformer

/// What a model holds at some consecutive positions of a text, at chosen sites of all layers.
struct Column: Sendable {
  /// A number of a position's vectors: the site and layer.
  typealias Key = Transplant.Key

  /// The vectors of each position.
  private(set) var vectors: [Transplant.Vectors]

  /// The column of so many positions of which nothing is known yet.
  init(count: Int) { vectors = Array(repeating: [:], count: count) }

  /// A vector of a position.
  subscript(position: Int, key: Key) -> [Float] {
    get { vectors[position][key] ?? [] }
    set { vectors[position][key] = newValue }
  }

  /// The number of positions.
  var count: Int { vectors.count }

  /// What becomes of these activations in the place of `neutral` ones: neutral + factor · (own − neutral).
  func scaled(by factor: Float, from neutral: Column) -> Column {
    var scaled = self
    for position in vectors.indices {
      scaled.vectors[position] = vectors[position].reduce(into: [:]) { result, entry in
        let (key, own) = entry
        result[key] = zip(neutral[position, key], own).map { $0 + factor * ($1 - $0) }
      }
    }
    return scaled
  }

  // MARK: Numbers

  /// The sites that are transplanted.
  static let sites: [Site] = [.attentionOutput, .mlpHidden]

  /// The keys of a transplant in their order.
  private static func keys(_ shape: HostShape) -> [(key: Key, width: Int)] {
    (0..<shape.layerCount).flatMap { layer in
      sites.map { site in
        let block = shape.blocks[layer]
        return (Key(site, layer: layer), block.value(at: site).map { block.width(of: $0.slot) } ?? 0)
      }
    }
  }

  /// How many numbers the transplanted sites of so many positions are.
  static func numberCount(_ shape: HostShape, count: Int) -> Int { count * keys(shape).reduce(0) { $0 + $1.width } }

  /// The activations of the transplanted sites as numbers, for a journal.
  func numbers(_ shape: HostShape) -> [Double] {
    let keys = Self.keys(shape)
    return vectors.flatMap { own in keys.flatMap { own[$0.key]?.map(Double.init) ?? [] } }
  }

  /// Takes them out of the numbers that `numbers` gives.
  init(_ shape: HostShape, count: Int, numbers: some Collection<Double>) {
    self.init(count: count)
    var rest = Array(numbers)[...]
    let keys = Self.keys(shape)
    for position in 0..<count {
      for (key, width) in keys {
        self[position, key] = rest.prefix(width).map { Float($0) }
        rest = rest.dropFirst(width)
      }
    }
  }
}

/// A hook that keeps what it is shown at some positions of each row.
final class ColumnRecorder: Hook {
  /// The columns of the rows, in their order.
  private(set) var columns: [Column]
  private let sites: [Site]
  private let positions: [Range<Int>]

  /// Keeps these positions of each of the rows that run together.
  init(_ sites: [Site], positions: [Range<Int>]) {
    self.sites = sites
    self.positions = positions
    columns = positions.map { Column(count: $0.count) }
  }

  func places(ofLayer layer: Int) -> Set<Place> { Set(sites.map(Place.site)) }

  func visit(_ visit: Visit) {
    guard case .site(let site) = visit.place else { return }
    precondition(visit.rows.spans.count == positions.count, "positions of each row")
    let shown = visit.isScoredOnly ? visit.rows.scoredPositions : visit.rows.positions
    for (index, range) in visit.ranges.enumerated() {
      for row in range where positions[index].contains(Int(shown[row])) {
        let place = Int(shown[row]) - positions[index].lowerBound
        let values = UnsafeBufferPointer(start: visit.values.row(row), count: visit.values.columns)
        columns[index][place, Column.Key(site, layer: visit.layer)] = Array(values)
      }
    }
  }
}
