import Mutagenesis
import Transformer

/// How many rows a panel has: enough for fast products, within a bound of memory. A function of the plan alone, because the
/// last bits of results depend on it.
enum PanelSize {
  /// Products do not get faster with more rows than this.
  static let mostRows = 4096
  /// Bytes of a panel, unless one sequence takes more.
  static let budget = 512 << 20

  static func rows(configuration: LlamaConfiguration, recording: Recording) -> Int {
    max(1, min(mostRows, budget / bytesPerRow(configuration: configuration, recording: recording)))
  }

  /// Bytes of activations of one row; keys and values are kept for every layer where continuations are decoded.
  static func bytesPerRow(configuration: LlamaConfiguration, recording: Recording) -> Int {
    let keptLayers = recording.text ? configuration.layerCount : 1
    let floats =
      2 * configuration.hiddenSize + 2 * configuration.queryWidth + 2 * configuration.intermediateSize + 2
      * configuration.keyValueWidth * keptLayers
    return floats * MemoryLayout<Float>.stride
  }
}
