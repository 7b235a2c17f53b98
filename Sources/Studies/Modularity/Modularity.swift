import Archive
import Basics
import Drawing
import Geometry
import Hosts
import Perturbations
import Transformer

/// The study of whether tasks have units of their own, and whether these sit together (arXiv 2408.17324): overlaps of
/// the units of tasks, their concentration in clusters of weights, and what pruning one task does to the others.
public struct Modularity: Study {
  public static let name = "modularity"
  public static let question = "Do tasks have units of the feed-forward layers of their own, and do these sit together?"
  public static let source =
    "Pochinkov, Jones and Rahman 2024, arXiv 2408.17324; clusters as in Zhang et al. 2022, arXiv 2110.01786"
  public static let keys = [
    StudyKey("tasks", required: "{ONE: NAME, OTHER: NAME}", "tasks and their texts, or a list of texts"),
    StudyKey("evaluation", usual: "{ONE: NAME, OTHER: NAME}", "texts that pruned tasks are measured on; without: none"),
    StudyKey("percents", usual: "[1, 2, 5, 10, 20]", "how many percent of the units a task has"),
    StudyKey("layers", usual: "all", "the layers whose units are clustered: all, or a list"),
    StudyKey("clusters", required: "24", "how many clusters the units of a layer form; a divisor of their number"),
    StudyKey("seeds", usual: "3", "how many starts of the clusters, or a list of seeds"),
    StudyKey("goals", usual: "[50, 80]", "what percent of its accuracy a pruned task keeps"),
    StudyKey("deals", usual: "9", "how many deals of pseudo-tasks are pruned as well; fewer than 2 test nothing"),
    StudyKey("draws", usual: "200", "how often rows are dealt anew to pseudo-tasks for probabilities"),
    StudyKey("untrained", usual: "true", "whether a host of the same shape with random weights is compared"),
  ]
  /// The site whose units tasks have: the hidden units of the feed-forward layers.
  static let site = Site.mlpHidden

  let tasks: [TaskTexts]
  /// The texts that pruned tasks are measured on; nil: nothing is pruned.
  let evaluation: [TaskTexts]?
  let percents: [Fraction]
  /// The layers that are clustered; nil: all.
  let layers: [Int]?
  let clusters: Int
  let seeds: [Int]
  let goals: [Fraction]
  /// Deals of pseudo-tasks that are pruned.
  let deals: Int
  let draws: Int
  let untrained: Bool

  /// Reads the section.
  public init(_ section: StudySection) throws {
    tasks = try TaskTexts.read("tasks", section)
    let tasks = tasks
    evaluation = try section["evaluation"].map { _ in try TaskTexts.read("evaluation", of: tasks, section) }
    percents = try Modularity.shares("percents", section, usual: [1, 2, 5, 10, 20])
    layers =
      section["layers"]?.text == "all"
      ? nil
      : try section["layers"].map { _ in
        try section.integers("layers", in: 0...Int(Int32.max), usual: [])
      }
    guard section["clusters"] != nil else { throw section.missing("clusters", example: "24") }
    clusters = try section.integer("clusters", in: 2...1 << 20, usual: 2)
    seeds = try section.seeds()
    goals = try Modularity.shares("goals", section, usual: [50, 80])
    untrained = try section.flag("untrained", usual: true)
    deals = try section.integer("deals", in: 0...1000, usual: 9)
    let least = 20 * Modularity.claims(goals: evaluation == nil || deals < 2 ? 0 : goals.count) - 1
    draws = try section.integer("draws", in: 1...1_000_000, usual: max(200, least))
    if let value = section["draws"], draws < least {
      throw value.refusal(
        "\(draws) draws cannot show anything beyond chance: this study makes \((least + 1) / 20) claims, and 1 in "
          + "\(draws + 1) is the least probability; use \(least) or more")
    }
  }

  /// Percents above 0.
  private static func shares(_ key: String, _ section: StudySection, usual: [Int]) throws -> [Fraction] {
    let shares = try section.percents(key, usual: usual)
    if let value = section[key], shares.contains(where: { $0.numerator == 0 }) {
      throw value.refusal("0 percent is nothing; leave it out")
    }
    return shares
  }

  /// How many claims are made together: that tasks have units of their own and few in common, that these sit together
  /// beyond random clusters and beyond pseudo-tasks, and that a task can be pruned, for each goal that is tested.
  static func claims(goals: Int) -> Int { 4 + goals }

  /// How many claims this study makes together.
  var claims: Int { Modularity.claims(goals: evaluation == nil || deals < 2 ? 0 : goals.count) }

  // MARK: Finding

  /// Compares the tasks on the host, prunes them, and compares them on an untrained host.
  public func findings(on ground: StudyGround) throws -> StudyFindings {
    let own = try structure(on: ground, "")
    let pruned = try evaluation.map { try crossPruning($0, own, on: ground) }
    var control: TaskStructure?
    if untrained {
      let weights = UntrainedWeights(seed: UInt64(seeds[0]))
      let host = ground.with(try Model.untrained(like: ground.pass.model, weights))
      control = try structure(on: host, " of the untrained host")
    }
    let results = ModularityResults(self, own, untrained: control, pruned: pruned ?? [])
    return StudyFindings(results.group(ground), units: results.columns)
  }

  /// The rows of all tasks, and how many each has.
  private func rows(_ texts: StudyTexts) -> (rows: [StudyRow], tasks: TaskRows) {
    let rows = tasks.map { texts[$0.texts].rows }
    return (rows.flatMap { $0 }, TaskRows(sizes: rows.map(\.count)))
  }

  private func structure(on ground: StudyGround, _ host: String) throws -> TaskStructure {
    let (rows, tasks) = rows(ground.texts)
    let importance = RowImportance(
      try ground.grid(Self.site), rows: try ground.rowMagnitudes(Self.site, of: rows))
    let found = try UnitClusters.find(
      on: ground, layers: layers ?? Array(0..<ground.shape.layerCount), clusterCount: clusters, seeds: seeds,
      phase: "clustering units" + host)
    return try TaskStructure(
      importance, tasks, found, shares: percents, seeds: seeds, draws: draws, ground.stages,
      phase: "dealing pseudo-tasks" + host)
  }

  /// Prunes the tasks, and the pseudo-tasks of some deals, whose texts are dealt anew as well.
  private func crossPruning(
    _ evaluation: [TaskTexts], _ structure: TaskStructure, on ground: StudyGround
  ) throws -> [CrossPruning] {
    let texts = evaluation.map { TextSet(name: $0.name, rows: ground.texts[$0.texts].rows) }
    let all = texts.rows
    let (sizes, tasks) = (TaskRows(sizes: texts.map(\.rows.count)), rows(ground.texts).tasks)
    let pseudo = (0..<deals).map { deal in
      CrossPruning.Deal(
        orders: structure.orders(of: tasks.dealt(seed: seeds[0], deal: deal)).flat,
        texts: zip(texts, sizes.dealt(seed: seeds[0], deal: deal, what: "evaluation")).map { text, rows in
          TextSet(name: text.name, rows: rows.map { all[$0] })
        })
    }
    return try CrossPruning.find(
      [CrossPruning.Deal(orders: structure.orders.flat, texts: texts)] + pseudo, goals: goals, site: Self.site,
      grid: structure.importance.grid, on: ground)
  }
}
