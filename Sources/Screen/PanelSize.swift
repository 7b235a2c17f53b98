import Mutagenesis
import Transformer

/// How many rows a panel has: enough for fast products, within a bound of memory. Results do not depend on it.
enum PanelSize {
  /// Products do not get faster with more rows than this; of early verdicts each piece has but a part of them.
  static func mostRows(_ recording: Recording) -> Int {
    recording.divergence || recording.direction != .none ? 2048 : 4096
  }
  /// Bytes of a panel, unless one sequence takes more.
  static let budget = 512 << 20

  static func rows(configuration: LlamaConfiguration, recording: Recording) -> Int {
    max(
      1,
      min(mostRows(recording), budget / UnitEvaluator.bytesPerRow(configuration: configuration, recording: recording)))
  }
}
