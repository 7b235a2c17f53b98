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
    passOn(query, of: sequence, at: positions)
    for head in columns.lowerBound / size..<columns.upperBound / size {
      let own = head * size - columns.lowerBound..<(head + 1) * size - columns.lowerBound
      let group = head / attention.groupSize
      let shared = group * size..<(group + 1) * size
      attention.forward(
        query: query[columns: own].reading, firstPosition: positions.lowerBound, key: at(key)[columns: shared],
        value: at(value)[columns: shared], output: output[columns: own], firstHead: head, pass: pass)
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
    let (mutated, isFelt) = mutatedKeysOrValues(sequence, columns: shared, rows: rows, trace: trace)
    attention.forward(
      query: at(query)[rows: positions][columns: columns], firstPosition: positions.lowerBound,
      key: entering == .key ? mutated : at(key)[columns: shared],
      value: entering == .value ? mutated : at(value)[columns: shared], output: output,
      firstHead: columns.lowerBound / attention.headSize, pass: pass)
    return (output, isFelt)
  }

  /// The touched heads' keys, as attention reads them, or values at all positions, and whether the correction's
  /// rounding is felt in keys.
  private func mutatedKeysOrValues(
    _ sequence: MutantSequence, columns: Range<Int>, rows: Range<Int>, trace: LayerTrace
  ) -> (MatrixView, isFelt: Bool) {
    let input = trace(path.input, input: sequence.input)
    let mutated = Matrix(rows: sequence.baseline.length, columns: columns.count)
    mutated.view.copy(trace(path.output, input: sequence.input)[columns: columns])
    let inside = rows.lowerBound - columns.lowerBound..<rows.upperBound - columns.lowerBound
    apply(sequence, input: input, toRegion: mutated.view[columns: inside])
    // Before a norm, which divides by what remains; rotation leaves that as it is.
    let isFelt =
      heads.entering == .key
      && sequence.correction?.isFelt(
        input: input, output: mutated.view.reading, from: columns.lowerBound, width: heads.step.headSize) ?? false
    passOn(mutated.view, of: sequence, at: 0..<mutated.rows)
    return (mutated.view.reading, isFelt)
  }

  /// Takes the product of the mutated matrix in some heads to what attention reads: through norms and rotations.
  private func passOn(_ rows: MutableMatrixView, of sequence: MutantSequence, at positions: Range<Int>) {
    guard let attention = path.attention else { return }
    for step in path.steps where step.index < attention.index {
      switch pass.shape.blocks[layer].steps[step.index] {
      case let norm as Norm: norm.forward(rows.reading, pass.model.layers[layer].norms[step.index], into: rows)
      case let rotation as Rotation:
        rotation.forward(rows, at: positions, of: sequence.baseline.wholeLength, pass: pass)
      default: preconditionFailure("heads pass norms and rotations on their way to attention")
      }
    }
  }

  /// Keys and values of the mutated layer as a sequence's own decoding finds them, where the mutation changes those:
  /// the baseline's but in the touched heads.
  func store(_ sequence: MutantSequence, count: Int, trace: LayerTrace, in store: KeyValueStore, from row: Int) {
    let isWithinLayer = path.isWhole && sequence.partner != nil
    guard let rows = sequence.correction?.region.rows, path.isAtAllPositions || isWithinLayer else { return }
    if path.isWhole {
      let own = computeLayer(sequence, trace: trace)
      store.store(
        key: own.keys(layer: layer, rows: 0..<count), value: own.values(layer: layer, rows: 0..<count), layer: layer,
        from: row)
      return
    }
    let (attention, entering, _, key, value) = heads
    let size = attention.headSize
    let columns = rows.lowerBound / size * size..<(rows.upperBound + size - 1) / size * size
    let isKey = entering == .key
    let whole = Matrix(copying: trace(isKey ? key : value, input: sequence.input)[rows: 0..<count])
    let (mutated, _) = mutatedKeysOrValues(sequence, columns: columns, rows: rows, trace: trace)
    whole.view[columns: columns].copy(mutated[rows: 0..<count])
    let other = trace(isKey ? value : key, input: sequence.input)[rows: 0..<count]
    store.store(
      key: isKey ? whole.view.reading : other, value: isKey ? other : whole.view.reading, layer: layer, from: row)
  }
}
