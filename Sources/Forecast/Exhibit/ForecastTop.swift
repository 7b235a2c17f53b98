import Archive
import Perturbations

/// The regions of a map that are foretold to diverge most, over all layers, matrices and kinds.
struct ForecastTop {
  /// A region and what is foretold of it over all inputs.
  struct Entry {
    let mutation: Mutation
    /// The mean over inputs, in nats.
    let divergence: Float
    /// Inputs on which the verdict is predicted to change.
    let changed: Int32
  }

  private static let count = 12

  let grid: ForecastOutline.Grid
  /// The largest first; the first of equals.
  private(set) var entries: [Entry] = []

  /// Reads all maps of a size, matrix by matrix.
  init(_ file: borrowing ForecastFile, _ grid: ForecastOutline.Grid) throws {
    self.grid = grid
    for (layer, number) in grid.layers.enumerated() {
      for blocks in grid.matrices {
        guard let shape = file.summary.shapes?.shape(of: blocks.matrix) else { continue }
        let cover = RegionCover(grid.size, of: shape)
        for (kind, value) in grid.kinds.enumerated() {
          let map = try file.map(of: blocks, in: grid, layer: layer, kind: kind)
          guard map.divergence.count == cover.count else { continue }
          for (place, divergence) in map.divergence.enumerated() where isAmongTop(divergence) {
            let region = cover.region(place, layer: number, matrix: blocks.matrix)
            insert(
              Entry(
                mutation: Mutation(region: region, kind: value), divergence: divergence, changed: map.changed[place]))
          }
        }
      }
    }
  }

  private func isAmongTop(_ divergence: Float) -> Bool {
    entries.count < ForecastTop.count || divergence > entries[entries.count - 1].divergence
  }

  private mutating func insert(_ entry: Entry) {
    let place = entries.firstIndex { $0.divergence < entry.divergence } ?? entries.count
    entries.insert(entry, at: place)
    if entries.count > ForecastTop.count { entries.removeLast() }
  }
}
