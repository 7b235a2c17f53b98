import Archive
import Basics
import Drawing
import Perturbations
import Transformer

/// The study of what every unit does on texts: its mean, spread, magnitude and extremes at every site.
public struct StatisticsStudy: Study {
  public static let name = "statistics"
  public static let question = "What does each unit do on these texts?"
  public static let source = "Chan, Golub and LeVeque 1983 for the joining of parts"
  public static let keys = [
    StudyKey("texts", required: "[NAME]", "the texts, taken together"),
    StudyKey(
      "sites", usual: "[res_pre, attn_pre_out, res_mid, mlp_pre_out, res_post]",
      "where units are looked at; left out: at all sites that the blocks have"),
  ]

  private let texts: [String]
  /// nil: all that the host has.
  private let chosenSites: [Site]?

  /// Reads the section.
  public init(_ section: StudySection) throws {
    texts = try section.texts("texts")
    chosenSites = section["sites"] == nil ? nil : try section.sites(usual: [])
  }

  /// One pass over all rows.
  public func cost(_ outline: StudyOutline) throws -> StudyCost {
    let units = try sites(of: outline.shape).reduce(0) { $0 + (try outline.grid($1).count) }
    return StudyCost(
      operations: outline.pass(texts), outputBytes: Double(units * UnitStatistic.allCases.count * 8))
  }

  private func sites(of shape: HostShape) -> [Site] { chosenSites ?? shape.sites }

  /// Takes the statistics of all units, and sums them over the units of a layer.
  public func findings(on ground: StudyGround) throws -> StudyFindings {
    let sites = sites(of: ground.shape)
    let found = try ground.statistics(sites, of: ground.texts[texts].rows)
    let layers = ground.shape.layerCount
    let sums = try sites.flatMap { site -> [AnalysisGroup.Variable] in
      let grid = try ground.grid(site)
      return UnitStatistic.allCases.map { statistic in
        let values = found[site]?.values(statistic) ?? []
        return .init(
          "\(site.rawValue)_\(statistic.rawValue)", ["layer"],
          "sum over the units of \(site.rawValue) of the \(statistic.meaning)",
          .numbers((0..<layers).map { values[grid.numbers(ofLayer: $0)].reduce(0, +) }))
      }
    }
    let positions = found.values.first?.count ?? 0
    let group = AnalysisGroup(
      name: Self.name,
      comment: "Statistics of every unit over \(positions) positions of \(texts.joined(separator: ", ")), without the "
        + "token that begins a row. The units' own are in /units/SITE; here they are summed over the units of a layer.",
      findings: try sentences(found, ground), dimensions: [.init("layer", length: layers), .init("whole", length: 1)],
      variables: sums + [.init("positions", ["whole"], "positions that were looked at", .counts([positions]))])
    return StudyFindings(group, units: try columns(found, ground))
  }

  private func columns(_ found: [Site: UnitStatistics], _ ground: StudyGround) throws -> [StudyFindings.UnitColumn] {
    try sites(of: ground.shape).flatMap { site in
      let grid = try ground.grid(site)
      return UnitStatistic.allCases.map { statistic in
        StudyFindings.UnitColumn(
          site, grid, statistic.rawValue, statistic.meaning, .numbers(found[site]?.values(statistic) ?? []))
      }
    }
  }

  /// How much of the mean square of a layer its greatest unit has: what outlier dimensions are known by.
  private func sentences(_ found: [Site: UnitStatistics], _ ground: StudyGround) throws -> [String] {
    let most = try sites(of: ground.shape).map { site -> String in
      let grid = try ground.grid(site)
      let squares = (found[site]?.values(.rms) ?? []).map { $0 * $0 }
      let tops = (0..<grid.layerCount).map { layer -> (share: Double, layer: Int, unit: Int) in
        let own = squares[grid.numbers(ofLayer: layer)]
        let top = own.indices.max { own[$0] < own[$1] } ?? own.startIndex
        return (own[top] / max(own.reduce(0, +), .leastNormalMagnitude), layer, top - own.startIndex)
      }
      let top = tops.max { $0.share < $1.share } ?? (0, 0, 0)
      let times = String(format: "%.0f", top.share * Double(grid.width))
      return "\(site.rawValue) \(Numeral.share(top.share)) (layer \(top.layer), unit \(top.unit); "
        + "\(times) times an equal part)"
    }
    return [
      "The greatest share of a layer's mean square that one unit has is, by site: " + most.joined(separator: ", ")
        + ". This describes the texts and tests nothing."
    ]
  }

  public static func exhibit(_ study: GroupReader) throws -> Exhibit {
    let layers = try study.labels("layer")
    let columns = study.group.variables.map(\.name).filter { $0.hasSuffix("_rms") }
    let values = try columns.map { try study.numbers($0, "layer") }
    let table = Table(
      title: "Root mean square, summed over units",
      columns: [("layer", false)] + columns.map { (String($0.dropLast(4)), true) },
      rows: layers.indices.map { layer in
        [.text(layers[layer])] + values.map { .number(Numeral.number($0[layer])) }
      })
    return Exhibit(
      name: name, title: "Units", introduction: Markup("What every unit does on the texts. " + study.group.comment),
      tables: [table])
  }
}
