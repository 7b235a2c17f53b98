import Transformer

/// The units of a site in all layers, numbered through: layer · width + unit.
public struct UnitGrid: Hashable, Sendable {
  /// The number of layers.
  public let layerCount: Int
  /// The number of units of a layer.
  public let width: Int

  /// A grid of as many layers and units.
  public init(layerCount: Int, width: Int) {
    self.layerCount = layerCount
    self.width = width
  }

  /// The units of a site of a model. Throws a `TransformerError` that names the sites there are if it has none such.
  public init(_ shape: HostShape, _ site: Site) throws {
    self.init(layerCount: shape.layerCount, width: try shape.width(at: site, layer: 0))
  }

  /// The number of units of all layers.
  public var count: Int { layerCount * width }

  /// The numbers of the units of a layer.
  public func numbers(ofLayer layer: Int) -> Range<Int> { layer * width..<(layer + 1) * width }
}
