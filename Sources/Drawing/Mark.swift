/// An element of an SVG drawing.
public struct Mark: Sendable {
  /// An attribute's value.
  public enum Value: Sendable {
    /// A number, written shortly.
    case number(Double)
    /// A text, escaped where it is written.
    case word(String)
    /// A colour by its role.
    case paint(Paint)
  }

  /// The part of a text that stands at its place.
  public enum Anchor: String, Sendable {
    /// The text's start, middle or end.
    case start, middle, end
  }

  /// The element's name in SVG.
  public let name: String
  /// The element's attributes in order.
  public var attributes: [(name: String, value: Value)]
  /// Elements inside this one.
  public var children: [Mark] = []
  /// Comes before the children.
  public var text: String?

  // MARK: Shapes

  /// A rectangle from its upper left corner; sizes below 0 count as 0.
  public static func rectangle(
    x: Double, y: Double, width: Double, height: Double, fill: Paint?, stroke: Paint? = nil, tip: String? = nil
  ) -> Mark {
    let size: [(name: String, value: Value)] = [
      ("x", .number(x)), ("y", .number(y)), ("width", .number(max(width, 0))), ("height", .number(max(height, 0))),
    ]
    return Mark(name: "rect", attributes: size + paints(fill: fill, stroke: stroke)).tipped(tip)
  }

  /// A line between two places.
  public static func line(x1: Double, y1: Double, x2: Double, y2: Double, stroke: Paint, width: Double = 1) -> Mark {
    Mark(
      name: "line",
      attributes: [("x1", .number(x1)), ("y1", .number(y1)), ("x2", .number(x2)), ("y2", .number(y2))]
        + paints(fill: nil, stroke: stroke) + [("stroke-width", .number(width))])
  }

  /// A line through places, in order.
  public static func path(_ places: [(x: Double, y: Double)], stroke: Paint, width: Double = 1, isDashed: Bool = false)
    -> Mark
  {
    let steps = places.enumerated().map { "\($0.offset == 0 ? "M" : "L")\($0.element.x.svg) \($0.element.y.svg)" }
    return path(steps.joined(), stroke: stroke, width: width, isDashed: isDashed)
  }

  /// Lines in SVG's own words.
  public static func path(_ steps: String, stroke: Paint, width: Double = 1, isDashed: Bool = false) -> Mark {
    Mark(
      name: "path",
      attributes: [("d", .word(steps))] + paints(fill: nil, stroke: stroke)
        + [("stroke-width", .number(width))] + (isDashed ? [("stroke-dasharray", .word("4 3"))] : []))
  }

  /// A circle around a place.
  public static func circle(
    x: Double, y: Double, radius: Double, fill: Paint?, stroke: Paint? = nil, tip: String? = nil
  ) -> Mark {
    Mark(
      name: "circle",
      attributes: [("cx", .number(x)), ("cy", .number(y)), ("r", .number(radius))] + paints(fill: fill, stroke: stroke)
    ).tipped(tip)
  }

  /// A closed shape through places.
  public static func polygon(
    _ places: [(x: Double, y: Double)], fill: Paint?, stroke: Paint? = nil, tip: String? = nil
  ) -> Mark {
    let steps = places.enumerated().map { "\($0.offset == 0 ? "M" : "L")\($0.element.x.svg) \($0.element.y.svg)" }
    return Mark(name: "path", attributes: [("d", .word(steps.joined() + "z"))] + paints(fill: fill, stroke: stroke))
      .tipped(tip)
  }

  /// A text at a place, turned by an angle in degrees if one is given.
  public static func text(
    _ text: String, x: Double, y: Double, anchor: Anchor = .start, size: Double = 11, fill: Paint = .ink,
    isBold: Bool = false, turned angle: Double? = nil
  ) -> Mark {
    var attributes: [(name: String, value: Value)] = [("x", .number(x)), ("y", .number(y))]
    if anchor != .start { attributes.append(("text-anchor", .word(anchor.rawValue))) }
    attributes += [("font-size", .number(size))] + paints(fill: fill, stroke: nil)
    if isBold { attributes.append(("font-weight", .word("600"))) }
    if let angle {
      attributes.append(("transform", .word("rotate(\(angle.svg) \(x.svg) \(y.svg))")))
    }
    return Mark(name: "text", attributes: attributes, text: text)
  }

  /// A picture of few pixels, each of which stays a sharp rectangle.
  public static func picture(_ raster: Raster, x: Double, y: Double, width: Double, height: Double) -> Mark {
    Mark(
      name: "image",
      attributes: [
        ("x", .number(x)), ("y", .number(y)), ("width", .number(width)), ("height", .number(height)),
        ("preserveAspectRatio", .word("none")), ("style", .word("image-rendering:pixelated")),
        ("href", .word("data:image/png;base64," + raster.png.base64EncodedString())),
      ])
  }

  /// Shades of a paint, as opaque as the pixels are, so that they follow the page's colours. `name` is the drawing's
  /// own.
  public static func shades(
    _ raster: Raster, _ paint: Paint, name: String, x: Double, y: Double, width: Double, height: Double
  ) -> [Mark] {
    var rectangle = Mark.rectangle(x: x, y: y, width: width, height: height, fill: paint)
    rectangle.attributes.append(("mask", .word("url(#\(name))")))
    let picture = Mark.picture(raster, x: x, y: y, width: width, height: height)
    return [Mark(name: "mask", attributes: [("id", .word(name))], children: [picture]), rectangle]
  }

