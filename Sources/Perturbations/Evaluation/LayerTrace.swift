import LinearAlgebra
import Transformer

/// What the baseline computes in one layer, as far as the mutants of one of its matrices need it.
final class LayerTrace {
  enum Part {
    /// Input of the mutated matrix, and what it makes of it, before rotation for q and k.
    case input, output
    /// Rotated queries and keys, values, and the output of the heads.
    case query, key, value, attended
    /// gate and up, and silu(gate) · up.
    case gate, up, hidden
    /// The residual stream that enters the layer, with attention's output, and at the end of the layer.
    case entering, middle, end
  }

  private let parts: [Part: Matrix]
  /// First row of each input among the rows of all of them.
  private let offsets: [Int: Range<Int>]

  fileprivate init(parts: [Part: Matrix], rows: [Int: Range<Int>]) {
    self.parts = parts
    offsets = rows
  }

  /// A part on one input, a row a position.
  func callAsFunction(_ part: Part, input: Int) -> MatrixView {
    guard let matrix = parts[part], let rows = offsets[input] else { preconditionFailure("the part has been traced") }
    return matrix[rows: rows].reading
  }

  /// Parts that mutants of a matrix need.
  fileprivate static func parts(for matrix: WeightMatrix) -> [Part] {
    switch matrix {
    case .q, .k, .v: [.input, .output, .query, .key, .value, .attended, .entering, .middle]
    case .o: [.input, .entering, .middle]
    case .gate, .up: [.input, .gate, .up, .hidden, .middle, .end]
    case .down: [.input, .middle, .end]
    }
  }

  /// Floats of a position.
  static func width(of matrix: WeightMatrix, configuration: LlamaConfiguration) -> Int {
    let shape = configuration.shape(of: matrix)
    return parts(for: matrix).reduce(0) { sum, part in
      switch part {
      case .input: sum + shape.columns
      case .output: sum + shape.rows
      case .query, .attended: sum + configuration.queryWidth
      case .key, .value: sum + configuration.keyValueWidth
      case .gate, .up, .hidden: sum + configuration.intermediateSize
      case .entering, .middle, .end: sum + configuration.hiddenSize
      }
    }
  }
}

/// Follows the baseline through the layers and traces the one at hand.
///
/// Between layers only the residual stream is kept, and moving to a later layer costs just the layers between. Units
/// come in ascending order of layers, so a screen passes each layer about once.
final class BaselineTrace {
  /// Floats of a trace of all inputs that is kept for the next units; a larger one is made anew for some inputs at a
  /// time.
  static let keptCount = 1 << 24

  private let pass: ForwardPass
  private let baselines: [Baseline]
  private let panel: Panel
  private let rows: [Range<Int>]
  /// The residual stream that enters `layer`, `[positions of all inputs, hidden]`.
  private let entering: Matrix
  private var layer = -1
  private var last: (layer: Int, matrix: WeightMatrix, inputs: Range<Int>, trace: LayerTrace)?

  /// `panel` is used while a trace is made, and has room for the longest input.
  init(pass: ForwardPass, baselines: [Baseline], panel: Panel) {
    self.pass = pass
    self.baselines = baselines
    self.panel = panel
    var count = 0
    rows = baselines.map { baseline in
      defer { count += baseline.length }
      return count..<count + baseline.length
    }
    entering = Matrix(rows: count, columns: pass.configuration.hiddenSize)
  }

  /// The trace of a layer for the mutants of one of its matrices, on `inputs` at least.
  func trace(layer wanted: Int, matrix: WeightMatrix, inputs: Range<Int>) -> LayerTrace {
    let width = LayerTrace.width(of: matrix, configuration: pass.configuration)
    let inputs = entering.rows * width <= BaselineTrace.keptCount ? baselines.indices : inputs
    if let last, last.layer == wanted, last.matrix == matrix, last.inputs == inputs { return last.trace }
    last = nil
    advance(to: wanted)
    let trace = make(matrix, inputs: inputs)
    last = (wanted, matrix, inputs, trace)
    return trace
  }

