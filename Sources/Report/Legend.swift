/// What paints stand for, in one line.
struct Legend: Sendable {
  enum Entry: Sendable {
    /// A patch and its meaning.
    case patch(Paint, String)
    /// A ramp between two ends.
    case ramp(from: String, to: String, [Paint])
    /// The dot of a finding beyond chance.
    case dot(String)
  }

  let entries: [Entry]

  static let height = 22.0

  static func shades(from low: String, to high: String) -> Entry {
    .ramp(from: low, to: high, (0...10).map { Paint(.ink, opacity: Double($0) / 10) })
  }

  static func leanings(from low: String, to high: String) -> Entry {
    .ramp(from: low, to: high, (-5...5).map { Paint($0 < 0 ? .second : .first, opacity: abs(Double($0)) / 5) })
  }

  /// In a line with its upper left corner at the origin, and its width.
  var layout: (marks: [Mark], width: Double) {
    var x = 0.0
    var marks: [Mark] = []
    func word(_ text: String) {
      marks.append(.text(text, x: x, y: 13.5, size: 10.5, fill: .quiet))
      x += 6.6 * Double(text.count) + 6
    }
    for entry in entries {
      switch entry {
      case .patch(let paint, let meaning):
        marks += [
          .rectangle(x: x, y: 4, width: 12, height: 12, fill: .silent),
          .rectangle(x: x, y: 4, width: 12, height: 12, fill: paint),
        ]
        x += 17
        word(meaning)
      case .ramp(let low, let high, let paints):
        word(low)
        marks.append(.rectangle(x: x, y: 4, width: 10 * Double(paints.count), height: 12, fill: .silent))
        for paint in paints {
          marks.append(.rectangle(x: x, y: 4, width: 10, height: 12, fill: paint))
          x += 10
        }
        x += 6
        word(high)
      case .dot(let meaning):
        marks.append(.circle(x: x + 4, y: 10, radius: 2.5, fill: .ink))
        x += 12
        word(meaning)
      }
      x += 14
    }
    return (marks, max(x - 14, 0))
  }
}

extension Drawing {
  /// Marks with a legend below them.
  init(_ marks: [Mark], width: Double, height: Double, legend: Legend, description: String) {
    let (entries, legendWidth) = legend.layout
    self.init(
      width: max(width, legendWidth) + 2, height: height + 8 + Legend.height, description: description,
      marks: marks + [.group(entries, y: height + 8)])
  }
}
