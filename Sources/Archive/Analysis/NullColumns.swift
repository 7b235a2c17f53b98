/// Values beside what their null gives, row-major, read from columns of a group whose names begin alike.
public struct NullColumns: Sendable {
  /// The values that were found.
  public let values: [Double]
  /// Means over the draws of the null.
  public let means: [Double]
  /// Standard deviations over the draws of the null.
  public let deviations: [Double]
  /// Values less the means.
  public let effects: [Double]
  /// Values less the means, in standard deviations: z.
  public let scores: [Double]
  /// The probability of a value as extreme under the null.
  public let chances: [Double]
  /// How many draws each null has; nil in files of earlier versions.
  public let draws: [Double]?

  /// Reads columns called `name`, `name_null` and so on.
  public init(_ group: GroupReader, of name: String, _ dimensions: String...) throws {
    try self.init(
      group, [name] + ["null", "deviation", "effect", "z", "p_value"].map { "\(name)_\($0)" }, draws: "\(name)_draws",
      over: dimensions)
  }

  /// Reads columns called `value`, `null_mean` and so on behind a prefix.
  public init(_ group: GroupReader, prefix: String, _ dimensions: String...) throws {
    try self.init(
      group, ["value", "null_mean", "null_deviation", "effect", "z", "p_value"].map { prefix + $0 },
      draws: "\(prefix)draws", over: dimensions)
  }

  /// Reads columns called `control_name_mean` and so on; the value, over the first dimension, is the same for all of
  /// the last. There need be no score.
  public init(_ group: GroupReader, controlled name: String, _ first: String, _ last: String) throws {
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
}
