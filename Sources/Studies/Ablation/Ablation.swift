import Archive
import Basics
import Drawing
import Perturbations
import Transformer

/// The study of how much is lost when random units of every layer are replaced (arXiv 2408.17322): by zero, their mean,
/// their mode, or what they do on another text; cumulatively, from none to all.
public struct Ablation: Study {
  public static let name = "ablation"
  public static let question =
    "How much damage does replacing random units by zero, their mean, their mode or another text's value do?"
  public static let source = "Pochinkov, Pasero and Shibayama 2024, arXiv 2408.17322"
  public static let keys = [
    StudyKey("statistics", required: "[NAME]", "texts that means and modes are taken of"),
    StudyKey("evaluation", required: "[NAME]", "texts whose prediction is scored"),
    StudyKey("sites", usual: "[attn_pre_out, mlp_pre_out]", "where units are replaced"),
    StudyKey("methods", usual: "[zero, mean, peak, resample]", "what units are replaced by"),
    StudyKey("fractions", usual: "11", "how many fractions of the units from 0 to 1, or a list of them"),
    StudyKey("seeds", usual: "3", "how many random orders of the units, or a list of seeds"),
    StudyKey("resample", usual: "ids", "the other text: " + OtherText.use),
  ]

  let statistics: [String]
  let evaluation: [String]
  let sites: [Site]
  let methods: [AblationMethod]
  let fractions: [Fraction]
  let seeds: [Int]
  /// nil: the usual one.
  private let chosenOther: OtherText?
  private let otherPlace: ConfigurationPlace

  /// Reads the section.
  public init(_ section: StudySection) throws {
    statistics = try section.texts("statistics")
    evaluation = try section.texts("evaluation")
    sites = try section.sites(usual: [.attentionOutput, .mlpHidden])
    methods = try section.choices("methods", usual: AblationMethod.allCases)
    fractions = try section.fractions("fractions", usual: 11)
    seeds = try section.seeds()
    chosenOther = try section["resample"].map { try OtherText($0, names: section.textNames) }
    otherPlace = ConfigurationPlace("resample", of: section)
  }

  /// Two passes for the values of each site, and one for each point of curves that is another one.
  public func cost(_ outline: StudyOutline) throws -> StudyCost {
    try other(outline.shape).check(outline.shape, otherPlace)
    let curves = sites.count * methods.count * (seeds.count * fractions.count + 1) + 1
    let points = try sites.reduce(1) { $0 + Distinct(self.points(try outline.grid($1), $1)).elements.count }
    return StudyCost(
      operations: 2 * Double(sites.count) * outline.pass(statistics)
        + Double(points) * outline.pass(evaluation, readout: true),
      outputBytes: Double(curves * (4 + evaluation.count) * 8))
  }

  /// The other text that resampling takes activations from, by default random tokens, or the first image of those that
  /// statistics are taken of.
  private func other(_ shape: HostShape) -> OtherText {
    chosenOther ?? (shape.classNames == nil ? .identifiers : .row(of: statistics[0]))
  }

  // MARK: Finding

  /// Takes the values of all methods, then scores all curves.
  public func findings(on ground: StudyGround) throws -> StudyFindings {
    let texts = ground.texts[evaluation]
    let common = Targets.commonest(of: texts.rows)
    var scores = AblationScores(self, common: common)
    scores.baseline = try ground.scores(under: [nil], of: texts, common: Set(common))[0]
    var units: [StudyFindings.UnitColumn] = []
    for site in sites {
      let values = try self.values(site, on: ground)
      let points = Distinct(self.points(values.grid, site))
      // Edits of the same units one after the other: much of what they need is the same.
      let groups = Distinct(points.elements.map(\.units)).places
      let order = groups.indices.sorted { (groups[$0], $0) < (groups[$1], $1) }
      let found = try ground.scores(
        under: order.map { points.elements[$0].edit(site, values) }, of: texts, common: Set(common),
        phase: "replacing units of \(site.rawValue)")
      scores.add(points.spread(zip(order, found).sorted { $0.0 < $1.0 }.map(\.1)), curves: methods.count)
      units += columns(site, values)
    }
    return StudyFindings(scores.group(ground), units: units)
  }

