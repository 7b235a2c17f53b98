import CKernels
import LinearAlgebra
import Transformer

/// The residual streams of mutants right behind all that their mutation touches at once.
///
/// It is the baseline's there but for a thin product: a region of q, k or v reaches the residual stream through its
/// heads' columns of o, one of gate or up through its own columns of down, one of o or down directly.
struct MutantEntry {
  let pass: ForwardPass
  let region: WeightMatrix
  let layer: Int
  /// Sizes of the columns of `passage(of: region)`; empty where there is none.
  let sizes: [Float]
  /// The residual stream of the mutants' rows, `[rows, hidden]`.
  let residual: MutableMatrixView
  /// Scratch with a row for each of them.
  let panel: Panel

  /// The stage of a layer at which the streams stand behind a product with `matrix`.
  static func stage(of matrix: WeightMatrix) -> Stage {
    switch matrix {
    case .q, .k, .v, .o: .attended
    case .gate, .up, .down: .end
    }
  }

  /// The baseline's streams there.
  var part: LayerTrace.Part { MutantEntry.stage(of: region) == .end ? .end : .middle }

  /// Fills the rows of all sequences, and notes which of them had to be computed anew.
  func fill(_ sequences: inout [MutantSequence], trace: LayerTrace) {
    for sequence in sequences {
      residual[rows: sequence.entryRows].copy(trace(part, input: sequence.input)[rows: sequence.positions])
    }
    // Sequences whose mutations touch the same rows share one product.
    var first = 0
    while first < sequences.count {
      guard let rows = sequences[first].correction?.region.rows else {
        first += 1
        continue
      }
      let end = sequences[first...].firstIndex { $0.correction?.region.rows != rows } ?? sequences.count
      touch(&sequences[first..<end], rows: rows, trace: trace)
      first = end
    }
    for sequence in sequences where sequence.isAnew { compute(sequence, trace: trace) }
  }

  /// Adds what the mutations of sequences in consecutive rows do; all touch the same rows of the matrix.
  private func touch(_ sequences: inout ArraySlice<MutantSequence>, rows: Range<Int>, trace: LayerTrace) {
    guard let first = sequences.first, let last = sequences.last else { return }
    let all = first.entryRow..<last.entryRows.upperBound
    switch region {
    case .o, .down:
      for index in sequences.indices {
        let sequence = sequences[index]
        let input = trace(.input, input: sequence.input)[rows: sequence.positions]
        let output = residual[rows: sequence.entryRows]
        sequence.correction?.add(input: input, to: output, pass: pass)
        sequences[index].isAnew =
          sequence.correction?.isFelt(input: input, output: output.reading, width: output.columns) ?? false
      }
    case .gate, .up:
      for sequence in sequences { changeHidden(of: sequence, rows: rows, trace: trace) }
      add(panel.gate[rows: all][columns: 0..<rows.count].reading, through: .down, columns: rows, rows: all)
      for index in sequences.indices {
        sequences[index].isAnew = isHiddenFelt(in: sequences[index], rows: rows, trace: trace)
      }
    case .q, .k, .v:
      let heads = heads(touchedBy: rows)
      let columns = heads.lowerBound * headSize..<heads.upperBound * headSize
      for index in sequences.indices {
        sequences[index].isAnew = changeHeads(of: sequences[index], rows: rows, heads: heads, trace: trace)
      }
      add(panel.attended[rows: all][columns: 0..<columns.count].reading, through: .o, columns: columns, rows: all)
      for index in sequences.indices where !sequences[index].isAnew {
        sequences[index].isAnew = areHeadsFelt(in: sequences[index], rows: rows, columns: columns, trace: trace)
      }
    }
  }

