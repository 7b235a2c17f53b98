import Basics
import Transformer

/// What pseudo-tasks give: the same rows dealt anew to tasks of the same sizes, many times. What is as great for them
/// is no matter of the tasks.
struct PseudoTasks: Equatable, Sendable {
  /// What one deal gives for each share.
  struct Deal: Equatable, Sendable {
    /// The mean overlap of two pseudo-tasks, `[share]`.
    let overlaps: [Double]
    /// The mean score of pseudo-tasks' units, `[share]`.
    let specificities: [Double]
    /// The concentration of pseudo-tasks' units in the clusters.
    let concentration: ConcentrationTable

    /// Selects the units of pseudo-tasks.
    init(_ importance: RowImportance, members: [[Int]], _ clusters: UnitClusters, shares: [Fraction]) {
      let scores = members.map(importance.score)
      let orders = TaskOrders(importance.grid, scores: scores)
      specificities = orders.specificities(scores, shares).map { $0.reduce(0, +) / Double($0.count) }
      overlaps = shares.map { TaskOverlap.mean(of: orders.selected($0), unitCount: importance.grid.count) }
      let byLayer = members.indices.map(orders.byLayer)
      concentration = ConcentrationTable(
        clusters.labels, tasks: members.count, clusterCount: clusters.clusterCount, shares: shares
      ) { layer, task in byLayer[task][clusters.layers[layer]] }
    }
  }

  /// The mean overlap in the deal of each seed, `[share][seed]`.
  let seedOverlaps: [[Double]]
  /// The concentration in the first seed's deal.
  let concentration: ConcentrationTable
  /// The mean overlap in each draw, `[share][draw]`.
  let overlaps: [[Double]]
  /// The mean score of pseudo-tasks' units in each draw, `[share][draw]`.
  let specificities: [[Double]]
  /// The mean concentration over layers and tasks in each draw, `[share][draw]`.
  let concentrations: [[Double]]
  /// The mean concentration of the tasks' own units in clusters whose units change places at random, in each draw,
  /// `[share][draw]`.
  let shuffled: [[Double]]

  /// Deals rows for each seed, and `draws` times with the first seed, in a stage.
  init(
    _ importance: RowImportance, _ rows: TaskRows, _ orders: TaskOrders, _ clusters: UnitClusters, shares: [Fraction],
    seeds: [Int], draws: Int, _ stages: StudyStages, phase: String
  ) throws {
    let own = rows.sizes.indices.map(orders.byLayer)
    let tableSize = shares.count * (1 + clusters.layers.count * rows.sizes.count)
    let cost = PseudoTasks.cost(units: importance.grid.count, rows: rows.count, tasks: rows.sizes.count)
    let chunks = PseudoTasks.chunks(draws, cost: cost)
    let pieces = try stages.evaluate(
      phase, costs: seeds.map { _ in cost } + chunks.map { Double($0.count) * cost },
      sizes: seeds.map { _ in tableSize } + chunks.map { $0.count * 4 * shares.count }
    ) { piece in
      guard piece >= seeds.count else {
        let deal = Deal(importance, members: rows.dealt(seed: seeds[piece]), clusters, shares: shares)
        return deal.overlaps + deal.concentration.areas.flatMap { $0 }
      }
      return chunks[piece - seeds.count].flatMap { draw -> [Double] in
        let members = rows.dealt(seed: seeds[0], deal: draw)
        let deal = Deal(importance, members: members, clusters, shares: shares)
        let shuffled = PseudoTasks.shuffled(own, clusters, shares: shares, seed: seeds[0], draw: draw)
        return deal.overlaps + deal.specificities + deal.concentration.means + shuffled.means
      }
    }
    let all = try pieces.all()
    seedOverlaps = shares.indices.map { share in seeds.indices.map { all[$0][share] } }
    concentration = ConcentrationTable(numbers: all[0].dropFirst(shares.count), shares: shares.count)
    let numbers = all.dropFirst(seeds.count).flatMap { $0 }
    func columns(_ part: Int) -> [[Double]] {
      shares.indices.map { share in
        (0..<draws).map { numbers[($0 * 4 + part) * shares.count + share] }
      }
    }
    (overlaps, specificities, concentrations, shuffled) = (columns(0), columns(1), columns(2), columns(3))
  }

  /// Draws that a piece makes together, by what one of them costs.
  private static func chunks(_ draws: Int, cost: Double) -> [Range<Int>] {
    let size = max(1, min(draws, Int(pieceOperations / cost)))
    return stride(from: 0, to: draws, by: size).map { $0..<min($0 + size, draws) }
  }

  /// Operations of a piece, some tenths of a second of a core.
  private static let pieceOperations = 5e9

  /// Operations that take as long as a deal does, most of which are comparisons of scores.
  static func cost(units: Int, rows: Int, tasks: Int) -> Double {
    Double(units) * (50 * Double(rows) + 5000 * Double(tasks))
  }

  /// The concentration of the tasks' units where the units of each layer change places, for all tasks alike; `orders`
  /// are theirs, `[task][layer][place]`.
  private static func shuffled(
    _ orders: [[[Int]]], _ clusters: UnitClusters, shares: [Fraction], seed: Int, draw: Int
  ) -> ConcentrationTable {
    let labels = zip(clusters.layers, clusters.labels).enumerated().map { place, layer -> [Int32] in
      var random = RandomStream(
        seed: UInt64(seed), stream: .shuffledUnits, index: draw * clusters.layers.count + place)
      let order = random.permutation(layer.1.count)
      return order.map { layer.1[$0] }
    }
    return ConcentrationTable(labels, tasks: orders.count, clusterCount: clusters.clusterCount, shares: shares) {
      layer, task in orders[task][clusters.layers[layer]]
    }
  }
}

extension StreamName {
  /// The places of units that change at random.
  static let shuffledUnits: StreamName = "modu"
}
