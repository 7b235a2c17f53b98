import LinearAlgebra
import Transformer

extension UnitEvaluator {
  /// Runs the sequences of a panel, a mutant each or the null mutant where there is no correction, from the mutated matrix to
  /// the end. The kept rows of the residual stream remain in the panel. Calls `pause` after every layer.
  func run(
    _ corrections: [RegionCorrection?], region: Region, baseline: Baseline, trace: LayerTrace, pause: () throws -> Void
  ) rethrows {
    let rows = RowSet(length: baseline.length, firstKept: baseline.firstKept, copies: corrections.count)
    let last = configuration.layerCount - 1
    let resumed = ResumedPanel(
      panel: panel, region: region, rows: rows, isLast: region.layer == last, baseline: baseline, trace: trace)
    resumed.fill()
    resumed.correct(corrections)
    let attention = SequenceAttention(rows: rows, trimmedLayer: last)
    for layer in region.layer...last {
      decoder.run(
        layer: layer, from: layer == region.layer ? resumed.stage : .start, rows: rows, trimming: layer == last,
        panel: panel, context: attention)
      try pause()
    }
  }
}

/// A panel of mutants in the state right behind the mutated matrix: the baseline's, but for each mutant's correction.
private struct ResumedPanel {
  /// Rows of a panel's buffer: the positions that they stand for, and where each sequence has them.
  private struct Place {
    let positions: Range<Int>
    let sequences: [Range<Int>]
  }

  let panel: Panel
  let region: Region
  let stage: Stage
  private let trace: LayerTrace
  /// Rows of queries and what follows them; in the last layer only the kept ones.
  private let queries: Place
  /// Rows of keys and values: all of them.
  private let keys: Place

  init(panel: Panel, region: Region, rows: RowSet, isLast: Bool, baseline: Baseline, trace: LayerTrace) {
    self.panel = panel
    self.region = region
    self.trace = trace
    keys = Place(positions: 0..<baseline.length, sequences: rows.sequences)
    queries =
      isLast ? Place(positions: baseline.firstKept..<baseline.length, sequences: rows.keptSequences) : keys
    switch region.matrix {
    case .q, .k, .v: stage = .projected
    case .o: stage = .attended
    case .gate, .up: stage = .gated
    case .down: stage = .end
    }
  }

  /// Copies to every sequence what the stage finds in the panel.
  func fill() {
    switch stage {
    case .start: preconditionFailure("nothing is mutated before the first matrix")
    case .projected:
      copy(trace.residual.view.reading, to: panel.residual.view, queries)
      for matrix in [WeightMatrix.q, .k, .v] { copyOutput(of: matrix) }
    case .attended: copyOutput(of: .o)
    case .gated: for matrix in [WeightMatrix.o, .gate, .up] { copyOutput(of: matrix) }
    case .end: copyOutput(of: .down)
    }
  }

  /// Adds each mutant's correction to the output of the mutated matrix.
  func correct(_ corrections: [RegionCorrection?]) {
    let place = place(of: region.matrix)
    let input = trace.input(of: region.matrix)[rows: place.positions]
    let output = output(of: region.matrix)
    for (sequence, correction) in corrections.enumerated() {
      correction?.add(input: input, to: output[rows: place.sequences[sequence]])
    }
  }

  // MARK: Parts

  private func copyOutput(of matrix: WeightMatrix) {
    copy(trace.output(of: matrix), to: output(of: matrix), place(of: matrix))
  }

  private func copy(_ source: MatrixView, to target: MutableMatrixView, _ place: Place) {
    let rows = source[rows: place.positions]
    for range in place.sequences { target[rows: range].copy(rows) }
  }

  private func place(of matrix: WeightMatrix) -> Place { matrix == .k || matrix == .v ? keys : queries }

  /// Where the panel has the output of a matrix.
  private func output(of matrix: WeightMatrix) -> MutableMatrixView {
    switch matrix {
    case .q: panel.query.view
    case .k: panel.keys[region.layer].view
    case .v: panel.values[region.layer].view
    case .o, .down: panel.residual.view
    case .gate: panel.gate.view
    case .up: panel.up.view
    }
  }
}