  /// Many cells `[row][column]` as one path for each paint, neighbours of a row joined; nil leaves the ground.
  ///
  /// Opacities are rounded to twentieths, so that there are few paths.
  public static func cells(_ rows: [[Paint?]], width: Double, height: Double) -> [Mark] {
    var paths: [(paint: Paint, path: String)] = []
    for (row, paints) in rows.enumerated() {
      var start = 0
      while start < paints.count {
        let paint = paints[start].map { Paint($0.role, opacity: ($0.opacity * 20).rounded() / 20) }
        var end = start + 1
        while end < paints.count, paints[end] == paints[start] { end += 1 }
        if let paint, paint.opacity > 0 {
          let run =
            "M\((Double(start) * width).svg) \((Double(row) * height).svg)h\((Double(end - start) * width).svg)"
            + "v\(height.svg)h\((-Double(end - start) * width).svg)z"
          if let place = paths.firstIndex(where: { $0.paint == paint }) {
            paths[place].path += run
          } else {
            paths.append((paint, run))
          }
        }
        start = end
      }
    }
    return paths.map { paint, path in
      Mark(
        name: "path",
        attributes: [("d", .word(path)), ("shape-rendering", .word("crispEdges"))] + paints(fill: paint, stroke: nil))
    }
  }

  /// Rectangles as one path for each paint; a later one lies on an earlier one.
  public static func rectangles(_ rectangles: [(x: Double, y: Double, width: Double, height: Double, fill: Paint)])
    -> [Mark]
  {
    var paths: [(paint: Paint, path: String)] = []
    for (x, y, width, height, fill) in rectangles {
      let own = "M\(x.svg) \(y.svg)h\(width.svg)v\(height.svg)h\((-width).svg)z"
      if paths.last?.paint == fill { paths[paths.count - 1].path += own } else { paths.append((fill, own)) }
    }
    return paths.map { paint, path in
      Mark(name: "path", attributes: [("d", .word(path))] + paints(fill: paint, stroke: nil))
    }
  }

  /// Marks that are moved together.
  public static func group(_ children: [Mark], x: Double = 0, y: Double = 0) -> Mark {
    Mark(name: "g", attributes: [("transform", .word("translate(\(x.svg) \(y.svg))"))], children: children)
  }

  /// This, which opens a region where the page has maps.
  public func opening(_ place: Link?) -> Mark {
    guard let place else { return self }
    var mark = self
    mark.attributes.append(("data-place", .word(place.key)))
    return mark
  }

  /// This with a text that shows when a pointer rests on it.
  func tipped(_ tip: String?) -> Mark {
    guard let tip else { return self }
    var mark = self
    mark.children.append(Mark(name: "title", attributes: [], text: tip))
    return mark
  }

  /// This line with dashes and gaps of these lengths in pixels; whole where there are none.
  func dashed(_ lengths: [Double]) -> Mark {
    guard !lengths.isEmpty else { return self }
    var mark = self
    mark.attributes.append(("stroke-dasharray", .word(lengths.map(\.svg).joined(separator: " "))))
    return mark
  }

  private static func paints(fill: Paint?, stroke: Paint?) -> [(name: String, value: Value)] {
    var attributes: [(name: String, value: Value)] = [("fill", fill.map(Value.paint) ?? .word("none"))]
    if let fill, fill.opacity < 1 { attributes.append(("fill-opacity", .number(fill.opacity))) }
    if let stroke {
      attributes.append(("stroke", .paint(stroke)))
      if stroke.opacity < 1 { attributes.append(("stroke-opacity", .number(stroke.opacity))) }
    }
    return attributes
  }

  // MARK: Text

  /// Appends the element; `colour` gives the colour of a role.
  public func write(to text: inout String, colour: (Paint.Role) -> String) {
    text += "<" + name
    for (name, value) in attributes {
      text += " " + name + "=\""
      switch value {
      case .number(let number): text += number.svg
      case .word(let word): text += Markup(word).text
      case .paint(let paint): text += colour(paint.role)
      }
      text += "\""
    }
    guard self.text != nil || !children.isEmpty else {
      text += "/>"
      return
    }
    text += ">"
    if let own = self.text { text += Markup(own).text }
    for child in children { child.write(to: &text, colour: colour) }
    text += "</" + name + ">"
  }
}

extension Double {
  /// The number as SVG has it, with at most two decimals.
  public var svg: String {
    guard isFinite else { return "0" }
    let hundredths = (self * 100).rounded()
    guard abs(hundredths) < 1e15 else { return "0" }
    let whole = Int(hundredths)
    let (units, rest) = abs(whole).quotientAndRemainder(dividingBy: 100)
    let sign = whole < 0 ? "-" : ""
    if rest == 0 { return "\(sign)\(units)" }
    return rest % 10 == 0 ? "\(sign)\(units).\(rest / 10)" : "\(sign)\(units).\(rest < 10 ? "0" : "")\(rest)"
  }
}
