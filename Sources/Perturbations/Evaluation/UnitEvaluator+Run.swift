import LinearAlgebra
import Transformer

extension UnitEvaluator {
  /// Runs sequences from their mutation to their verdict.
  ///
  /// Where only the first change is asked for, in pieces of growing length: a mutant that has changed leaves.
  func run(
    _ group: [MutantSequence], region: Region, trace: LayerTrace, shifts: inout DirectionSums, pause: () throws -> Void
  ) throws -> [MutantSequence] {
    var sequences = group
    let entry = entry(region)
    entry.fill(&sequences, trace: trace)
    if recording.response { addEntryShifts(of: sequences, entry, trace: trace, to: &shifts) }
    let isEarly = savings.earlyVerdicts && recording.allowsEarlyVerdicts
    var steps = 0..<(isEarly ? UnitEvaluator.firstSteps : generation.stepCount)
    var active = Array(sequences.indices)
    while !active.isEmpty {
      try run(sequences, active: active, steps: steps, region: region, pause: pause)
      judge(&sequences, active: active, steps: steps)
      if recording.direction != .none { addEndShifts(of: sequences, to: &shifts) }
      let end = steps.upperBound
      active = active.filter { sequences[$0].verdict.firstChange == nil && sequences[$0].baseline.stepCount > end }
      steps = end..<UnitEvaluator.growth * end
    }
    return sequences
  }

  /// Steps of the first piece, which has the prompt besides, and how much further each piece goes than the one before.
  private static let firstSteps = 4
  private static let growth = 2

  func entry(_ region: Region) -> MutantEntry {
    let path = path(of: region)
    let zeroPassing = zeroUnits(of: path.passing, layer: region.layer)
    return MutantEntry(
      pass: pass, path: path, layer: region.layer,
      sizes: columnSizes(of: path.passage?.step, layer: region.layer, zero: zeroPassing), residual: entry.view,
      panel: panel, zeroPassing: zeroPassing, zeroStream: zeroUnits(of: path.streamBehind, layer: region.layer))
  }

  /// Sizes of the columns of the matrix through which changes reach the residual stream, 0 for units of its input that
  /// the model has at zero; none without one.
  private func columnSizes(of product: Product?, layer: Int, zero: [Int]) -> [Float] {
    guard let matrix = product?.matrix else { return [] }
    if let passage, passage.layer == layer, passage.matrix == matrix { return passage.sizes }
    var sizes = MutantEntry.columnSizes(of: pass.model.layers[layer][matrix].weight)
    for unit in zero { sizes[unit] = 0 }
    passage = (layer, matrix, sizes)
    return sizes
  }

  /// The positions that choose some steps, and before the first step the prompt.
  private func positions(of sequence: MutantSequence, steps: Range<Int>) -> Range<Int> {
    let baseline = sequence.baseline
    let first = steps.lowerBound == 0 ? 0 : baseline.firstScored + steps.lowerBound
    return first..<min(baseline.firstScored + steps.upperBound, baseline.length)
  }

  /// Brings a piece of the active sequences to the end of the model: the scored rows remain in the panel.
  private func run(
    _ sequences: [MutantSequence], active: [Int], steps: Range<Int>, region: Region, pause: () throws -> Void
  ) rethrows {
    let last = shape.layerCount - 1
    var row = 0
    let spans = active.map { index in
      let sequence = sequences[index]
      let positions = positions(of: sequence, steps: steps)
      let leaving = positions.clamped(to: sequence.positions)
      let start = sequence.entryRow + leaving.lowerBound - sequence.positions.lowerBound
      panel.residual[rows: row..<row + leaving.count].copy(entry[rows: start..<start + leaving.count].reading)
      row += leaving.count
      return Span(
        origin: sequence.origin, positions: positions, firstScored: sequence.baseline.firstScored,
        wholeLength: sequence.baseline.wholeLength)
    }
    let rows = RowSet(spans)
    let resume = path(of: region).resume
    // The second mutations of pairs, where they are of later layers.
    let partners = active.map { index in
      [sequences[index].partner].compactMap { $0 }.filter { $0.region.layer > region.layer }
        .map { MutantHook.Own(correction: $0, isAnew: false) }
    }
    let hook = partners.contains { !$0.isEmpty } ? MutantHook(partners, pass: pass) : nil
    for layer in region.layer...last {
      let first = layer == region.layer ? resume : 0
      guard first < shape.blocks[layer].steps.count else { continue }
      pass.run(
        layer: layer, from: first, rows: rows, onlyScored: layer == last, panel: panel, store: store, hook: hook)
      try pause()
    }
  }

  /// The shifts of sequences at the steps where their mutations enter the residual stream.
  private func addEntryShifts(
    of sequences: [MutantSequence], _ entry: MutantEntry, trace: LayerTrace, to shifts: inout DirectionSums
  ) {
    for sequence in sequences where sequence.correction != nil {
      let scored = sequence.baseline.firstScored..<sequence.baseline.length
      let rows = sequence.entryRows.suffix(scored.count)
      shifts.addEntry(
        entry.residual[rows: rows].reading, less: trace(entry.path.streamBehind, input: sequence.input)[rows: scored],
        mutant: sequence.mutant)
    }
  }

