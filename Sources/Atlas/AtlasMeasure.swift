/// A number for each row of a table, from one of the files.
public struct AtlasMeasure: Sendable {
  /// The measure's name: its source first, or its site.
  public let name: String
  /// What it means, in words.
  public let meaning: String
  /// Where it comes from: `screen`, `forecast`, or a study. Measures of one source are not compared with one another.
  public let source: String
  /// A value for each row; what is no number is not known.
  public let values: [Double]
  /// The numbers at which a run of units with a common value begins, ascending from 0; nil: each unit has its own.
  package let bandStarts: [Int]?
  /// Whether it is laid beside measures of other sources.
  let isCompared: Bool

  /// A measure of a table's rows.
  init(
    _ name: String, _ meaning: String, source: String, values: [Double], bandStarts: [Int]? = nil,
    isCompared: Bool = true
  ) {
    self.name = name
    self.meaning = meaning
    self.source = source
    self.values = values
    self.bandStarts = bandStarts
    self.isCompared = isCompared
  }

  /// Gives the same measure another name.
  func named(_ name: String) -> AtlasMeasure {
    AtlasMeasure(
      name, meaning, source: source, values: values, bandStarts: bandStarts, isCompared: isCompared)
  }
}
