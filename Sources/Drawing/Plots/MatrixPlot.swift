/// A matrix of numbers: names at its left and above, shades that go by the values, and the numbers in the cells.
public struct MatrixPlot: Sendable {
  /// How shades go by values.
  public enum Shading: Sendable {
    /// The greater, the darker, between two values.
    case sequential(from: Double, to: Double)
    /// The farther from 0, the stronger, up to a limit; one colour below 0 and another above.
    case diverging(limit: Double)
  }

  /// Names of the rows from the top.
  public let rows: [String]
  /// Names of the columns from the left.
  public let columns: [String]
  /// The values, `[row][column]`; what is no number is a small stroke.
  public let values: [[Double]]
  /// How shades go by values.
  public let shading: Shading
  /// What the rows are, above their names.
  public let rowTitle: String
  /// What the columns are, above their names.
  public let columnTitle: String
  /// Formats a value, in the cells, the tips and the legend.
  public let value: @Sendable (Double) -> String
  /// Whether numbers stand in the cells.
  public var hasNumbers = true

  /// Takes names and values; without a shading it is a sequential one that holds 0 and all values.
  public init(
    rows: [String], columns: [String], values: [[Double]], shading: Shading? = nil, rowTitle: String = "",
    columnTitle: String = "", value: @escaping @Sendable (Double) -> String = { Numeral.number($0) },
    hasNumbers: Bool = true
  ) {
    precondition(
      values.count == rows.count && values.allSatisfy { $0.count == columns.count }, "a value for each cell")
    let finite = values.flatMap(\.self).filter(\.isFinite)
    let shading = shading ?? .sequential(from: min(0, finite.min() ?? 0), to: max(0, finite.max() ?? 1))
    self.rows = rows
    self.columns = columns
    self.values = values
    self.shading = shading
    self.rowTitle = rowTitle
    self.columnTitle = columnTitle
    self.value = value
    self.hasNumbers = hasNumbers
  }

  /// The plot's width in pixels, names and legend included.
  public var width: Double { MatrixPlotLayout(self).width }
  /// The plot's height in pixels, names and legend included.
  public var height: Double { MatrixPlotLayout(self).height }
  /// The plot's marks, its upper left corner at the origin.
  public var marks: [Mark] { MatrixPlotLayout(self).marks }
}

extension MatrixPlot.Shading {
  /// The shade of a value; nil for what is no number.
  func paint(of value: Double) -> Paint? {
    switch self {
    case .sequential(let low, let high): .magnitude(value - low, of: high - low)
    case .diverging(let limit): .leaning(value, of: limit)
    }
  }

  /// A ramp of the shades between their ends.
  func legend(_ value: (Double) -> String) -> Legend.Entry {
    switch self {
    case .sequential(let low, let high): Legend.shades(from: low == 0 ? "0" : value(low), to: value(high))
    case .diverging(let limit): Legend.leanings(from: value(-limit), to: value(limit))
    }
  }
}
