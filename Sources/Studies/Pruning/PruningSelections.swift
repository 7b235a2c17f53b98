import Perturbations
import Transformer

/// The different sets of units that a pruning scores, each once; the first is empty, and stands for the unpruned model.
struct PruningSelections {
  private struct Key: Hashable {
    let site: Site
    let units: [Int]
  }

  private var numbers: [Key: Int] = [:]
  /// The edits in the order of their numbers.
  private(set) var edits: [(any Hook)?] = [nil]

  /// The number of the edit that sets these units of a site to zero.
  mutating func number(_ site: Site, _ grid: UnitGrid, _ units: some Sequence<Int>) -> Int {
    let key = Key(site: site, units: units.sorted())
    guard !key.units.isEmpty else { return 0 }
    if let number = numbers[key] { return number }
    numbers[key] = edits.count
    edits.append(UnitEdit(site, of: grid, flat: key.units))
    return edits.count - 1
  }
}
