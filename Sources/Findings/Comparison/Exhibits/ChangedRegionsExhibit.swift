import Drawing
import Foundation

/// The regions that changed by more than their matrix and layer, and how verdicts agree.
enum ChangedRegionsExhibit {
  private static let rowLimit = 200

  static func make(_ comparison: Comparison) -> Exhibit {
    let changes = comparison.changes
    var exhibit = Exhibit(
      name: "regions", title: "Regions that changed",
      introduction: Markup(
        "Each region is tested against the shift that regions of its matrix and layer share, so that a screen that is "
          + "more severe as a whole changes no region by that alone. Expected is the difference that this shift makes. "
          + "Choose a column by its title to sort by it."))
    exhibit.tables =
      [verdicts(changes)] + (changes.divergenceTestCount > 0 ? [divergences(changes)] : [])
      + (comparison.agreement.map { [agreement($0)] } ?? [])
    return exhibit
  }

  private static let place: [(title: String, isNumber: Bool)] = [
    ("layer", true), ("matrix", false), ("row", true), ("column", true),
  ]

  private static func cells(_ change: RegionChange) -> [Table.Cell] {
    let region = change.region
    return [
      .number("\(region.layer)"), .text(region.matrix.rawValue), .number("\(region.rows.lowerBound)"),
      .number("\(region.columns.lowerBound)"),
    ]
  }

  /// The changed regions, or those of the smallest probabilities where none is a finding.
  private static func verdicts(_ changes: RegionChanges) -> Table {
    let findings = changes.findings
    let shown =
      findings.isEmpty
      ? changes.entries.filter { !$0.probability.isNaN }.sorted { $0.probability < $1.probability }.prefix(20)
      : findings.prefix(rowLimit)
    return Table(
      title: findings.isEmpty ? "No region changed; the nearest to it" : "Regions whose verdicts changed",
      columns: place + ["in A", "in B", "A less B", "expected", "beyond it", "p", "adjusted p"].map { ($0, true) },
      rows: shown.map { change in
        cells(change) + [
          .number(Numeral.share(change.first)), .number(Numeral.share(change.second)),
          .number(Comparison.points(change.difference)), .number(Comparison.points(change.expected)),
          .number(Comparison.points(change.excess)), .number(Numeral.chance(change.probability)),
          .number(Numeral.chance(change.adjusted)),
        ]
      }, note: note(findings.count, shown.count))
  }

  private static func divergences(_ changes: RegionChanges) -> Table {
    let findings = changes.divergenceFindings
    let shown = findings.prefix(rowLimit)
    return Table(
      title: "Regions whose divergence changed",
      columns: place + ["nat in A", "nat in B", "times beyond the shift", "p", "adjusted p"].map { ($0, true) },
      rows: shown.compactMap { change in
        change.divergence.map { own in
          cells(change) + [
            .number(Numeral.number(own.first)), .number(Numeral.number(own.second)),
            .number(Numeral.number(exp(own.logRatio))), .number(Numeral.chance(own.probability)),
            .number(Numeral.chance(own.adjusted)),
          ]
        }
      }, note: note(findings.count, shown.count))
  }

  private static func note(_ all: Int, _ shown: Int) -> String {
    all > shown ? "compare.csv has all \(Numeral.count(all))." : ""
  }

  private static func agreement(_ own: VerdictAgreement) -> Table {
    func row(_ name: String, _ one: Int, _ other: Int) -> [Table.Cell] {
      [.text(name), .number(Numeral.count(one)), .number(Numeral.count(other))]
    }
    return Table(
      title: "Verdicts on the same mutation and input",
      columns: [("", false), ("non-silent in B", true), ("silent in B", true)],
      rows: [row("non-silent in A", own.both, own.onlyFirst), row("silent in A", own.onlySecond, own.neither)],
      note: "\(Numeral.share(own.agreeing.share)) agree; Cohen's κ is \(Numeral.number(own.kappa)).")
  }
}