  private func advance(to wanted: Int) {
    if layer < 0 || wanted < layer {
      for index in baselines.indices {
        pass.embed(baselines[index].sequence, into: entering[rows: rows[index]])
      }
      layer = 0
    }
    while layer < wanted {
      forEachPart(of: baselines.indices) { part in
        run(part)
        entering[rows: part].copy(panel.residual[rows: 0..<part.count].reading)
      }
      layer += 1
    }
  }

  private func make(_ matrix: WeightMatrix, inputs: Range<Int>) -> LayerTrace {
    let start = inputs.isEmpty ? 0 : rows[inputs.lowerBound].lowerBound
    let count = inputs.isEmpty ? 0 : rows[inputs.upperBound - 1].upperBound - start
    let recorder = Recorder(matrix: matrix, rowCount: count)
    forEachPart(of: inputs) { part in
      recorder.first = part.lowerBound - start
      recorder.keep(.entering, entering[rows: part].reading)
      run(part, observer: recorder)
      let done = 0..<part.count
      recorder.keep(.query, panel.query[rows: done].reading)
      recorder.keep(.key, panel.key[rows: done].reading)
      recorder.keep(.value, panel.value[rows: done].reading)
      recorder.keep(.hidden, panel.gate[rows: done].reading)
    }
    let own = inputs.map { ($0, rows[$0].lowerBound - start..<rows[$0].upperBound - start) }
    return LayerTrace(parts: recorder.parts, rows: Dictionary(uniqueKeysWithValues: own))
  }

  /// Runs the layer on rows of `entering`, whole inputs; the panel holds its activations then.
  private func run(_ part: Range<Int>, observer: (any ProductObserver)? = nil) {
    let inputs = baselines.indices.filter { part.contains(rows[$0].lowerBound) }
    let set = RowSet(lengths: inputs.map { baselines[$0].length }, firstScored: inputs.map { _ in 0 })
    panel.residual[rows: 0..<part.count].copy(entering[rows: part].reading)
    let store = KeyValueStore(
      configuration: pass.configuration, rows: part.count, layers: layer..<layer + 1, kept: true)
    pass.run(layer: layer, rows: set, panel: panel, store: store, observer: observer)
  }

  /// Calls `body` with rows of whole inputs that the panel has room for.
  private func forEachPart(of inputs: Range<Int>, _ body: (Range<Int>) -> Void) {
    var first = inputs.lowerBound
    while first < inputs.upperBound {
      var end = first + 1
      while end < inputs.upperBound, rows[end].upperBound - rows[first].lowerBound <= panel.capacity { end += 1 }
      body(rows[first].lowerBound..<rows[end - 1].upperBound)
      first = end
    }
  }

  /// Copies what passes by and is wanted.
  private final class Recorder: ProductObserver {
    let matrix: WeightMatrix
    private let rowCount: Int
    private let wanted: [LayerTrace.Part]
    private(set) var parts: [LayerTrace.Part: Matrix] = [:]
    /// Row of the trace at which the present rows begin.
    var first = 0

    init(matrix: WeightMatrix, rowCount: Int) {
      self.matrix = matrix
      self.rowCount = rowCount
      wanted = LayerTrace.parts(for: matrix)
    }

    func keep(_ part: LayerTrace.Part, _ rows: MatrixView) {
      guard wanted.contains(part) else { return }
      let target = parts[part] ?? Matrix(rows: rowCount, columns: rows.columns)
      target[rows: first..<first + rows.rows].copy(rows)
      parts[part] = target
    }

    func observe(_ matrix: WeightMatrix, layer: Int, input: MatrixView, output: MutableMatrixView) {
      if matrix == self.matrix {
        keep(.input, input)
        keep(.output, output.reading)
      }
      switch matrix {
      case .o:
        keep(.attended, input)
        keep(.middle, output.reading)
      case .gate: keep(.gate, output.reading)
      case .up: keep(.up, output.reading)
      case .down: keep(.end, output.reading)
      case .q, .k, .v: break
      }
    }
  }
}
