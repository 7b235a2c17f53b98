import LinearAlgebra
import Transformer

/// An edit that puts activations from elsewhere in the place of those at one position of each row.
public struct Transplant: Hook, Sendable {
  /// Activations to be put in: a vector for each site and layer.
  public typealias Vectors = [Key: [Float]]

  /// A site of a layer.
  public struct Key: Hashable, Sendable {
    /// The site.
    public let site: Site
    /// The layer, counted from 0.
    public let layer: Int

    /// The site of a layer.
    public init(_ site: Site, layer: Int) {
      self.site = site
      self.layer = layer
    }
  }

  /// The position in each row, counted from 0.
  public let position: Int
  /// What is put into each row, in the order of the rows; nothing where it is empty.
  public let vectors: [Vectors]
  private let keys: Set<Key>

  /// Puts the vectors of each row at a position.
  public init(at position: Int, _ vectors: [Vectors]) {
    self.position = position
    self.vectors = vectors
    keys = vectors.reduce(into: []) { $0.formUnion($1.keys) }
  }

  /// The sites of the layer that some row has vectors for.
  public func places(ofLayer layer: Int) -> Set<Place> {
    Set(keys.lazy.filter { $0.layer == layer }.map { .site($0.site) })
  }

  /// Replaces the rows of the position.
  public func visit(_ visit: Visit) {
    guard case .site(let site) = visit.place else { return }
    precondition(visit.rows.spans.count == vectors.count, "vectors for each row")
    let positions = visit.isScoredOnly ? visit.rows.scoredPositions : visit.rows.positions
    for (range, vectors) in zip(visit.ranges, vectors) {
      guard let vector = vectors[Key(site, layer: visit.layer)] else { continue }
      for row in range where positions[row] == position {
        for (unit, value) in vector.enumerated() { visit.values[row, unit] = value }
      }
    }
  }
}
