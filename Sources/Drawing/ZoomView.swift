import Foundation

/// Maps of matrices from which the page's script opens regions, down to their smallest parts.
///
/// Numbers are shown by their logarithms in 64 levels, a character each, so that a page can hold millions of them.
public struct ZoomView: Sendable {
  /// The map of a matrix.
  public struct Map: Sendable {
    /// What a link to the matrix begins with: `1.down`.
    public let key: String
    /// What matrices are shown below: `layer 1`.
    public let group: String
    /// The name within the group: `down`.
    public let name: String
    /// Rows and columns of the matrix.
    public let shape: (rows: Int, columns: Int)
    /// Rows and columns of a full region; those at the edges may be smaller.
    public let region: (rows: Int, columns: Int)
    /// Rows and columns of a full part of a region.
    public let part: (rows: Int, columns: Int)
    /// What is shown for each of the view's choices.
    public let planes: [Plane]

    /// Takes the names, sizes and numbers of a matrix.
    public init(
      key: String, group: String, name: String, shape: (rows: Int, columns: Int),
      region: (rows: Int, columns: Int), part: (rows: Int, columns: Int), planes: [Plane]
    ) {
      self.key = key
      self.group = group
      self.name = name
      self.shape = shape
      self.region = region
      self.part = part
      self.planes = planes
    }
  }

  /// The numbers of a matrix for one choice.
  public struct Plane: Sendable {
    /// A number for each region, row by row.
    public let regions: [Float]
    /// Places of the regions whose parts are there, ascending.
    public var opened: [Int]
    /// The numbers of the parts that begin in these regions, one region after the other, each row by row.
    public var parts: [Float]

    /// Takes the numbers of regions, and those of the parts of some.
    public init(regions: [Float], opened: [Int] = [], parts: [Float] = []) {
      self.regions = regions
      self.opened = opened
      self.parts = parts
    }
  }

  /// The heading.
  public let title: String
  /// Harmless markup.
  public let caption: Markup
  /// What the numbers are, such as "predicted divergence", and their unit.
  public let quantity: (name: String, unit: String)
  /// What is chosen among, such as kinds of mutations.
  public let choices: [String]
  /// The maps, those of a group one after the other.
  public let maps: [Map]

  /// Takes the maps, each with a plane for each choice.
  public init(
    title: String, caption: Markup, quantity: (name: String, unit: String), choices: [String], maps: [Map]
  ) {
    precondition(maps.allSatisfy { $0.planes.count == choices.count }, "a plane for each choice")
    self.title = title
    self.caption = caption
    self.quantity = quantity
    self.choices = choices
    self.maps = maps
  }

  // MARK: For the script

  /// Powers of ten that the levels span.
  private static let decades = 5.0
  /// Levels in their order; the first also stands for all that is below.
  private static let alphabet = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_".utf8)

  /// What the script reads.
  public var json: JSON {
    let largest = (
      regions: maps.lazy.flatMap(\.planes).flatMap(\.regions).max() ?? 0,
      parts: maps.lazy.flatMap(\.planes).flatMap(\.parts).max() ?? 0
    )
    return .object([
      ("name", .text(quantity.name)), ("unit", .text(quantity.unit)), ("decades", .number(ZoomView.decades)),
      // As text, because JSON keeps four decimals of a number.
      ("largest", .list([largest.regions, largest.parts].map { .text("\($0)") })),
      ("choices", .list(choices.map(JSON.text))),
      ("maps", .list(maps.map { ZoomView.json(of: $0, largest: largest) })),
    ])
  }

  private static func json(of map: Map, largest: (regions: Float, parts: Float)) -> JSON {
    func sides(_ size: (rows: Int, columns: Int)) -> JSON { .list([.whole(size.rows), .whole(size.columns)]) }
    return .object([
      ("key", .text(map.key)), ("group", .text(map.group)), ("name", .text(map.name)), ("shape", sides(map.shape)),
      ("region", sides(map.region)), ("part", sides(map.part)),
      (
        "planes",
        .list(
          map.planes.map { plane in
            let isWhole = plane.opened.count == plane.regions.count
            return .object([
              ("regions", .text(levels(plane.regions, largest: largest.regions))),
              ("opened", isWhole ? .null : .list(plane.opened.map(JSON.whole))),
              ("parts", .text(levels(plane.parts, largest: largest.parts))),
            ])
          })
      ),
    ])
  }

  /// The characters of some numbers, of which `largest` is the last one.
  static func levels(_ numbers: [Float], largest: Float) -> String {
    let last = Double(alphabet.count - 1)
    let bytes = numbers.map { number -> UInt8 in
      guard number > 0, largest > 0 else { return alphabet[0] }
      let share = log10(Double(number) / Double(largest)) / decades + 1
      return alphabet[Int((min(max(share, 0), 1) * last).rounded())]
    }
    return String(decoding: bytes, as: UTF8.self)
  }
}
