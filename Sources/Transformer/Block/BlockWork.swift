import LinearAlgebra

/// What the steps of a block work with: the weights of a layer, a panel, and the rows of it that are computed.
public struct BlockWork {
  let pass: ForwardPass
  let layer: Int
  let block: Block
  let weights: Model.Layer
  /// The rows of the panel: which positions of which sequences they are, and which of them are scored.
  public let rows: RowSet
  let panel: Panel
  let store: KeyValueStore
  /// Whether the step at hand works on the scored rows alone, which are the first of the panel then.
  var isScoredOnly = false

  /// The rows of the panel that the step at hand computes.
  var range: Range<Int> { 0..<(isScoredOnly ? rows.scored.count : rows.count) }
  /// The positions of those rows in their sequences.
  var positions: [Int32] { isScoredOnly ? rows.scoredPositions : rows.positions }

  /// The positions of the whole sequences of those rows.
  var wholeLengths: [Int32] { rows.wholeLengths(scoredOnly: isScoredOnly) }

  /// The rows of a slot that the step at hand computes, `[rows, width]`.
  func callAsFunction(_ slot: Slot) -> MutableMatrixView { panel[slot][rows: range] }
}
