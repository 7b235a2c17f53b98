import Transformer

/// What layers of one model differ in.
struct LayerKind: Equatable {
  /// The queries of the layer see so many keys, their own included; nil: all.
  var window: Int?
  /// How queries and keys are rotated; nil: not at all.
  var rotary: HeadRotary?
  /// The factor of the scores; nil: 1 / √head size.
  var scale: Float?
}

/// How the heads of a layer are rotated.
struct HeadRotary: Equatable {
  var scaling: RotaryScaling
  /// The first so many components of a head turn.
  var width: Int
}

/// How far back the queries of each layer see.
public struct LayerWindows: Equatable, Sendable {
  /// The keys that a query sees, its own included, in all layers but the full ones; nil: all.
  public var length: Int?
  /// Layers whose queries see all keys, whatever the others do.
  public var fullLayers: Set<Int>

  /// Windows of one length in all layers but some.
  public init(length: Int? = nil, fullLayers: Set<Int> = []) {
    self.length = length
    self.fullLayers = fullLayers
  }

  /// The window of a layer, nil for none.
  public subscript(layer: Int) -> Int? { fullLayers.contains(layer) ? nil : length }
}
