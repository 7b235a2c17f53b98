import Basics
import Geometry
import Perturbations
import Transformer

extension Modularity {
  /// A pass over the tasks' texts, the clusters and the deals of each host, and what bisection takes at most. Kept is a
  /// number for each row and unit of each host.
  public func cost(_ outline: StudyOutline) throws -> StudyCost {
    let grid = try grid(outline.shape)
    try check(outline.texts)
    let texts = tasks.flatMap(\.texts)
    let rows = outline.texts[texts].rows.count
    let own = layers ?? Array(0..<grid.layerCount)
    let starts = Double(own.count * seeds.count)
    let clustering = BalancedPartition.operations(
      points: grid.width, dimension: outline.shape.hiddenSize, clusters: clusters)
    let dealing =
      PseudoTasks.cost(units: grid.count, rows: rows, tasks: tasks.count) * Double(seeds.count + draws)
    let host = outline.pass(texts) + starts * clustering + dealing
    let numbers = tasks.count * grid.count + percents.count * (5 * own.count * tasks.count + 4 * draws)
    let hosts = untrained ? 2.0 : 1
    return StudyCost(
      operations: hosts * host + pruning(outline, grid), outputBytes: 8 * hosts * Double(numbers),
      keptBytes: 8 * hosts * Double(rows) * Double(grid.count))
  }

  /// Bisection measures a task in each round, and all tasks at its end.
  private func pruning(_ outline: StudyOutline, _ grid: UnitGrid) -> Double {
    guard let evaluation else { return 0 }
    let rounds = Double(Int.bitWidth - grid.count.leadingZeroBitCount)
    let passes = 1 + Double(goals.count) * (rounds + Double(tasks.count))
    return Double(1 + deals) * passes * outline.pass(evaluation.flatMap(\.texts), readout: true)
  }

  // MARK: Checks

  /// The units; throws where the host has none whose rows can be clustered so.
  private func grid(_ shape: HostShape) throws -> UnitGrid {
    let grid = try UnitGrid(shape, Self.site)
    guard let matrix = UnitClusters.matrix(shape), shape.shape(of: matrix).rows == grid.width else {
      throw StudiesError(
        "cannot cluster the units of \(Self.site.rawValue): the model has no matrix up or gate with a row for each; "
          + "leave modularity out")
    }
    guard grid.width % clusters == 0, clusters < grid.width else {
      let divisors = (2..<grid.width).filter { grid.width % $0 == 0 }
      let near = divisors.sorted { abs($0 - clusters) < abs($1 - clusters) }.prefix(3).sorted()
      throw StudiesError(
        "cannot form \(clusters) clusters of the \(grid.width) units of a layer: all have the same number of units; "
          + (near.isEmpty ? "leave modularity out" : "use \(near.map(String.init).joined(separator: ", ")) or so"))
    }
    if let layer = layers?.first(where: { $0 >= grid.layerCount }) {
      throw StudiesError(
        "cannot cluster the units of layer \(layer): the model has the layers 0 to \(grid.layerCount - 1); "
          + "leave it out of layers")
    }
    if let share = percents.first(where: { $0.share(of: grid.width) == 0 }) {
      throw StudiesError(
        "cannot give a task \(Modularity.percent(share)) % of the \(grid.width) units of a layer: that is none; "
          + "leave it out of percents")
    }
    return grid
  }

  /// Throws where rows could not be dealt anew.
  private func check(_ texts: StudyTexts) throws {
    for (role, tasks) in [("tasks", tasks), ("evaluation", evaluation ?? [])] {
      let lengths = tasks.flatMap { task in texts[task.texts].flatMap { set in set.rows.map { ($0.count, set.name) } } }
      if let first = lengths.first, let other = lengths.first(where: { $0.0 != first.0 }) {
        throw StudiesError(
          "cannot compare the texts of \(role): rows of \(first.1.quoted) have \(first.0) tokens and those of "
            + "\(other.1.quoted) \(other.0); give all the same window")
      }
    }
    if let few = tasks.first(where: { texts[$0.texts].rows.count < 2 }) {
      throw StudiesError(
        "cannot deal the rows of tasks anew: \(few.name.quoted) has a single row; give it a longer text, or set "
          + "window lower")
    }
  }

  /// A share in percent, as a person would write it.
  static func percent(_ share: Fraction) -> String {
    let text = percentValue(share).description
    return text.hasSuffix(".0") ? String(text.dropLast(2)) : text
  }

  /// A share in percent.
  static func percentValue(_ share: Fraction) -> Double {
    100 * Double(share.numerator) / Double(share.denominator)
  }
}
