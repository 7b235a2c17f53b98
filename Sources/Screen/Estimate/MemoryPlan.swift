import Perturbations
import Transformer

/// How a rank's memory beyond the mapped weights is shared out: panels as wide, and as many sequences decoded together,
/// as make products fast and fit. Results do not depend on it.
public struct MemoryPlan: Equatable, Sendable {
  /// Bytes of a rank where nobody says otherwise.
  public static let usualLimit = 1_500_000_000

  /// Rows of a panel.
  public let panelRows: Int
  /// Positions that are at work together while the baselines are made.
  public let baselineRows: Int
  /// Mutants' continuations that are decoded together.
  public let decodedSequences: Int
  /// Bytes that the node's ranks share: what the baselines leave behind.
  public let sharedBytes: Int
  /// Bytes of a rank of its own at most, but for the results, which it holds until they are gathered.
  public let ownBytes: Int

  /// Products do not get much faster with more rows; of early verdicts each piece has but a part of them.
  private static func mostRows(_ recording: RecordedColumns) -> Int {
    recording.comparesScores || recording.direction != .none ? 2048 : 8192
  }

  private static let mostSequences = 256
  /// The share of what can be chosen that goes to the keys and values of decoding.
  private static let decodingShare = 0.5

  /// Shares out `limit` bytes a rank, of which `ranksOnNode` share a node; a plan holds `planBytes` of each.
  ///
  /// Throws a `ScreenError` that says how much is needed if the longest input does not fit.
  public init(
    shape: HostShape, recording: RecordedColumns, promptLengths: [Int], stepCount: Int, planBytes: Int = 0,
    ranksOnNode: Int, threads: Int, driveColumns: Int? = nil, limit: Int = MemoryPlan.usualLimit
  ) throws {
    let cost = SequenceCost(shape: shape, stepCount: stepCount)
    let longest = (promptLengths.max() ?? 1) + stepCount
    let positions = promptLengths.reduce(0) { $0 + $1 + stepCount }
    try MemoryPlan.checkCountable(shape, positions: positions + longest)
    sharedBytes = cost.baselineBytes(prompts: promptLengths, recording: recording)
    let fixed =
      UnitEvaluator.fixedBytes(
        shape: shape, recording: recording, positions: positions, panelRows: MemoryPlan.mostRows(recording),
        threads: threads)
      + 3 * Gathering.roundBytes + planBytes
    let free = limit - fixed - sharedBytes / max(ranksOnNode, 1)
    let rowBytes = UnitEvaluator.bytesPerRow(shape: shape, recording: recording)
    let sequenceBytes =
      recording.decodes(shape)
      ? longest * KeyValueStore.bytesPerRow(shape: shape, layerCount: shape.layerCount) : 0
    guard free >= longest * rowBytes + sequenceBytes else {
      let needed = limit - free + longest * rowBytes + sequenceBytes
      throw ScreenError(
        "cannot screen with \(limit / 1_000_000) MB a rank: these mutations, inputs and this model need "
          + "\(needed / 1_000_000 + 1) MB; raise --memory, start fewer ranks on a node, or use shorter inputs or "
          + "smaller regions"
      )
    }
    let forDecoding = max(sequenceBytes, Int(Double(free) * MemoryPlan.decodingShare))
    decodedSequences = recording.decodes(shape) ? min(MemoryPlan.mostSequences, forDecoding / max(sequenceBytes, 1)) : 0
    let forPanel = free - decodedSequences * sequenceBytes
    panelRows = max(longest, min(MemoryPlan.mostRows(recording), forPanel / rowBytes))
    // Before the first panel; keys and values are at most in three places.
    let baselineRowBytes =
      3 * KeyValueStore.bytesPerRow(shape: shape, layerCount: shape.continues ? shape.layerCount : 1)
      + Panel.bytesPerRow(shape: shape)
    let driveBytes = driveColumns.map { InputSummation.byteCount(shape: shape, blockColumns: $0) } ?? 0
    baselineRows = max(longest, min(4096, (free - driveBytes) / baselineRowBytes))
    ownBytes = fixed + panelRows * rowBytes + decodedSequences * sequenceBytes
  }

  /// Refuses sizes that are possible each but together make more bytes than an `Int` counts.
  private static func checkCountable(_ shape: HostShape, positions: Int) throws {
    let rowBytes =
      3 * KeyValueStore.bytesPerRow(shape: shape, layerCount: shape.layerCount)
      + 3 * Panel.bytesPerRow(shape: shape) + 4 * MemoryLayout<Float>.stride * shape.vocabularyCount
    guard Double(positions) * Double(rowBytes) < 0x1p60 else {
      throw ScreenError(
        "cannot plan the memory of a screen: \(positions) positions of \(rowBytes) bytes each are more than any "
          + "machine has; check the sizes that the model's files say, and the inputs")
    }
  }
}
