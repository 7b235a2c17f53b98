import Transformer

/// Where the maps of one layer are in their common picture, the same for every layer and all on one scale.
///
/// Matrices that are as wide as the hidden size stand side by side, wider ones above them, higher ones at the right: so
/// a layer takes little room.
public struct LayerBlock: Sendable {
  /// Where a map is in the picture, in elements of the matrices.
  public struct Box: Sendable {
    /// The left end, in elements from the left of the picture.
    public let x: Double
    /// The upper end, in elements from the top of the picture.
    public let y: Double
    /// The width.
    public let width: Double
    /// The height.
    public let height: Double
  }

  /// The box of each matrix.
  public private(set) var boxes: [WeightMatrix: Box] = [:]
  /// The width of the picture.
  public private(set) var width = 1.0
  /// The height of the picture.
  public private(set) var height = 1.0
  /// The room above a map for its name.
  public let labelHeight: Double

  /// Places the maps, of which the first of each matrix gives its size.
  public init(_ maps: [MatrixMap]) {
    let matrices = WeightMatrix.allCases.compactMap { matrix in maps.first { $0.matrix == matrix } }
    let size = Double(matrices.map(\.columns).min() ?? 1)
    let gap = 0.12 * size
    labelHeight = 0.18 * size
    let isWide = { (map: MatrixMap) in Double(map.columns) > 1.5 * size }
    let isHigh = { (map: MatrixMap) in !isWide(map) && Double(map.columns) * map.aspect > 1.5 * size }
    var y = 0.0
    for map in matrices where isWide(map) {
      place(map, x: 0, y: y)
      y = height + gap
    }
    var x = 0.0
    let room = max(width, 2.2 * size)
    for map in matrices where !isWide(map) && !isHigh(map) {
      if x > 0, x + Double(map.columns) > room { (x, y) = (0, height + gap) }
      place(map, x: x, y: y)
      x += Double(map.columns) + gap
    }
    for map in matrices where isHigh(map) { place(map, x: boxes.isEmpty ? 0 : width + gap, y: 0) }
  }

  private mutating func place(_ map: MatrixMap, x: Double, y: Double) {
    let box = Box(
      x: x, y: y + labelHeight, width: Double(map.columns), height: Double(map.columns) * map.aspect)
    boxes[map.matrix] = box
    width = max(width, box.x + box.width)
    height = max(height, box.y + box.height)
  }
}
