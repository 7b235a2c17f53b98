import LinearAlgebra
import Transformer

/// An edit of some units of a site in every layer: their activations are replaced, at all positions or from one on.
public struct UnitEdit: Hook, Sendable {
  /// What takes the place of an activation.
  public enum Replacement: Equatable, Sendable {
    /// The activation becomes zero.
    case zero
    /// A number for each unit, `[layer][unit]`.
    case constants([[Float]])
    /// A number for each position and unit, `[layer][position · width + unit]`; no row may be longer than the
    /// positions reach.
    case byPosition([[Float]])
    /// The activation with a number for each unit added to it, `[layer][unit]`: a vector that steers.
    case sums([[Float]])
  }

  /// The site that is edited.
  public let site: Site
  /// The units that are replaced, by layer.
  public let units: [[Int32]]
  /// What they are replaced by.
  public let replacement: Replacement
  /// Earlier positions stay as they are.
  public let firstPosition: Int

  /// An edit of these units of each layer.
  public init(_ site: Site, units: [[Int32]], by replacement: Replacement = .zero, from firstPosition: Int = 0) {
    self.site = site
    self.units = units
    self.replacement = replacement
    self.firstPosition = firstPosition
  }

  /// An edit of units that are numbered through all layers: layer · width + unit.
  public init(_ site: Site, of grid: UnitGrid, flat: some Sequence<Int>, by replacement: Replacement = .zero) {
    var units = [[Int32]](repeating: [], count: grid.layerCount)
    for number in flat { units[number / grid.width].append(Int32(number % grid.width)) }
    self.init(site, units: units.map { $0.sorted() }, by: replacement)
  }

  /// The site, in layers of which units are edited.
  public func places(ofLayer layer: Int) -> Set<Place> { units[layer].isEmpty ? [] : [.site(site)] }

  /// Replaces the units of the rows that are shown.
  public func visit(_ visit: Visit) {
    let units = units[visit.layer]
    let positions = visit.isScoredOnly ? visit.rows.scoredPositions : visit.rows.positions
    for row in 0..<visit.values.rows where positions[row] >= firstPosition {
      switch replacement {
      case .zero: for unit in units { visit.values[row, Int(unit)] = 0 }
      case .constants(let values):
        let own = values[visit.layer]
        for unit in units { visit.values[row, Int(unit)] = own[Int(unit)] }
      case .sums(let values):
        let own = values[visit.layer]
        for unit in units { visit.values[row, Int(unit)] += own[Int(unit)] }
      case .byPosition(let values):
        let own = values[visit.layer]
        let start = Int(positions[row]) * visit.values.columns
        for unit in units { visit.values[row, Int(unit)] = own[start + Int(unit)] }
      }
    }
  }
}
