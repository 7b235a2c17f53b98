/// Parallelograms that were found without labels.
enum ParallelogramsExhibit {
  private static let rowLimit = 20

  static func make(_ group: GroupReader, _ context: CloudContext) throws -> Exhibit {
    let names = try group.texts("name", "parallelogram", "corner")
    let corners = try group.length("corner")
    let deviations = try group.numbers("deviation", "parallelogram")
    let cosines = try group.numbers("cosine", "parallelogram")
    let ratios = try group.numbers("length_ratio", "parallelogram")
    func number(_ name: String) throws -> Double { try group.numbers(name).first ?? .nan }
    let (mean, null, effect) = (try number("mean_deviation"), try number("null_mean"), try number("effect"))
    let (z, chance, recall) = (try number("z"), try number("p_value"), try number("recall"))
    var exhibit = Exhibit(
      name: "parallelograms", title: "Parallelograms without labels",
      introduction: Markup(
        "Four points that nearly form a parallelogram, found among differences of points without knowing any relation. "
          + "\(Numeral.share(recall)) of planted ones are found."))
    exhibit.tables = [
      Table(
        title: "The nearest to parallelograms",
        columns: [("points", false), ("deviation", true), ("cosine", true), ("shorter over longer", true)],
        rows: deviations.indices.prefix(rowLimit).map { row in
          let own = names[row * corners..<(row + 1) * corners].map { $0.cut(30) }
          let words = stride(from: 0, to: own.count, by: 2).map {
            own[$0..<min($0 + 2, own.count)].joined(separator: " : ")
          }
          return [
            .text(words.joined(separator: " as ")), .number(Numeral.number(deviations[row])),
            .number(Numeral.number(cosines[row])), .number(Numeral.number(ratios[row])),
          ]
        }, note: deviations.count > rowLimit ? "The analysis file lists \(Numeral.count(deviations.count))." : "")
    ]
    exhibit.findings = [
      Markup(
        "Unlabelled parallelograms deviate by \(Numeral.number(mean)) on average, those of normal clouds by \(Numeral.number(null)) "
          + "(effect \(Numeral.number(effect)), z \(Numeral.number(z)), p \(Numeral.chance(chance))).")
    ]
    return exhibit
  }
}
