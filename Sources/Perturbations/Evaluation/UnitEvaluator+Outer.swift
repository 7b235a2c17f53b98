import LinearAlgebra
import Transformer

/// Mutants of the embedding and of the head, which are of no layer.
///
/// A mutant of the embedding is run from the first position on whose token has a mutated row; where there is none, its
/// residual stream is the baseline's. A mutant of the head has the baseline's stream in any case, and other logits of
/// the mutated rows alone. What has both is where they are one matrix.
extension UnitEvaluator {
  /// The phenotypes of a unit of such mutants, whose null mutant goes the ways of its mutants on each input.
  func evaluateOuter(_ unit: Unit, _ mutations: [Mutation], pause: () throws -> Void) throws -> Phenotypes {
    var phenotypes = emptyPhenotypes(of: mutations.count)
    let mutator = try mutator(of: mutations[0].region)
    phenotypes.value = mutations.map { mutator.value(of: $0.kind) }
    let mutants = mutations.map { outerRows(of: $0, mutator) }
    var shifts = DirectionSums(
      mutationCount: mutations.count, hiddenSize: shape.hiddenSize, keepingEntry: recording.response)
    var continuations =
      recording.decodes(shape)
      ? MutantContinuations(panel: panel, generation: generation, limit: decodedSequences) : nil

    func finish(_ sequences: [OuterSequence]) throws {
      for sequence in sequences {
        guard sequence.mutant < mutations.count else {
          try checkNull(sequence.verdict, baseline: sequence.baseline, unit: unit)
          continue
        }
        phenotypes.record(sequence.verdict, mutant: sequence.mutant, input: sequence.input)
        collect(sequence, into: &continuations, phenotypes: &phenotypes)
      }
    }
    var moved: [OuterSequence] = []
    var rows = 0
    for (input, baseline) in baselines.enumerated() {
      let unmutated = baselineVerdict(input)
      for sequence in sequences(of: mutants, input: input) {
        guard sequence.begin != nil else {
          var sequence = sequence
          if sequence.outer.isOfHead { judgeUnmoved(&sequence) } else { sequence.verdict = unmutated }
          try finish([sequence])
          continue
        }
        if rows + baseline.length > panel.capacity {
          try finish(try runMoved(moved, nullMutant: mutations.count, shifts: &shifts, pause: pause))
          (moved, rows) = ([], 0)
        }
        moved.append(sequence)
        moved[moved.count - 1].origin = rows
        rows += baseline.length
      }
    }
    try finish(try runMoved(moved, nullMutant: mutations.count, shifts: &shifts, pause: pause))
    continuations?.decode(into: &phenotypes)
    record(shifts, in: &phenotypes)
    return phenotypes
  }

  // MARK: Mutants

  private func outerRows(of mutation: Mutation, _ mutator: RegionMutator) -> OuterRows {
    let (region, new) = (mutation.region, mutator.newWeights(mutation))
    return outerRows(region) { rows, weights in weights[columns: region.columns].copy(new[rows: rows].reading) }
  }

  private func outerRows(
    _ region: Region, change: @escaping (_ rows: Range<Int>, _ weights: MutableMatrixView) -> Void
  ) -> OuterRows {
    OuterRows(
      region.rows, isOfEmbedding: region.matrix == .embedding,
      isOfHead: region.matrix == .head || shape.tiedHead, change: change)
  }

  /// All mutants of a unit and the null mutant on one input.
  private func sequences(of mutants: [OuterRows], input: Int) -> [OuterSequence] {
    let baseline = baselines[input]
    let tokens = baseline.sequence.tokens
    let keepsBefore = baseline.store != nil && recording.keepsEveryLayer(of: shape)
    let begins = mutants.map { outer in
      tokens.firstIndex(where: outer.embeds).map { keepsBefore ? min($0, baseline.firstScored) : 0 }
    }
    let first = mutants[0]
    let null = OuterRows(first.rows, isOfEmbedding: first.isOfEmbedding, isOfHead: first.isOfHead) { _, _ in }
    return zip(mutants + [null], begins + [begins.compactMap { $0 }.min()]).enumerated().map { mutant, own in
      OuterSequence(mutant: mutant, input: input, baseline: baseline, outer: own.0, begin: own.1)
    }
  }

  // MARK: Running

  /// Runs mutants whose residual streams are others to their verdicts; the store has their keys and values then.
  private func runMoved(
    _ group: [OuterSequence], nullMutant: Int, shifts: inout DirectionSums, pause: () throws -> Void
  ) throws -> [OuterSequence] {
    var sequences = group
    guard !sequences.isEmpty else { return [] }
    var row = 0
    let spans = sequences.map { sequence in
      let rows = panel.residual[rows: row..<row + sequence.positions.count]
      row += sequence.positions.count
      begin(sequence, in: rows)
      if recording.response, sequence.mutant != nullMutant { addEntryShift(of: sequence, rows, to: &shifts) }
      return Span(
        origin: sequence.origin, positions: sequence.positions, firstScored: sequence.baseline.firstScored,
        wholeLength: sequence.baseline.wholeLength)
    }
    let (rows, last) = (RowSet(spans), shape.layerCount - 1)
    for layer in 0...last {
      pass.run(layer: layer, rows: rows, onlyScored: layer == last, panel: panel, store: store)
      try pause()
    }
    if recording.direction != .none {
      for (sequence, own) in zip(sequences, rows.scoredRanges) where sequence.mutant != nullMutant {
        shifts.addEnd(
          panel.residual[rows: own].reading, less: sequence.baseline.residual.view.reading, mutant: sequence.mutant)
      }
    }
    pass.applyFinalNorm(panel, rows: 0..<rows.scored.count)
    judgeMoved(&sequences, rows.scoredRanges)
    return sequences
  }

