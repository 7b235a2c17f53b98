import Drawing
import LinearAlgebra

/// Values beside what their null gives, row-major, by columns of a group whose names begin alike.
struct NullColumns: Sendable {
  /// Of the cells that each value has in a table.
  static let titles: [(title: String, isNumber: Bool)] = [
    ("value", true), ("null", true), ("effect", true), ("z", true), ("p", true),
  ]

  let values: [Double]
  /// The means of the null's draws.
  let means: [Double]
  let deviations: [Double]
  /// Values less the means.
  let effects: [Double]
  /// The deviations from the null in standard deviations.
  let scores: [Double]
  let chances: [Double]
  /// The number of the null's draws; nil in files of earlier versions.
  let draws: [Double]?

  /// Columns called `name`, `name_null` and so on.
  init(_ group: GroupReader, of name: String, _ dimensions: String...) throws {
    try self.init(
      group, [name] + ["null", "deviation", "effect", "z", "p_value"].map { "\(name)_\($0)" }, draws: "\(name)_draws",
      over: dimensions)
  }

  /// Columns called `value`, `null_mean` and so on behind a prefix.
  init(_ group: GroupReader, prefix: String, _ dimensions: String...) throws {
    try self.init(
      group, ["value", "null_mean", "null_deviation", "effect", "z", "p_value"].map { prefix + $0 },
      draws: "\(prefix)draws", over: dimensions)
  }

  /// Columns called `control_name_mean` and so on; the value, over the first dimension, is the same for all of the
  /// last. There need be no score.
  init(_ group: GroupReader, controlled name: String, _ first: String, _ last: String) throws {
    func column(_ part: String) throws -> [Double] { try group.numbers("control_\(name)_\(part)", first, last) }
    (means, deviations) = (try column("mean"), try column("deviation"))
    (effects, chances) = (try column("effect"), try column("p_value"))
    scores = group.has("control_\(name)_z") ? try column("z") : means.map { _ in .nan }
    draws = group.has("control_\(name)_draws") ? try column("draws") : nil
    let width = try group.length(last)
    values = try group.numbers(name, first).flatMap { Array(repeating: $0, count: width) }
  }

  private init(_ group: GroupReader, _ names: [String], draws: String, over dimensions: [String]) throws {
    let columns = try names.map { try group.numbers($0, over: dimensions) }
    (values, means, deviations) = (columns[0], columns[1], columns[2])
    (effects, scores, chances) = (columns[3], columns[4], columns[5])
    self.draws = group.has(draws) ? try group.numbers(draws, over: dimensions) : nil
  }

  /// A score within this of 0 is taken for chance.
  static let scoreLimit = 3.0

  /// Whether a value is farther from the null than chance is taken to move it; false where the draws do not tell.
  func isBeyond(_ place: Int) -> Bool { abs(scores[place]) >= NullColumns.scoreLimit }

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
