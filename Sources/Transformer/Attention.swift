import CKernels
import LinearAlgebra

extension Decoder {
  /// Causal attention of one sequence: `query` and `output` `[queries, queryWidth]` from position `firstPosition` on, `key`
  /// and `value` `[positions, keyValueWidth]` from position 0 on.
  func attend(
    query: MatrixView, firstPosition: Int, key: MatrixView, value: MatrixView, output: MutableMatrixView
  ) {
    let shape = configuration
    precondition(query.columns == shape.queryWidth && output.columns == shape.queryWidth, "[queries, queryWidth]")
    precondition(
      key.columns == shape.keyValueWidth && value.columns == shape.keyValueWidth, "[positions, keyValueWidth]")
    precondition(query.rows == output.rows && firstPosition + query.rows <= key.rows, "keys up to the last query")
    precondition(key.rows <= positionCount && key.rows == value.rows, "positions that the scratch was made for")
    operations.addAttention(queries: firstPosition..<firstPosition + query.rows, configuration: shape)
    var arguments = locus_attention_arguments(
      query: query.base, query_stride: query.stride, key: key.base, key_stride: key.stride, value: value.base,
      value_stride: value.stride, output: output.base, output_stride: output.stride, query_count: query.rows,
      first_position: firstPosition, heads: shape.headCount, key_value_heads: shape.keyValueHeadCount,
      head_size: shape.headSize, window: shape.slidingWindow ?? 0, scale: 1 / Float(shape.headSize).squareRoot())
    locus_attention(&arguments, attentionScratch.view.base)
  }
}

/// Attention of whole sequences, each over its own rows of the panel.
public struct SequenceAttention: AttentionContext {
  let rows: RowSet
  /// The layer at which only the kept rows ask; nil: none.
  let trimmedLayer: Int?

  public init(rows: RowSet, trimmedLayer: Int?) {
    self.rows = rows
    self.trimmedLayer = trimmedLayer
  }

  public func attend(
    layer: Int, query: MatrixView, key: MatrixView, value: MatrixView, output: MutableMatrixView, decoder: Decoder
  ) {
    let trimmed = layer == trimmedLayer
    for (index, range) in rows.sequences.enumerated() {
      let queries = trimmed ? rows.keptSequences[index] : range
      decoder.attend(
        query: query[rows: queries], firstPosition: range.count - queries.count, key: key[rows: range],
        value: value[rows: range], output: output[rows: queries])
    }
  }
}

/// Attention of one new token of each of several sequences, over caches that grow by it.
public struct CachedAttention: AttentionContext {
  /// The cache and the position of each row's token.
  let caches: [KeyValueCache]
  let positions: [Int]

  public func attend(
    layer: Int, query: MatrixView, key: MatrixView, value: MatrixView, output: MutableMatrixView, decoder: Decoder
  ) {
    for (row, cache) in caches.enumerated() {
      let position = positions[row]
      cache.store(key: key[rows: row..<row + 1], value: value[rows: row..<row + 1], layer: layer, from: position)
      decoder.attend(
        query: query[rows: row..<row + 1], firstPosition: position, key: cache.keys(layer: layer, count: position + 1),
        value: cache.values(layer: layer, count: position + 1), output: output[rows: row..<row + 1])
    }
  }
}