  private func values(_ site: Site, on ground: StudyGround) throws -> AblationValues {
    let rows = ground.texts[statistics].rows
    let grid = try ground.grid(site)
    let none = [Double](repeating: .nan, count: grid.count)
    let needsStatistics = methods.contains(.mean) || methods.contains(.peak)
    let found = needsStatistics ? try ground.statistics([site], of: rows)[site] : nil
    var histogram: UnitHistogram?
    if let found, methods.contains(.peak) { histogram = try ground.histogram(site, of: rows, ranges: found) }
    let counts = histogram.map { histogram in (0..<grid.count).map { histogram.bins(of: $0).sorted(by: >) } } ?? []
    let length = ground.texts[evaluation].rows.map(\.count).max() ?? 1
    return AblationValues(
      grid: grid, mean: found?.values(.mean) ?? none, peak: histogram?.peaks ?? none,
      fullest: counts.map { Int($0[0]) }, second: counts.map { Int($0[1]) },
      resampled: methods.contains(.resample)
        ? try ground.activations(site, of: other(ground.shape).row(length: length, seed: seeds[0], on: ground)) : [])
  }

  /// A point of a curve: which units are replaced, and how. Curves meet in points: where no unit is replaced, and where
  /// all of a method's are.
  private struct Point: Hashable {
    /// nil where no unit is replaced.
    let method: AblationMethod?
    /// The units of each layer, ascending.
    let units: [[Int32]]
    let firstPosition: Int

    init(_ method: AblationMethod, _ units: [[Int32]], from position: Int) {
      let isEdit = units.contains { !$0.isEmpty }
      (self.method, self.units, firstPosition) = isEdit ? (method, units, position) : (nil, [], 0)
    }

    func edit(_ site: Site, _ values: AblationValues) -> UnitEdit? {
      method.map { UnitEdit(site, units: units, by: values.replacement($0), from: firstPosition) }
    }
  }

  /// For each method the point of each seed and fraction, then that of half of the units at all positions but the
  /// first.
  private func points(_ grid: UnitGrid, _ site: Site) -> [Point] {
    let orders = seeds.map { seed in
      (0..<grid.layerCount).map { Ablation.order(seed: seed, layer: $0, site, grid.width) }
    }
    func point(_ method: AblationMethod, _ order: [[Int32]], _ fraction: Fraction, from position: Int) -> Point {
      Point(method, order.map { $0.prefix(fraction.share(of: grid.width)).sorted() }, from: position)
    }
    return methods.flatMap { method in
      orders.flatMap { order in fractions.map { point(method, order, $0, from: 0) } }
        + [point(method, orders[0], Fraction(1, of: 2), from: 1)]
    }
  }

  /// The units of a layer in the random order of a seed, which any program can follow.
  static func order(seed: Int, layer: Int, _ site: Site, _ width: Int) -> [Int32] {
    PortableRandom.order(width) { "\(seed):\(layer):\(site.rawValue):\($0)" }.map(Int32.init)
  }

  private func columns(_ site: Site, _ values: AblationValues) -> [StudyFindings.UnitColumn] {
    func column(_ name: String, _ meaning: String, _ numbers: AnalysisGroup.Values) -> StudyFindings.UnitColumn {
      .init(site, values.grid, "\(Self.name)_\(name)", meaning, numbers)
    }
    let means = methods.contains(.mean) ? [column("mean", "mean that ablation puts in", .numbers(values.mean))] : []
    guard methods.contains(.peak) else { return means }
    return means + [
      column("peak", "middle of the fullest of 100 bins", .numbers(values.peak)),
      column("fullest_bin_count", "positions in the fullest bin", .counts(values.fullest)),
      column("second_bin_count", "positions in the second fullest bin", .counts(values.second)),
    ]
  }
}