  /// residual += change · W[:, columns]ᵀ.
  func add(_ change: MatrixView, through matrix: WeightMatrix, columns: Range<Int>, rows: Range<Int>) {
    let projection = pass.model.layers[layer][matrix]
    pass.operations.addProduct(rows: rows.count, outputs: projection.rows, inputs: columns.count)
    residual[rows: rows].assignProduct(
      of: change, withTransposeOf: projection.view[columns: columns], adding: true, in: pass.workspace)
  }

  /// Makes a baseline's product in the region's rows the mutant's.
  private func apply(_ sequence: MutantSequence, input: MatrixView, toRegion output: MutableMatrixView) {
    if sequence.isAnew {
      sequence.correction?.compute(input: input, intoRegion: output, adding: false, pass: pass)
    } else {
      sequence.correction?.add(input: input, toRegion: output, pass: pass)
    }
  }

  // MARK: gate and up

  /// silu(gate) · up in the region's rows, less the baseline's, to the first columns of `panel.gate`.
  private func changeHidden(of sequence: MutantSequence, rows: Range<Int>, trace: LayerTrace) {
    let hidden = mutatedHidden(sequence, rows: rows, trace: trace)
    let baseline = trace(.hidden, input: sequence.input)[rows: sequence.positions][columns: rows]
    for row in 0..<hidden.rows { subtract(baseline.row(row), from: hidden.row(row), count: rows.count) }
  }

  /// silu(gate) · up in the region's rows, in the first columns of `panel.gate`.
  func mutatedHidden(_ sequence: MutantSequence, rows: Range<Int>, trace: LayerTrace) -> MutableMatrixView {
    let gate = panel.gate[rows: sequence.entryRows][columns: 0..<rows.count]
    let up = panel.up[rows: sequence.entryRows][columns: 0..<rows.count]
    let at = { (part: LayerTrace.Part) in
      trace(part, input: sequence.input)[rows: sequence.positions]
    }
    gate.copy(at(.gate)[columns: rows])
    up.copy(at(.up)[columns: rows])
    apply(sequence, input: at(.input), toRegion: region == .gate ? gate : up)
    for row in 0..<gate.rows { locus_gated_product(gate.row(row), up.row(row), rows.count) }
    return gate
  }

  // MARK: q, k and v

  var headSize: Int { pass.configuration.headSize }
  /// Query heads that share a key head.
  var groupSize: Int { pass.configuration.headCount / pass.configuration.keyValueHeadCount }

  /// Query heads whose output a region in these rows of q, k or v can change.
  func heads(touchedBy rows: Range<Int>) -> Range<Int> {
    let touched = rows.lowerBound / headSize..<(rows.upperBound + headSize - 1) / headSize
    return region == .q ? touched : touched.lowerBound * groupSize..<touched.upperBound * groupSize
  }

  /// Output of the touched heads, less the baseline's, to the first columns of `panel.attended`. Returns whether the
  /// correction's rounding is felt in queries or keys.
  private func changeHeads(
    of sequence: MutantSequence, rows: Range<Int>, heads: Range<Int>, trace: LayerTrace
  ) -> Bool {
    let positions = sequence.positions
    let columns = heads.lowerBound * headSize..<heads.upperBound * headSize
    let (output, isFelt) = mutatedHeads(sequence, rows: rows, heads: heads, trace: trace)
    let baseline = trace(.attended, input: sequence.input)[rows: positions][columns: columns]
    for row in 0..<positions.count { subtract(baseline.row(row), from: output.row(row), count: columns.count) }
    return isFelt
  }

