import Archive
import Drawing
import Geometry

/// Parallelograms that were found without labels.
enum ParallelogramsExhibit {
  private static let rowLimit = 20

  static func make(_ group: GroupReader, _ context: CloudContext) throws -> Exhibit {
    let names = try group.texts(NearestDifferences.Columns.name, "parallelogram", "corner")
    let corners = try group.length("corner")
    let deviations = try group.numbers(NearestDifferences.Columns.deviation, "parallelogram")
    let cosines = try group.numbers(NearestDifferences.Columns.cosine, "parallelogram")
    let ratios = try group.numbers(NearestDifferences.Columns.lengthRatio, "parallelogram")
    func number(_ name: String) throws -> Double { try group.numbers(name).first ?? .nan }
    let recall = try number("recall")
    // Files of earlier versions list flat ones as well.
    let flat = group.has(NearestDifferences.Columns.flatCount) ? try number("flat_count") : nil
    let angles = flat == nil ? [] : try group.numbers(NearestDifferences.Columns.sideCosine, "parallelogram")
    var exhibit = Exhibit(
      name: "parallelograms", title: "Parallelograms without labels",
      introduction: Markup(
        "Four points that nearly form a parallelogram, found among differences of points without knowing any relation. "
          + (flat == nil
            ? ""
            : "Flat ones, four points nearly on a line or two points and a copy of each, are refused, here and in the "
              + "null. ")
          + (recall.isFinite ? "\(Numeral.share(recall)) of planted ones are found." : "")))
    exhibit.tables = [
      Table(
        title: "The nearest to parallelograms",
        columns: [("points", false), ("deviation", true), ("cosine", true), ("shorter over longer", true)]
          + (flat == nil ? [] : [("cosine of the sides", true)]),
        rows: deviations.indices.prefix(rowLimit).map { row in
          let own = names[row * corners..<(row + 1) * corners].map { $0.cut(30) }
          let words = stride(from: 0, to: own.count, by: 2).map {
            own[$0..<min($0 + 2, own.count)].joined(separator: " : ")
          }
          return [
            .text(words.joined(separator: " as ")), .number(Numeral.number(deviations[row])),
            .number(Numeral.number(cosines[row])), .number(Numeral.number(ratios[row])),
          ] + (flat == nil ? [] : [.number(Numeral.number(angles[row]))])
        }, note: deviations.count > rowLimit ? "The analysis file lists \(Numeral.count(deviations.count))." : "")
    ]
    return exhibit
  }
}
