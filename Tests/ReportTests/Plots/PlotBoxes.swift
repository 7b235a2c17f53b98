import Drawing
import Testing

/// The rectangles that the marks of a plot cover, and the words among them.
struct PlotBoxes {
  struct Box {
    let name: String
    let text: String
    let x: ClosedRange<Double>
    let y: ClosedRange<Double>
    let isTurned: Bool
  }

  private(set) var boxes: [Box] = []
  private(set) var tips: [String] = []
  /// Whether all numbers of attributes are finite.
  private(set) var areNumbers = true
  let width: Double
  let height: Double
  /// All that is written to a file.
  let file: String

  init(_ marks: [Mark], width: Double, height: Double) {
    self.width = width
    self.height = height
    file = Drawing(width: width, height: height, description: "plot", marks: marks).inFile(.paper, signature: "")
    for mark in marks { add(mark, 0, 0) }
  }

  var words: [String] { boxes.filter { $0.name == "text" }.map(\.text) }

  /// Nothing leaves the drawing, no two words are on each other, and nothing is written as what is no number.
  func check(_ location: SourceLocation = #_sourceLocation) {
    for box in boxes {
      #expect(
        box.x.lowerBound >= 0 && box.x.upperBound <= width && box.y.lowerBound >= 0 && box.y.upperBound <= height,
        "\(box) in \(width) × \(height)", sourceLocation: location)
    }
    let upright = boxes.filter { !$0.text.isEmpty && !$0.isTurned }
    for (number, first) in upright.enumerated() {
      for second in upright[..<number] {
        let isApart = !first.x.overlaps(second.x) || !first.y.overlaps(second.y)
        #expect(isApart, "\(first) on \(second)", sourceLocation: location)
      }
    }
    #expect(areNumbers, sourceLocation: location)
  }

  private mutating func add(_ mark: Mark, _ x: Double, _ y: Double) {
    func number(_ name: String) -> Double {
      if case .number(let number)? = mark.attributes.first(where: { $0.name == name })?.value { number } else { 0 }
    }
    func numbers(_ name: String) -> [Double] {
      guard case .word(let word)? = mark.attributes.first(where: { $0.name == name })?.value else { return [] }
      return word.split { !"0123456789.-".contains($0) }.compactMap { Double($0) }
    }
    func add(_ horizontal: (Double, Double), _ vertical: (Double, Double), isTurned: Bool = false) {
      boxes.append(
        Box(
          name: mark.name, text: mark.text ?? "",
          x: x + min(horizontal.0, horizontal.1)...x + max(horizontal.0, horizontal.1),
          y: y + min(vertical.0, vertical.1)...y + max(vertical.0, vertical.1), isTurned: isTurned))
    }
    for case .number(let number) in mark.attributes.map(\.value) where !number.isFinite { areNumbers = false }
    switch mark.name {
    case "title": tips.append(mark.text ?? "")
    case "rect":
      add((number("x"), number("x") + number("width")), (number("y"), number("y") + number("height")))
    case "line": add((number("x1"), number("x2")), (number("y1"), number("y2")))
    case "circle":
      let radius = number("r")
      add((number("cx") - radius, number("cx") + radius), (number("cy") - radius, number("cy") + radius))
    case "path":
      let places = numbers("d")
      let across = stride(from: 0, to: places.count, by: 2).map { places[$0] }
      let down = stride(from: 1, to: places.count, by: 2).map { places[$0] }
      add((across.min() ?? 0, across.max() ?? 0), (down.min() ?? 0, down.max() ?? 0))
    case "text": addText(mark, number("x"), number("y"), number("font-size"), angle: numbers("transform").first, add)
    default: break
    }
    let shift = mark.name == "g" ? numbers("transform") : []
    for child in mark.children { self.add(child, x + (shift.first ?? 0), y + (shift.last ?? 0)) }
  }

  /// The room of letters of 0.55 heights of the font, about what DejaVu Sans takes.
  private func addText(
    _ mark: Mark, _ x: Double, _ y: Double, _ size: Double, angle: Double?,
    _ add: ((Double, Double), (Double, Double), Bool) -> Void
  ) {
    let length = 0.55 * size * Double(mark.text?.count ?? 0)
    var start = 0.0
    if case .word(let anchor)? = mark.attributes.first(where: { $0.name == "text-anchor" })?.value {
      start = anchor == "middle" ? -length / 2 : -length
    }
    guard let angle else { return add((x + start, x + start + length), (y - 0.75 * size, y + 0.2 * size), false) }
    if angle == -90 {
      add((x - 0.75 * size, x + 0.2 * size), (y - start, y - start - length), true)
    } else {
      add((x, x + length / 2), (y, y - 0.87 * length), true)
    }
  }
}
