import Basics
import CKernels
import LinearAlgebra

extension ForwardPass {
  /// Causal attention of one sequence: `query` and `output` `[queries, heads · headSize]` from position `firstPosition`
  /// on, `key` and `value` `[positions, keyValueHeads · headSize]` from position 0 on, rotated.
  ///
  /// The heads may be some of the model's: as many query heads share a key head as the widths say.
  public func attend(
    query: MatrixView, firstPosition: Int, key: MatrixView, value: MatrixView, output: MutableMatrixView
  ) {
    let size = configuration.headSize
    precondition(query.columns == output.columns && key.columns == value.columns, "the same heads")
    precondition(query.columns % size == 0 && key.columns % size == 0, "whole heads")
    precondition(query.columns % key.columns == 0, "each key head has as many query heads")
    precondition(query.rows == output.rows && firstPosition + query.rows <= key.rows, "keys up to the last query")
    precondition(key.rows <= positionCount && key.rows == value.rows, "positions that the scratch was made for")
    operations.addAttention(
      queries: firstPosition..<firstPosition + query.rows, width: query.columns, window: configuration.slidingWindow)
    var arguments = locus_attention_arguments(
      query: query.base, query_stride: query.stride, key: key.base, key_stride: key.stride, value: value.base,
      value_stride: value.stride, output: output.base, output_stride: output.stride, query_count: query.rows,
      first_position: firstPosition, heads: query.columns / size, key_value_heads: key.columns / size,
      head_size: size, window: configuration.slidingWindow ?? 0, scale: 1 / Float(size).squareRoot())
    locus_attention(&arguments, attentionScratch.view.base)
  }

  /// Attention of every span over its own rows of the store, which take in the panel's keys and values first.
  func attend(layer: Int, rows: RowSet, onlyScored: Bool, panel: Panel, store: KeyValueStore) {
    ProcessorTime.add(to: &operations.attentionSeconds) {
      attendEach(layer: layer, rows: rows, onlyScored: onlyScored, panel: panel, store: store)
    }
  }

  private func attendEach(layer: Int, rows: RowSet, onlyScored: Bool, panel: Panel, store: KeyValueStore) {
    for (index, span) in rows.spans.enumerated() {
      let range = rows.ranges[index]
      store.store(
        key: panel.key[rows: range].reading, value: panel.value[rows: range].reading, layer: layer,
        from: span.origin + span.positions.lowerBound)
      let queries = onlyScored ? rows.scoredRanges[index] : range
      guard !queries.isEmpty else { continue }
      let seen = span.origin..<span.origin + span.positions.upperBound
      if queries.count < 4, index + 1 < rows.spans.count {
        // Few queries a sequence: reading the keys and values takes longer than using them.
        let next = rows.spans[index + 1]
        store.prefetch(layer: layer, rows: next.origin..<next.origin + next.positions.lowerBound)
      }
      attend(
        query: panel.query[rows: queries].reading, firstPosition: span.positions.upperBound - queries.count,
        key: store.keys(layer: layer, rows: seen), value: store.values(layer: layer, rows: seen),
        output: panel.attended[rows: queries])
    }
  }
}
