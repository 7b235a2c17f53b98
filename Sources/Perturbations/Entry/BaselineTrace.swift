import LinearAlgebra
import Transformer

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
  private var last: (layer: Int, place: Int, isWhole: Bool, inputs: Range<Int>, trace: LayerTrace)?

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
    entering = Matrix(rows: count, columns: pass.shape.hiddenSize)
  }

  /// The trace of a layer for the mutants of one of its matrices, whose changes take this path, on `inputs` at least.
  func trace(layer wanted: Int, path: ThinPath, inputs: Range<Int>) -> LayerTrace {
    let inputs = entering.rows * path.width <= BaselineTrace.keptCount ? baselines.indices : inputs
    if let last, last.layer == wanted, last.place == path.index, last.isWhole == path.isWhole, last.inputs == inputs {
      return last.trace
    }
    last = nil
    advance(to: wanted)
    let trace = make(path, inputs: inputs)
    last = (wanted, path.index, path.isWhole, inputs, trace)
    return trace
  }

  private func advance(to wanted: Int) {
    if layer < 0 || wanted < layer {
      for index in baselines.indices {
        pass.embed([baselines[index].sequence], into: entering[rows: rows[index]])
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

  private func make(_ path: ThinPath, inputs: Range<Int>) -> LayerTrace {
    let start = inputs.isEmpty ? 0 : rows[inputs.lowerBound].lowerBound
    let count = inputs.isEmpty ? 0 : rows[inputs.upperBound - 1].upperBound - start
    let recorder = Recorder(path, rowCount: count)
    forEachPart(of: inputs) { part in
      recorder.first = part.lowerBound - start
      run(part, hook: recorder)
    }
    let own = inputs.map { ($0, rows[$0].lowerBound - start..<rows[$0].upperBound - start) }
    return LayerTrace(values: recorder.values, rows: Dictionary(uniqueKeysWithValues: own))
  }

  /// Runs the layer on rows of `entering`, whole inputs; the panel holds its activations then.
  private func run(_ part: Range<Int>, hook: (any Hook)? = nil) {
    let inputs = baselines.indices.filter { part.contains(rows[$0].lowerBound) }
    let set = RowSet(
      lengths: inputs.map { baselines[$0].length }, firstScored: inputs.map { _ in 0 },
      wholeLengths: inputs.map { baselines[$0].wholeLength })
    panel.residual[rows: 0..<part.count].copy(entering[rows: part].reading)
    let store = KeyValueStore(
      shape: pass.shape, rows: part.count, layers: layer..<layer + 1, kept: true)
    pass.run(layer: layer, rows: set, panel: panel, store: store, hook: hook)
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

  /// Copies what the trace keeps.
  private final class Recorder: Hook {
    private let rowCount: Int
    private let wanted: Set<Place>
    private(set) var values: [Block.Value: Matrix] = [:]
    /// Row of the trace at which the present rows begin.
    var first = 0

    init(_ path: ThinPath, rowCount: Int) {
      self.rowCount = rowCount
      wanted = Set(path.values.map(Place.value))
    }

    func places(ofLayer layer: Int) -> Set<Place> { wanted }

    func visit(_ visit: Visit) {
      guard case .value(let value) = visit.place else { return }
      let target = values[value] ?? Matrix(rows: rowCount, columns: visit.values.columns)
      target[rows: first..<first + visit.values.rows].copy(visit.values.reading)
      values[value] = target
    }
  }
}
