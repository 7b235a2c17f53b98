import Basics
import Perturbations
import Transformer

/// A way of choosing as many units without knowing what they do, in an order for each seed.
enum PruningControl: String, CaseIterable, Sendable {
  /// All units in random order.
  case random
  /// The scores dealt anew to the units of each layer, so that as many units of each layer are pruned.
  case shuffled
  /// The scores dealt anew among units of a layer of about the same magnitude.
  case magnitude

  /// What it is, in words.
  var words: String {
    switch self {
    case .random: "random units"
    case .shuffled: "scores shuffled within layers"
    case .magnitude: "scores shuffled among units of like magnitude"
    }
  }

  /// Classes of magnitude of a layer at most.
  private static let classes = 20
  /// Units of a class at least, about.
  private static let leastUnits = 8

  /// The units of all layers in the order in which they are pruned, which any program can follow: by the digests of
  /// `seed:layer:site:unit`, or by scores that were dealt in the order of `seed:layer:site:CONTROL:unit`.
  func order(seed: Int, _ site: Site, _ grid: UnitGrid, scores: [Double], magnitudes: [Double]) -> [Int] {
    guard self != .random else {
      return PortableRandom.order(grid.count) { "\(seed):\($0 / grid.width):\(site.rawValue):\($0 % grid.width)" }
    }
    var dealt = scores
    for group in groups(grid, magnitudes) {
      let order = PortableRandom.order(group.count) {
        let unit = group[$0]
        return "\(seed):\(unit / grid.width):\(site.rawValue):\(rawValue):\(unit % grid.width)"
      }
      for (place, other) in order.enumerated() { dealt[group[other]] = scores[group[place]] }
    }
    return Ranking.order(by: dealt)
  }

  /// The units among which scores are dealt: those of a layer, in the order of their numbers, or those of a class of
  /// magnitude of a layer, the greatest first.
  private func groups(_ grid: UnitGrid, _ magnitudes: [Double]) -> [[Int]] {
    let layers = (0..<grid.layerCount).map { grid.numbers(ofLayer: $0) }
    guard self == .magnitude else { return layers.map { Array($0) } }
    let count = max(1, min(PruningControl.classes, grid.width / PruningControl.leastUnits))
    return layers.flatMap { layer in
      var groups = [[Int]](repeating: [], count: count)
      for (rank, place) in Ranking.order(by: Array(magnitudes[layer])).enumerated() {
        groups[rank * count / grid.width].append(layer.lowerBound + place)
      }
      return groups
    }
  }
}
