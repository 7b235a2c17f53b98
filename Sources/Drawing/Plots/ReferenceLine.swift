/// A value with a name at which a line stands for comparison.
public struct ReferenceLine: Sendable {
  /// The value; a line is drawn if it is a number.
  public let value: Double
  /// What the value is of, such as `unedited`.
  public let name: String

  /// Takes a value and what it is of.
  public init(_ value: Double, name: String) {
    self.value = value
    self.name = name
  }

  /// The line between two places of one height.
  static func mark(from left: Double, to right: Double, y: Double) -> Mark {
    Mark.line(x1: left, y1: y, x2: right, y2: y, stroke: .quiet, width: 1.2).dashed([1.5, 3])
  }
}
