/// Units of sites that are zero at every position of every pass over a model, as if the model were made so.
///
/// They hold whatever the weights are: a mutation of weights that only these units meet does nothing.
public struct ZeroUnits: Hook, Equatable, Sendable {
  /// The units by layer, ascending, at each site that has some.
  private let units: [Site: [[Int32]]]

  /// The units of some lists together; each list has those of a site by layer, ascending. nil where there are none.
  public init?(_ lists: [(site: Site, units: [[Int32]])]) {
    var all: [Site: [Set<Int32>]] = [:]
    for list in lists where list.units.contains(where: { !$0.isEmpty }) {
      let known = all[list.site] ?? list.units.map { _ in [] }
      precondition(known.count == list.units.count, "lists of the same layers")
      all[list.site] = zip(known, list.units).map { $0.union($1) }
    }
    guard !all.isEmpty else { return nil }
    units = all.mapValues { $0.map { $0.sorted() } }
  }

  /// Whether blocks of a shape have all of the units.
  func fit(_ shape: HostShape) -> Bool {
    units.allSatisfy { site, layers in
      layers.count == shape.layerCount
        && layers.indices.allSatisfy { layer in
          guard let last = layers[layer].last else { return true }
          let block = shape.blocks[layer]
          return block.value(at: site).map { Int(last) < block.width(of: $0.slot) } ?? false
        }
    }
  }

  /// The units of a layer that are zero in a value of its block: those of the site where it is seen; none elsewhere.
  public func units(of value: Block.Value, in block: Block, layer: Int) -> [Int] {
    units.first { site, layers in !layers[layer].isEmpty && block.value(at: site) == value }
      .map { $0.value[layer].map(Int.init) } ?? []
  }

  // MARK: Hook

  /// The sites that have such units in the layer.
  public func places(ofLayer layer: Int) -> Set<Place> {
    Set(units.lazy.filter { !$0.value[layer].isEmpty }.map { .site($0.key) })
  }

  /// Sets the units to zero in all rows that are shown.
  public func visit(_ visit: Visit) {
    guard case .site(let site) = visit.place, let own = units[site]?[visit.layer] else { return }
    for row in 0..<visit.values.rows {
      for unit in own { visit.values[row, Int(unit)] = 0 }
    }
  }
}
