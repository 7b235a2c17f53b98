/// What paints stand for, in lines.
public struct Legend: Sendable {
  /// One line or patch with its meaning.
  public enum Entry: Sendable {
    /// A patch and its meaning.
    case patch(Paint, String)
    /// A hatched patch and why.
    case hatching(String)
    /// A ramp between two ends.
    case ramp(from: String, to: String, [Paint])
    /// The dot of a finding beyond chance.
    case dot(String)
    /// A line and its meaning.
    case line(Paint, isDashed: Bool, String)
    /// A point and its meaning.
    case symbol(PointSymbol, String)
  }

  /// The entries in order.
  public let entries: [Entry]
  /// A line of entries goes on below from here.
  public var limit = 900.0

  /// Takes the entries in order.
  public init(
    entries: [Entry], limit: Double = 900.0
  ) {
    self.entries = entries
    self.limit = limit
  }

  /// The height of a line of entries in pixels.
  public static let lineHeight = 22.0

  /// A ramp of magnitudes between two ends.
  public static func shades(from low: String, to high: String) -> Entry {
    .ramp(from: low, to: high, (0...10).map { Paint(.ink, opacity: Double($0) / 10) })
  }

  /// A ramp from the second kind's colour to the first's.
  public static func leanings(from low: String, to high: String) -> Entry {
    .ramp(from: low, to: high, (-5...5).map { Paint($0 < 0 ? .second : .first, opacity: abs(Double($0)) / 5) })
  }

  /// The marks of the legend with its upper left corner at the origin, and its size.
  public var layout: (marks: [Mark], width: Double, height: Double) {
    var (x, y, width) = (0.0, 0.0, 0.0)
    var marks: [Mark] = []
    for entry in entries {
      let (own, room) = Legend.layout(of: entry)
      if x > 0, x + room > limit { (x, y) = (0, y + Legend.lineHeight) }
      marks.append(.group(own, x: x, y: y))
      width = max(width, x + room)
      x += room + 20
    }
    return (marks, width, y + Legend.lineHeight)
  }

  /// The marks of one entry at the origin, and its width.
  private static func layout(of entry: Entry) -> (marks: [Mark], width: Double) {
    func word(_ text: String, at x: Double) -> (mark: Mark, end: Double) {
      (.text(text, x: x, y: 13.5, size: 10.5, fill: .quiet), x + 6.6 * Double(text.count))
    }
    func sign(_ sign: [Mark], _ width: Double, _ meaning: String) -> (marks: [Mark], width: Double) {
      let (mark, end) = word(meaning, at: width)
      return (sign + [mark], end)
    }
    func patch(_ paint: Paint, at x: Double, width: Double) -> Mark {
      .rectangle(x: x, y: 4, width: width, height: 12, fill: paint)
    }
    switch entry {
    case .patch(let paint, let meaning):
      return sign([.silent, paint].map { patch($0, at: 0, width: 12) }, 17, meaning)
    case .hatching(let meaning):
      return sign(Hatching.marks(x: 0, y: 4, width: 12, height: 12), 17, meaning)
    case .ramp(let low, let high, let paints):
      let (first, start) = word(low, at: 0)
      let room = 10 * Double(paints.count)
      let (last, end) = word(high, at: start + room + 12)
      let steps = paints.enumerated().map { patch($1, at: start + 6 + 10 * Double($0), width: 10) }
      return ([first, patch(.silent, at: start + 6, width: room)] + steps + [last], end)
    case .dot(let meaning):
      return sign([.circle(x: 4, y: 10, radius: 2.5, fill: .ink)], 12, meaning)
    case .line(let paint, let isDashed, let meaning):
      return sign([.path([(0, 10), (22, 10)], stroke: paint, width: 1.5, isDashed: isDashed)], 28, meaning)
    case .symbol(let symbol, let meaning):
      return sign([symbol.mark(x: 5, y: 10, radius: 4)], 14, meaning)
    }
  }
}

extension Drawing {
  /// Marks with a legend below them.
  public init(_ marks: [Mark], width: Double, height: Double, legend: Legend, description: String) {
    let (entries, legendWidth, legendHeight) = legend.layout
    self.init(
      width: max(width, legendWidth) + 2, height: height + 8 + legendHeight, description: description,
      marks: marks + [.group(entries, y: height + 8)])
  }
}
