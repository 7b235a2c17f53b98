import Basics
import CKernels
import LinearAlgebra

/// Causal attention: each query head weighs the values of its sequence's positions up to its own (Vaswani et al. 2017).
///
/// Keys and values of all rows go to the store first; queries may be those of the scored rows alone.
public struct Attention: Step {
  /// The number of query heads.
  public let headCount: Int
  /// Heads of keys and values; each is shared by `headCount / keyValueHeadCount` query heads (Ainslie et al. 2023).
  public let keyValueHeadCount: Int
  /// The number of components of a head.
  public let headSize: Int
  /// A query at position p sees the keys p − window + 1 … p; nil: all keys up to p.
  public let window: Int?
  /// The factor of the scores q · k, such as 1 / √headSize.
  public let scale: Float

  /// Attention whose scores are multiplied with 1 / √headSize.
  public init(headCount: Int, keyValueHeadCount: Int, headSize: Int, window: Int?) {
    precondition(headCount % keyValueHeadCount == 0, "each key head has as many query heads")
    self.headCount = headCount
    self.keyValueHeadCount = keyValueHeadCount
    self.headSize = headSize
    self.window = window
    scale = 1 / Float(headSize).squareRoot()
  }

  public var inputs: [Slot] { [.query, .key, .value] }
  public var outputs: [Slot] { [.attended] }
  public var widths: [Slot: Int] {
    let (own, shared) = (headCount * headSize, keyValueHeadCount * headSize)
    return [.query: own, .attended: own, .key: shared, .value: shared]
  }
  public var equation: String {
    let (query, key, value) = (Slot.query.letter, Slot.key.letter, Slot.value.letter)
    return "\(Slot.attended.letter) = attention(\(query), \(key), \(value))" + (window.map { " within \($0)" } ?? "")
  }

  /// Query heads that share a key head.
  public var groupSize: Int { headCount / keyValueHeadCount }

  // MARK: Forward

  public func forward(_ work: BlockWork, at index: Int) {
    ProcessorTime.add(to: &work.pass.operations.attentionSeconds) { attendEach(work) }
  }

  private func attendEach(_ work: BlockWork) {
    let (rows, panel, store) = (work.rows, work.panel, work.store)
    for (index, span) in rows.spans.enumerated() {
      let range = rows.ranges[index]
      store.store(
        key: panel[.key][rows: range].reading, value: panel[.value][rows: range].reading, layer: work.layer,
        from: span.origin + span.positions.lowerBound)
      let queries = work.isScoredOnly ? rows.scoredRanges[index] : range
      guard !queries.isEmpty else { continue }
      let seen = span.origin..<span.origin + span.positions.upperBound
      if queries.count < 4, index + 1 < rows.spans.count {
        // Few queries a sequence: reading the keys and values takes longer than using them.
        let next = rows.spans[index + 1]
        store.prefetch(layer: work.layer, rows: next.origin..<next.origin + next.positions.lowerBound)
      }
      forward(
        query: panel[.query][rows: queries].reading, firstPosition: span.positions.upperBound - queries.count,
        key: store.keys(layer: work.layer, rows: seen), value: store.values(layer: work.layer, rows: seen),
        output: panel[.attended][rows: queries], pass: work.pass)
    }
  }

  /// Attention of one sequence: `query` and `output` `[queries, heads · headSize]` from position `firstPosition` on,
  /// `key` and `value` `[positions, keyValueHeads · headSize]` from position 0 on, rotated.
  ///
  /// The heads may be some of the model's: as many query heads share a key head as the widths say.
  public func forward(
    query: MatrixView, firstPosition: Int, key: MatrixView, value: MatrixView, output: MutableMatrixView,
    pass: ForwardPass
  ) {
    precondition(query.columns == output.columns && key.columns == value.columns, "the same heads")
    precondition(query.columns % headSize == 0 && key.columns % headSize == 0, "whole heads")
    precondition(query.columns % key.columns == 0, "each key head has as many query heads")
    precondition(query.rows == output.rows && firstPosition + query.rows <= key.rows, "keys up to the last query")
    precondition(key.rows <= pass.positionCount && key.rows == value.rows, "positions that the scratch was made for")
    pass.operations.addAttention(
      queries: firstPosition..<firstPosition + query.rows, width: query.columns, window: window)
    var arguments = locus_attention_arguments(
      query: query.base, query_stride: query.stride, key: key.base, key_stride: key.stride, value: value.base,
      value_stride: value.stride, output: output.base, output_stride: output.stride, query_count: query.rows,
      first_position: firstPosition, heads: query.columns / headSize, key_value_heads: key.columns / headSize,
      head_size: headSize, window: window ?? 0, scale: scale)
    locus_attention(&arguments, pass.attentionScratch.view.base)
  }

  // MARK: Reach

  /// A change stays in the heads that it touches; one of a key or value head reaches all query heads that share it.
  public func reach(of columns: Range<Int>, in input: Slot) -> Reach {
    let touched = columns.wholeHeads(of: headSize)
    guard input != .query else { return .columns(touched, of: .attended) }
    return .columns(touched.lowerBound * groupSize..<touched.upperBound * groupSize, of: .attended)
  }

  // MARK: Cost

  /// Operations of queries at `positions` in heads of `width` components together.
  public func operations(queries positions: Range<Int>, width: Int? = nil) -> Double {
    Operations.attention(queries: positions, width: width ?? headCount * headSize, window: window)
  }
}
