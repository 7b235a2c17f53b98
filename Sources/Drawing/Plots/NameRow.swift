/// Names below a plot at equal distances, in lines where they are long, and a title below these.
struct NameRow: Sendable {
  private static let size = 10.5
  private static let lineHeight = 13.0

  let names: [String]
  /// What the names are of; empty for no title.
  let title: String
  /// The distance between the middles of two names, in pixels, which is no less than the widest word needs.
  let pitch: Double

  init(names: [String], title: String, pitch: Double) {
    self.names = names
    self.title = title
    self.pitch = max(pitch, Lettering.widestWord(of: names, size: NameRow.size) + 12)
  }

  private var lines: [[String]] {
    names.map { Lettering.lines(of: $0, size: NameRow.size, within: pitch - 10) }
  }

  private var titleLines: [String] {
    Lettering.lines(of: title, size: 11, within: pitch * Double(names.count))
  }

  /// The height in pixels.
  var height: Double {
    let count = lines.map(\.count).max() ?? 0
    return 8 + NameRow.lineHeight * Double(count + titleLines.count) + (titleLines.isEmpty ? 0 : 4)
  }

  /// The marks, with the row's upper left corner at these pixels.
  func marks(left: Double, top: Double) -> [Mark] {
    let lines = lines
    var marks: [Mark] = []
    for (number, own) in lines.enumerated() {
      for (line, text) in own.enumerated() {
        marks.append(
          .text(
            text, x: left + (Double(number) + 0.5) * pitch, y: top + 14 + NameRow.lineHeight * Double(line),
            anchor: .middle, size: NameRow.size))
      }
    }
    let below = top + 18 + NameRow.lineHeight * Double(lines.map(\.count).max() ?? 0)
    for (line, text) in titleLines.enumerated() {
      marks.append(
        .text(
          text, x: left + pitch * Double(names.count) / 2, y: below + NameRow.lineHeight * Double(line),
          anchor: .middle, size: 11, fill: .quiet))
    }
    return marks
  }
}