  /// Puts what a sequence begins with into rows, and the keys and values of the positions before into the store.
  private func begin(_ sequence: OuterSequence, in rows: MutableMatrixView) {
    let positions = sequence.positions
    let tokens = Array(sequence.baseline.sequence.tokens[positions])
    pass.embed(tokens, at: positions.map(Int32.init), into: rows, as: sequence.outer)
    let before = 0..<positions.lowerBound
    guard !before.isEmpty, let own = sequence.baseline.store else { return }
    for layer in 0..<shape.layerCount {
      store.store(
        key: own.keys(layer: layer, rows: before), value: own.values(layer: layer, rows: before), layer: layer,
        from: sequence.origin)
    }
  }

  /// The shift of the embeddings at the scored positions.
  private func addEntryShift(of sequence: OuterSequence, _ rows: MutableMatrixView, to shifts: inout DirectionSums) {
    let scored = sequence.scored
    let own = Matrix(rows: scored.count, columns: shape.hiddenSize)
    pass.embed(Array(sequence.baseline.sequence.tokens[scored]), at: scored.map(Int32.init), into: own.view)
    shifts.addEntry(
      rows[rows: rows.rows - scored.count..<rows.rows].reading, less: own.view.reading, mutant: sequence.mutant)
  }

  // MARK: Verdicts

  /// What is said of a mutant that changes nothing.
  private func baselineVerdict(_ input: Int) -> Verdict {
    let baseline = baselines[input]
    var verdict = Verdict()
    for step in 0..<baseline.stepCount { see(baseline.logits.view, step, step: step, input: input, &verdict) }
    return verdict
  }

  /// Judges a mutant of the head alone, whose states are the baseline's.
  private func judgeUnmoved(_ sequence: inout OuterSequence) {
    let baseline = sequence.baseline
    for start in stride(from: 0, to: baseline.stepCount, by: logits.rows) {
      let part = start..<min(start + logits.rows, baseline.stepCount)
      let scores = logits[rows: 0..<part.count]
      scores.copy(baseline.logits[rows: part].reading)
      pass.remakeLogits(ofNormed: baseline.normed[rows: part].reading, in: scores, as: sequence.outer)
      for step in part { see(scores, step - start, step: step, input: sequence.input, &sequence.verdict) }
    }
  }

  /// Judges sequences whose scored rows are in the panel, normed.
  private func judgeMoved(_ sequences: inout [OuterSequence], _ ranges: [Range<Int>]) {
    let count = ranges.last?.upperBound ?? 0
    for start in stride(from: 0, to: count, by: logits.rows) {
      let part = start..<min(start + logits.rows, count)
      pass.logits(ofNormed: panel.normed[rows: part].reading, into: logits[rows: 0..<part.count])
      for (index, range) in ranges.enumerated() where range.overlaps(part) {
        let own = range.clamped(to: part)
        let scores = logits[rows: own.lowerBound - start..<own.upperBound - start]
        pass.remakeLogits(ofNormed: panel.normed[rows: own].reading, in: scores, as: sequences[index].outer)
        for row in own {
          see(
            scores, row - own.lowerBound, step: row - range.lowerBound, input: sequences[index].input,
            &sequences[index].verdict)
        }
      }
    }
  }

  /// Takes in the logits of a step, a row of `scores`.
  private func see(_ scores: MutableMatrixView, _ row: Int, step: Int, input: Int, _ verdict: inout Verdict) {
    verdict.see(
      scores.row(row), step: step, baseline: baselines[input], sampling: generation.sampling,
      comparing: recording.comparesScores)
    judgeLetters(of: input, &verdict, at: step) { scores[row, Int($0)] }
  }

  // MARK: Texts

  /// Sets a non-silent mutant down for decoding, from its first change on. Keys and values before it are in the store
  /// where the mutant was run, otherwise the baseline's.
  private func collect(
    _ sequence: OuterSequence, into continuations: inout MutantContinuations?, phenotypes: inout Phenotypes
  ) {
    guard let change = sequence.verdict.firstChange, let own = sequence.baseline.store else { return }
    let count = sequence.baseline.promptCount + change.step
    let (source, first) = sequence.begin == nil ? (own, 0) : (store, sequence.origin)
    continuations?.add(sequence, step: change.step, choice: change.choice) { target, origin in
      let rows = first..<first + count
      for layer in 0..<shape.layerCount {
        target.store(
          key: source.keys(layer: layer, rows: rows), value: source.values(layer: layer, rows: rows), layer: layer,
          from: origin)
      }
    }
    if continuations?.isFull == true { continuations?.decode(into: &phenotypes) }
  }
}
