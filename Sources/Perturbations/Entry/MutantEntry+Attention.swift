import LinearAlgebra
import Transformer

/// Changes that pass attention: they stay in the heads that they touch.
extension MutantEntry {
  /// The attention on the path, and its queries, keys and values.
  private var heads: (step: Attention, entering: Slot, query: Block.Value, key: Block.Value, value: Block.Value) {
    guard let attention = path.attention else { preconditionFailure("the path has attention") }
    let reads = pass.shape.blocks[layer].reads[attention.index]
    return (attention.step, attention.entering, reads[0], reads[1], reads[2])
  }

  /// Output of the touched heads, in the first columns of its slot of the panel, and whether the correction's rounding
  /// is felt in queries or keys.
  func mutatedHeads(
    _ sequence: MutantSequence, rows: Range<Int>, columns: Range<Int>, trace: LayerTrace
  ) -> (output: MutableMatrixView, isFelt: Bool) {
    heads.entering == .query
      ? headsOfMutatedQueries(sequence, rows: rows, columns: columns, trace: trace)
      : headsOfMutatedKeysOrValues(sequence, rows: rows, columns: columns, trace: trace)
  }

  private func headsOfMutatedQueries(
    _ sequence: MutantSequence, rows: Range<Int>, columns: Range<Int>, trace: LayerTrace
  ) -> (output: MutableMatrixView, isFelt: Bool) {
    let (attention, _, _, key, value) = heads
    let (size, positions) = (attention.headSize, sequence.positions)
    let at = { (value: Block.Value) in trace(value, input: sequence.input) }
    let output = panel[.attended][rows: sequence.entryRows][columns: 0..<columns.count]
    let query = panel[.query][rows: sequence.entryRows][columns: 0..<columns.count]
    query.copy(at(path.output)[rows: positions][columns: columns])
    let inside = rows.lowerBound - columns.lowerBound..<rows.upperBound - columns.lowerBound
    let input = at(path.input)[rows: positions]
    apply(sequence, input: input, toRegion: query[columns: inside])
    let isFelt = sequence.correction?.isFelt(
      input: input, output: query.reading, from: columns.lowerBound, width: size)
    path.rotation?.forward(query, at: positions.map { Int32($0) }, pass: pass)
    for head in columns.lowerBound / size..<columns.upperBound / size {
      let own = head * size - columns.lowerBound..<(head + 1) * size - columns.lowerBound
      let group = head / attention.groupSize
      let shared = group * size..<(group + 1) * size
      attention.forward(
        query: query[columns: own].reading, firstPosition: positions.lowerBound, key: at(key)[columns: shared],
        value: at(value)[columns: shared], output: output[columns: own], pass: pass)
    }
    return (output, isFelt ?? false)
  }

  private func headsOfMutatedKeysOrValues(
    _ sequence: MutantSequence, rows: Range<Int>, columns: Range<Int>, trace: LayerTrace
  ) -> (output: MutableMatrixView, isFelt: Bool) {
    let (attention, entering, query, key, value) = heads
    let positions = sequence.positions
    let at = { (value: Block.Value) in trace(value, input: sequence.input) }
    let output = panel[.attended][rows: sequence.entryRows][columns: 0..<columns.count]
    let shared = columns.lowerBound / attention.groupSize..<columns.upperBound / attention.groupSize
    let mutated = mutatedKeysOrValues(sequence, columns: shared, rows: rows, trace: trace)
    attention.forward(
      query: at(query)[rows: positions][columns: columns], firstPosition: positions.lowerBound,
      key: entering == .key ? mutated : at(key)[columns: shared],
      value: entering == .value ? mutated : at(value)[columns: shared], output: output, pass: pass)
    guard entering == .key else { return (output, false) }
    // Rotation leaves the size of a head's keys as it is.
    let isFelt = sequence.correction?.isFelt(
      input: at(path.input), output: mutated, from: shared.lowerBound, width: attention.headSize)
    return (output, isFelt ?? false)
  }

  /// The touched heads' keys, rotated, or values at all positions.
  private func mutatedKeysOrValues(
    _ sequence: MutantSequence, columns: Range<Int>, rows: Range<Int>, trace: LayerTrace
  ) -> MatrixView {
    let mutated = Matrix(rows: sequence.baseline.length, columns: columns.count)
    mutated.view.copy(trace(path.output, input: sequence.input)[columns: columns])
    let inside = rows.lowerBound - columns.lowerBound..<rows.upperBound - columns.lowerBound
    apply(sequence, input: trace(path.input, input: sequence.input), toRegion: mutated.view[columns: inside])
    path.rotation?.forward(mutated.view, at: (0..<mutated.rows).map { Int32($0) }, pass: pass)
    return mutated.view.reading
  }

  /// Keys and values of the mutated layer as a sequence's own decoding finds them, where the mutation changes those:
  /// the baseline's but in the touched heads.
  func store(_ sequence: MutantSequence, count: Int, trace: LayerTrace, in store: KeyValueStore, from row: Int) {
    guard let rows = sequence.correction?.region.rows, path.isAtAllPositions else { return }
    let (attention, entering, _, key, value) = heads
    let size = attention.headSize
    let columns = rows.lowerBound / size * size..<(rows.upperBound + size - 1) / size * size
    let isKey = entering == .key
    let whole = Matrix(copying: trace(isKey ? key : value, input: sequence.input)[rows: 0..<count])
    let mutated = mutatedKeysOrValues(sequence, columns: columns, rows: rows, trace: trace)
    whole.view[columns: columns].copy(mutated[rows: 0..<count])
    let other = trace(isKey ? value : key, input: sequence.input)[rows: 0..<count]
    store.store(
      key: isKey ? whole.view.reading : other, value: isKey ? other : whole.view.reading, layer: layer, from: row)
  }
}