  /// The shifts of whole sequences whose scored rows are in the panel.
  private func addEndShifts(of sequences: [MutantSequence], to shifts: inout DirectionSums) {
    var row = 0
    for sequence in sequences {
      let rows = row..<row + sequence.baseline.stepCount
      row = rows.upperBound
      guard sequence.correction != nil else { continue }
      shifts.addEnd(
        panel.residual[rows: rows].reading, less: sequence.baseline.residual.view.reading, mutant: sequence.mutant)
    }
  }

  // MARK: Verdicts

  /// A scored row of the panel: the step that it chooses, of a sequence.
  private struct ScoredRow {
    let row: Int
    let sequence: Int
    let step: Int
  }

  private func judge(_ sequences: inout [MutantSequence], active: [Int], steps: Range<Int>) {
    var rows: [ScoredRow] = []
    for index in active {
      for step in steps.clamped(to: 0..<sequences[index].baseline.stepCount) {
        rows.append(ScoredRow(row: rows.count, sequence: index, step: step))
      }
    }
    pass.applyFinalNorm(panel, rows: 0..<rows.count)
    if let headScreen {
      judgeLetters(&sequences, rows)
      judge(&sequences, rows, with: headScreen)
    } else {
      judgeByWholeHead(&sequences, rows)
    }
  }

  private func judgeByWholeHead(_ sequences: inout [MutantSequence], _ rows: [ScoredRow]) {
    for start in stride(from: 0, to: rows.count, by: logits.rows) {
      let part = start..<min(start + logits.rows, rows.count)
      pass.logits(ofNormed: panel.normed[rows: part].reading, into: logits[rows: 0..<part.count])
      for row in rows[part] {
        let baseline = sequences[row.sequence].baseline
        sequences[row.sequence].verdict.see(
          logits.view.row(row.row - start), step: row.step, baseline: baseline, sampling: generation.sampling,
          comparing: recording.comparesScores)
        let input = sequences[row.sequence].input
        judgeLetters(of: input, &sequences[row.sequence].verdict, at: row.step) {
          logits.view[row.row - start, Int($0)]
        }
      }
    }
  }

  /// Where the step is the first and the input has choices: the scores of their letters, by their tokens.
  func judgeLetters(of input: Int, _ verdict: inout Verdict, at step: Int, score: (Int32) -> Float) {
    let letters = letters[input]
    guard step == 0, !letters.isEmpty else { return }
    verdict.seeLetters(of: letters.count) { score(letters[$0]) }
  }

  /// The same from the letters' rows of the head alone.
  private func judgeLetters(_ sequences: inout [MutantSequence], _ rows: [ScoredRow]) {
    for row in rows where row.step == 0 {
      let letters = letters[sequences[row.sequence].input]
      guard !letters.isEmpty else { continue }
      let scores = logits[rows: 0..<1][columns: 0..<letters.count]
      pass.logits(ofNormed: panel.normed[rows: row.row..<row.row + 1].reading, tokens: letters, into: scores)
      sequences[row.sequence].verdict.seeLetters(of: letters.count) { scores[0, $0] }
    }
  }

  /// First the choices that may differ from the baseline's, step after step until a mutant changes; then, of the steps
  /// up to there, those that may have the smallest margin.
  private func judge(_ sequences: inout [MutantSequence], _ rows: [ScoredRow], with screen: HeadScreen) {
    let states = panel.normed.view.reading
    let judged = rows.map { row -> (row: ScoredRow, distance: Float, least: Float) in
      let baseline = sequences[row.sequence].baseline
      let distance = screen.distance(of: states.row(row.row), from: baseline, step: row.step)
      return (row, distance, screen.leastMargin(at: distance, baseline: baseline, step: row.step))
    }
    func look(at wanted: [(row: ScoredRow, distance: Float, least: Float)]) {
      let queries = wanted.map {
        HeadScreen.Query(
          row: $0.row.row, input: sequences[$0.row.sequence].input, step: $0.row.step, distance: $0.distance)
      }
      let choices = screen.choices(queries, states: states, baselines: baselines, logits: logits)
      for (choice, (row, _, _)) in zip(choices, wanted) {
        let baseline = sequences[row.sequence].baseline
        sequences[row.sequence].verdict.see(choice, step: row.step, baseline: baseline)
      }
    }
    // Not above 0: a distance that is no number counts too.
    let open = judged.filter { !($0.least > 0) }
    for (_, sameStep) in Dictionary(grouping: open, by: \.row.step).sorted(by: { $0.key < $1.key }) {
      look(at: sameStep.filter { sequences[$0.row.sequence].verdict.firstChange == nil })
    }
    var closed = judged.filter { $0.least > 0 }
    func mayBeSmallest(_ judged: (row: ScoredRow, distance: Float, least: Float)) -> Bool {
      let verdict = sequences[judged.row.sequence].verdict
      return judged.least < verdict.margin && judged.row.step <= verdict.firstChange?.step ?? Int.max
    }
    // The most promising step of each mutant may spare the others.
    let first = Dictionary(grouping: closed.filter(mayBeSmallest), by: \.row.sequence)
      .compactMap { $0.value.min { $0.least < $1.least } }
    look(at: first)
    let seen = Set(first.map(\.row.row))
    closed.removeAll { seen.contains($0.row.row) }
    look(at: closed.filter(mayBeSmallest))
  }
}
