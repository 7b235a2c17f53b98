import Basics
import Perturbations
import Transformer

/// A screen to plant in, and where the mutations of each of its matrices are.
package struct PlantingGround {
  /// The mutations of one matrix of one layer.
  package struct Site {
    /// The layer of the matrix, counted from 0.
    package let layer: Int
    /// The weight matrix of that layer.
    package let matrix: WeightMatrix
    /// Blocks of each axis, in the order of `Enrichment.Axis`.
    package let blockCounts: [Int]
    /// The mutation of each region by kind, `[row block, column block]`; −1 where it was not screened.
    package fileprivate(set) var mutations: [Kind: [Int]] = [:]

    /// The mutations of some kinds in a block of an axis, along the other axis.
    package func line(_ axis: Enrichment.Axis, block: Int, kinds: [Kind]) -> [Int] {
      let (rows, columns) = (blockCounts[0], blockCounts[1])
      let cells = axis == .row ? (0..<columns).map { block * columns + $0 } : (0..<rows).map { $0 * columns + block }
      return kinds.flatMap { kind in cells.compactMap { mutations[kind]?[$0] }.filter { $0 >= 0 } }
    }

    /// All mutations of some kinds.
    package func all(_ kinds: [Kind]) -> [Int] { kinds.flatMap { (mutations[$0] ?? []).filter { $0 >= 0 } } }
  }

  /// The screen in which things are planted.
  package let screen: RecordedScreen
  let kinds: [Kind]
  /// The matrices of which enough regions were screened to test rows and columns, in canonical order.
  package let sites: [Site]
  /// Stripes and pairs are planted along axes with so many blocks.
  let leastBlocks: Int

  /// Finds the matrices of `screen` whose rows and columns can be tested; throws where its verdicts cannot be counted.
  package init(_ screen: RecordedScreen, leastBlocks: Int = 2) throws {
    self.leastBlocks = leastBlocks
    let counts = try VerdictTable(screen, firstChange: screen.phenotypes.firstChange).counts()
    let grid = RegionGrid(counts.regions)
    let known = MatrixCells.matrices(counts.regions, grid).map { counts.regions.regions[$0.lowerBound] }
    let isKnown = Set(known.map { [$0.layer, $0.matrix.index] })
    var sites: [Site] = []
    for (index, mutation) in screen.mutations.enumerated() {
      let region = mutation.region
      guard isKnown.contains([region.layer, region.matrix.index]) else { continue }
      let (rows, columns) = grid.blocks(of: region.matrix)
      if sites.last?.layer != region.layer || sites.last?.matrix != region.matrix {
        sites.append(Site(layer: region.layer, matrix: region.matrix, blockCounts: [rows, columns]))
      }
      let (row, column) = grid.block(of: region)
      sites[sites.count - 1].mutations[
        mutation.kind, default: Array(repeating: -1, count: rows * columns)][row * columns + column] = index
    }
    self.screen = screen
    self.sites = sites
    kinds = counts.kinds
  }
}

extension VerdictTable {
  /// The silent ones among the verdicts on some mutations.
  func silent(_ mutations: [Int]) -> [Int] { mutations.flatMap { verdicts(of: $0).filter { !isNonSilent($0) } } }

  /// How many verdicts on some mutations are so many percentage points of them.
  package func verdictCount(_ points: Int, of mutations: [Int]) -> Int {
    (mutations.count * inputCount * points + 50) / 100
  }

  /// Turns silent verdicts on some mutations, drawn at random, so that their share of non-silent ones rises by so many
  /// percentage points.
  mutating func raise(_ mutations: [Int], points: Int, _ random: inout RandomStream) {
    let silent = silent(mutations)
    let order = random.permutation(silent.count)
    for place in order.prefix(verdictCount(points, of: mutations)) { set(silent[place], nonSilent: true) }
  }
}

extension RandomStream {
  /// Some of these, in random order.
  mutating func choose<Element>(_ count: Int, of elements: [Element]) -> [Element] {
    permutation(elements.count).prefix(count).map { elements[$0] }
  }
}
