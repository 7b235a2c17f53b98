import CKernels
import LinearAlgebra
import Transformer

/// The residual streams of mutants right behind all that their mutation touches at once.
///
/// It is the baseline's there but for a thin product: a region of q, k or v reaches the residual stream through its
/// heads' columns of o, one of gate or up through its own columns of down, one of o or down directly. Where that
/// product goes through a norm first, the change is added to the product, and norm and sum are computed anew; where
/// there is no thin way, the whole layer is. Units that the model has at zero are zero in mutants, too.
struct MutantEntry {
  let pass: ForwardPass
  /// The way of the mutated matrix's changes through its block.
  let path: ThinPath
  let layer: Int
  /// Sizes of the columns of the passage's matrix; empty where there is none.
  let sizes: [Float]
  /// The residual stream of the mutants' rows, `[rows, hidden]`.
  let residual: MutableMatrixView
  /// Scratch with a row for each of them.
  let panel: Panel
  /// Units of what the passage reads that the model has at zero, ascending.
  let zeroPassing: [Int]
  /// Units of the residual stream behind the path that the model has at zero, ascending.
  let zeroStream: [Int]

  /// Fills the rows of all sequences, and notes which of them had to be computed anew.
  func fill(_ sequences: inout [MutantSequence], trace: LayerTrace) {
    for sequence in sequences {
      residual[rows: sequence.entryRows].copy(
        trace(path.streamBehind, input: sequence.input)[rows: sequence.positions])
    }
    guard !path.isWhole else {
      for index in sequences.indices where sequences[index].correction != nil {
        sequences[index].isAnew = true
        computeLayer(sequences[index], trace: trace)
      }
      return
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
    guard let passage = path.passage else {
      for index in sequences.indices { sequences[index].isAnew = addDirectly(sequences[index], trace: trace) }
      return
    }
    let all = first.entryRow..<last.entryRows.upperBound
    let columns = path.columns(reachedBy: rows)
    for index in sequences.indices {
      sequences[index].isAnew = change(sequences[index], rows: rows, columns: columns, trace: trace)
      if !path.tail.isEmpty { takeContribution(sequences[index], trace: trace) }
    }
    add(panel[passage.step.input][rows: all][columns: 0..<columns.count].reading, columns: columns, rows: all)
    for index in sequences.indices where !sequences[index].isAnew {
      sequences[index].isAnew =
        path.activation != nil
        ? isHiddenFelt(in: sequences[index], rows: rows, trace: trace)
        : areHeadsFelt(in: sequences[index], rows: rows, columns: columns, trace: trace)
    }
    for sequence in sequences where !sequence.isAnew { finish(sequence, trace: trace) }
  }

  /// Adds the correction of a matrix whose product is added to the residual stream, or goes through a norm to it.
  /// Returns whether its rounding is felt.
  private func addDirectly(_ sequence: MutantSequence, trace: LayerTrace) -> Bool {
    let input = trace(path.input, input: sequence.input)[rows: sequence.positions]
    if !path.tail.isEmpty { takeContribution(sequence, trace: trace) }
    let output = sum[rows: sequence.entryRows]
    sequence.correction?.add(input: input, to: output, pass: pass)
    if path.tail.isEmpty { clear(zeroStream, in: output) }
    let isFelt = sequence.correction?.isFelt(input: input, output: output.reading, width: output.columns) ?? false
    if !isFelt { finish(sequence, trace: trace) }
    return isFelt
  }

  // MARK: Sums

  /// What the last product of the path is added to, or makes: the residual stream, or what goes through a norm to it,
  /// with a row for each of the mutants'.
  var sum: MutableMatrixView { path.tail.isEmpty ? residual : panel[path.contribution.slot].view }

  /// Puts the baseline's product before the norm into the rows of a sequence.
  private func takeContribution(_ sequence: MutantSequence, trace: LayerTrace) {
    sum[rows: sequence.entryRows].copy(trace(path.contribution, input: sequence.input)[rows: sequence.positions])
  }

  /// Takes what goes through a norm to the residual stream there.
  func finish(_ sequence: MutantSequence, trace: LayerTrace) {
    guard !path.tail.isEmpty else { return }
    let (rows, stream) = (sequence.entryRows, residual[rows: sequence.entryRows])
    for index in path.tail {
      switch pass.shape.blocks[layer].steps[index] {
      case let norm as Norm:
        let weights = pass.model.layers[layer].norms[index]
        norm.forward(panel[norm.input][rows: rows].reading, weights, into: panel[norm.output][rows: rows])
      case let add as Add:
        stream.copy(trace(path.streamBefore, input: sequence.input)[rows: sequence.positions])
        add.forward(panel[add.input][rows: rows].reading, into: stream)
      default: preconditionFailure("a tail is norms and a sum")
      }
    }
    clear(zeroStream, in: stream)
  }

  /// What the passage reads in the columns that the mutation reaches, less the baseline's, to the first columns of its
  /// slot of the panel. Returns whether the correction's rounding is felt in queries or keys.
  private func change(
    _ sequence: MutantSequence, rows: Range<Int>, columns: Range<Int>, trace: LayerTrace
  ) -> Bool {
    let (mutated, isFelt) = mutatedColumns(sequence, rows: rows, columns: columns, trace: trace)
    let baseline = trace(path.passing, input: sequence.input)[rows: sequence.positions][columns: columns]
    for row in 0..<mutated.rows { subtract(baseline.row(row), from: mutated.row(row), count: columns.count) }
    return isFelt
  }

  /// What the passage reads in the columns that the mutation reaches, in the first columns of its slot of the panel,
  /// and whether the correction's rounding is felt in queries or keys.
  func mutatedColumns(
    _ sequence: MutantSequence, rows: Range<Int>, columns: Range<Int>, trace: LayerTrace
  ) -> (output: MutableMatrixView, isFelt: Bool) {
    let mutated: (output: MutableMatrixView, isFelt: Bool) =
      path.activation == nil
      ? mutatedHeads(sequence, rows: rows, columns: columns, trace: trace)
      : (mutatedHidden(sequence, rows: rows, trace: trace), false)
    clear(zeroPassing, in: mutated.output, from: columns.lowerBound)
    return mutated
  }

  /// Makes units zero in all rows of values that begin with unit `first`; those that are not among them are left out.
  func clear(_ units: [Int], in values: MutableMatrixView, from first: Int = 0) {
    for unit in units where (first..<first + values.columns).contains(unit) {
      for row in 0..<values.rows { values[row, unit - first] = 0 }
    }
  }

  /// sum += change · W[:, columns]ᵀ, W the matrix of the passage.
  private func add(_ change: MatrixView, columns: Range<Int>, rows: Range<Int>) {
    guard let matrix = path.passage?.step.matrix else { return }
    let projection = pass.model.layers[layer][matrix]
    pass.operations.addProduct(rows: rows.count, outputs: projection.rows, inputs: columns.count)
    projection.add(change, columns: columns, to: sum[rows: rows], in: pass.workspace)
    if path.tail.isEmpty { clear(zeroStream, in: residual[rows: rows]) }
  }

  /// Makes a baseline's product in the region's rows the mutant's.
  func apply(_ sequence: MutantSequence, input: MatrixView, toRegion output: MutableMatrixView) {
    if sequence.isAnew {
      sequence.correction?.compute(input: input, intoRegion: output, adding: false, pass: pass)
    } else {
      sequence.correction?.add(input: input, toRegion: output, pass: pass)
    }
  }

  private func subtract(_ values: UnsafePointer<Float>, from target: UnsafeMutablePointer<Float>, count: Int) {
    for index in 0..<count { target[index] -= values[index] }
  }
}