  /// Output of the touched heads, in the first columns of `panel.attended`, and whether the correction's rounding is
  /// felt in queries or keys.
  func mutatedHeads(
    _ sequence: MutantSequence, rows: Range<Int>, heads: Range<Int>, trace: LayerTrace
  ) -> (output: MutableMatrixView, isFelt: Bool) {
    let positions = sequence.positions
    let columns = heads.lowerBound * headSize..<heads.upperBound * headSize
    let output = panel.attended[rows: sequence.entryRows][columns: 0..<columns.count]
    let at = { (part: LayerTrace.Part) in trace(part, input: sequence.input) }
    if region == .q {
      let query = panel.query[rows: sequence.entryRows][columns: 0..<columns.count]
      query.copy(at(.output)[rows: positions][columns: columns])
      let inside = rows.lowerBound - columns.lowerBound..<rows.upperBound - columns.lowerBound
      let input = at(.input)[rows: positions]
      apply(sequence, input: input, toRegion: query[columns: inside])
      let isFelt = sequence.correction?.isFelt(
        input: input, output: query.reading, from: columns.lowerBound, width: headSize)
      pass.rotate(query, at: positions.map { Int32($0) })
      for head in heads {
        let own = (head - heads.lowerBound) * headSize..<(head - heads.lowerBound + 1) * headSize
        let shared = head / groupSize * headSize..<(head / groupSize + 1) * headSize
        pass.attend(
          query: query[columns: own].reading, firstPosition: positions.lowerBound, key: at(.key)[columns: shared],
          value: at(.value)[columns: shared], output: output[columns: own])
      }
      return (output, isFelt ?? false)
    }
    let shared = columns.lowerBound / groupSize..<columns.upperBound / groupSize
    let mutated = mutatedKeysOrValues(sequence, columns: shared, rows: rows, trace: trace)
    pass.attend(
      query: at(.query)[rows: positions][columns: columns], firstPosition: positions.lowerBound,
      key: region == .k ? mutated : at(.key)[columns: shared],
      value: region == .v ? mutated : at(.value)[columns: shared], output: output)
    guard region == .k else { return (output, false) }
    // Rotation leaves the size of a head's keys as it is.
    let isFelt = sequence.correction?.isFelt(
      input: at(.input), output: mutated, from: shared.lowerBound, width: headSize)
    return (output, isFelt ?? false)
  }

  /// The touched heads' keys, rotated, or values at all positions.
  private func mutatedKeysOrValues(
    _ sequence: MutantSequence, columns: Range<Int>, rows: Range<Int>, trace: LayerTrace
  ) -> MatrixView {
    let mutated = Matrix(rows: sequence.baseline.length, columns: columns.count)
    mutated.view.copy(trace(.output, input: sequence.input)[columns: columns])
    let inside = rows.lowerBound - columns.lowerBound..<rows.upperBound - columns.lowerBound
    apply(sequence, input: trace(.input, input: sequence.input), toRegion: mutated.view[columns: inside])
    if region == .k { pass.rotate(mutated.view, at: (0..<mutated.rows).map { Int32($0) }) }
    return mutated.view.reading
  }

  private func subtract(_ values: UnsafePointer<Float>, from target: UnsafeMutablePointer<Float>, count: Int) {
    for index in 0..<count { target[index] -= values[index] }
  }
}

extension MutantEntry {
  /// Keys and values of the mutated layer as a sequence's own decoding finds them, for a region of k or v: the
  /// baseline's but in the touched heads.
  func store(_ sequence: MutantSequence, count: Int, trace: LayerTrace, in store: KeyValueStore, from row: Int) {
    guard let rows = sequence.correction?.region.rows, region == .k || region == .v else { return }
    let heads = rows.lowerBound / headSize..<(rows.upperBound + headSize - 1) / headSize
    let columns = heads.lowerBound * headSize..<heads.upperBound * headSize
    let whole = Matrix(copying: trace(region == .k ? .key : .value, input: sequence.input)[rows: 0..<count])
    let mutated = mutatedKeysOrValues(sequence, columns: columns, rows: rows, trace: trace)
    whole.view[columns: columns].copy(mutated[rows: 0..<count])
    let other = trace(region == .k ? .value : .key, input: sequence.input)[rows: 0..<count]
    store.store(
      key: region == .k ? whole.view.reading : other, value: region == .v ? whole.view.reading : other, layer: layer,
      from: row)
  }
}
