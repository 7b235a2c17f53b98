import Archive
import Drawing

extension NullColumns {
  /// The headings of the cells that each value has in a table.
  static let titles: [(title: String, isNumber: Bool)] = [
    ("value", true), ("null", true), ("effect", true), ("z", true), ("p", true),
  ]

  /// The probability as the report writes it, a bound where it is the least that the draws can give.
  func chance(_ place: Int) -> String { Numeral.chance(chances[place], of: draws?[place]) }

  func cells(_ place: Int) -> [Table.Cell] {
    [
      .number(Numeral.number(values[place])),
      .number("\(Numeral.number(means[place])) ± \(Numeral.number(deviations[place]))"),
      .number(Numeral.number(effects[place])), .number(Numeral.number(scores[place])),
      .number(chance(place)),
    ]
  }

  /// A line of a plot: the value, and where the null has it, mean ± 2 deviations.
  func interval(_ place: Int, label: String, note: String = "") -> IntervalPlot.Entry {
    IntervalPlot.Entry(
      label: label, value: values[place], low: means[place] - 2 * deviations[place],
      high: means[place] + 2 * deviations[place],
      note: "z \(Numeral.number(scores[place])), effect \(Numeral.number(effects[place]))\(note)", middle: means[place])
  }
}
