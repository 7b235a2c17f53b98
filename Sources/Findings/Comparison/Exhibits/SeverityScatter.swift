import Drawing
import Foundation

/// The severity of every region in B over that in A.
struct SeverityScatter {
  /// Regions within so much of one another are one point.
  private static let step = 0.02
  /// Findings that are points of their own at most.
  private static let findingLimit = 300

  private let entries: [RegionChange]
  private let findings: [RegionChange]

  init(_ changes: RegionChanges) {
    entries = changes.entries
    findings = Array(changes.findings.prefix(SeverityScatter.findingLimit))
  }

  var figure: Figure {
    let plot = ScatterPlot(
      horizontal: .init(title: "share of non-silent verdicts in A", label: { Numeral.tick($0) }),
      vertical: .init(title: "share of non-silent verdicts in B", label: { Numeral.tick($0) }),
      points: points + findings.map(finding), lines: [.init(points: [(0, 0), (1, 1)], paint: .quiet, isDashed: true)],
      plotWidth: 400, plotHeight: 400)
    let legend: [Legend.Entry] =
      [
        .symbol(PointSymbol(.quiet), "regions; larger: more of them"),
        .line(.quiet, isDashed: true, "as severe in both"),
      ]
      + (findings.isEmpty
        ? []
        : [
          .symbol(PointSymbol(.first), "changed, more severe in A"),
          .symbol(PointSymbol(.second, shape: .diamond), "changed, more severe in B"),
        ])
    return Figure(
      name: "severities", title: "Severities in A and B",
      caption: Markup(
        "Every region that both screens have, by its share of non-silent verdicts. Where B is as severe as A, a region "
          + "is on the dashed line; a shift that all regions share moves them off it together."),
      drawing: Drawing(
        plot.marks, width: plot.width, height: plot.height, legend: Legend(entries: legend, limit: 480),
        description: "Severities of regions in B over those in A"))
  }

  private var points: [ScatterPlot.Point] {
    struct Place: Hashable {
      let x: Int
      let y: Int
    }
    func number(_ share: Double) -> Int { Int((share / SeverityScatter.step).rounded()) }
    let counts = Dictionary(grouping: entries) { Place(x: number($0.first), y: number($0.second)) }.mapValues(\.count)
    let largest = Double(counts.values.max() ?? 1)
    return counts.sorted { ($0.key.x, $0.key.y) < ($1.key.x, $1.key.y) }.map { place, count in
      let (x, y) = (Double(place.x) * SeverityScatter.step, Double(place.y) * SeverityScatter.step)
      return .init(
        x: x, y: y, paint: Paint(.quiet, opacity: 0.6), radius: 1.5 + 5 * (Double(count) / largest).squareRoot(),
        tip: "\(Numeral.items(count, "region")) near \(Numeral.share(x)) in A, \(Numeral.share(y)) in B")
    }
  }

  private func finding(_ change: RegionChange) -> ScatterPlot.Point {
    .init(
      x: change.first, y: change.second,
      symbol: change.excess > 0 ? PointSymbol(.first) : PointSymbol(.second, shape: .diamond), radius: 3.5,
      tip: Comparison.words(change))
  }
}
