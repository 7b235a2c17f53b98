import CKernels
import LinearAlgebra
import Weights

/// The forward pass of a model over panels of rows, block by block.
public struct ForwardPass {
  /// The model that is run.
  public let model: Model
  /// The number of positions that the rotary tables cover: no sequence may be longer.
  public let positionCount: Int
  /// A table for each kind of rotation that the model has.
  private let rotary: [RotaryTables]
  let attentionScratch: Matrix
  /// The memory that products pack their weights into.
  public let workspace: ProductWorkspace
  /// What this pass and its copies have done.
  public let operations = OperationCount()
  private let quantizedHead: QuantizedHead.Shared

  /// The shape of the model.
  public var shape: HostShape { model.shape }

  /// A pass for sequences of at most `positionCount` tokens, whose products `threads` threads share.
  ///
  /// Greedy choices go through a `QuantizedHead`, provided that the processor and the weights allow one, where
  /// `quantizingHead`; nil: where that pays for the model's shape. Choices are the same with and without. A model whose
  /// logits are capped has none: its choices are those of the whole head.
  public init(model: Model, positionCount: Int, threads: Int = 1, quantizingHead: Bool? = nil) {
    precondition(positionCount > 0, "a sequence has at least one token")
    self.model = model
    self.positionCount = positionCount
    workspace = ProductWorkspace(threads: threads)
    let steps = model.shape.blocks.lazy.flatMap(\.steps)
    rotary = ForwardPass.tables(of: steps.lazy.compactMap { $0 as? Rotation }, positionCount: positionCount)
    let headSize = steps.compactMap { ($0 as? Attention)?.headSize }.max() ?? 1
    attentionScratch = Matrix(rows: 1, columns: locus_attention_scratch_count(positionCount, headSize))
    // Logits that a cap has rounded together may tie where those before it do not.
    let isWanted = model.shape.readout.cap == nil && (quantizingHead ?? QuantizedHead.pays(for: model.shape))
    quantizedHead = QuantizedHead.Shared { isWanted ? QuantizedHead(head: model.head, threads: threads) : nil }
  }

  private static func tables(of rotations: some Sequence<Rotation>, positionCount: Int) -> [RotaryTables] {
    var tables: [RotaryTables] = []
    for rotation in rotations
    where !tables.contains(where: { $0.rotary == rotation.rotary && $0.headSize == rotation.rotated }) {
      tables.append(
        RotaryTables(rotary: rotation.rotary, headSize: rotation.rotated, positionCount: positionCount))
    }
    return tables
  }

  // MARK: The pass

  /// Runs block `layer` on the first rows of the panel, from its step `first` on, up to step `end` if there is one; the
  /// residual stream holds the block's output then, or what it has so far.
  ///
  /// Keys and values go to the store, which holds those of earlier positions already. With `onlyScored`, only the
  /// scored rows go beyond keys and values, and the panel holds just those afterwards; a first step behind the
  /// gathering of these rows finds the panel so already. The hook is called at the places that it names, and units that
  /// the model has at zero become zero.
  public func run(
    layer: Int, from first: Int = 0, before end: Int? = nil, rows: RowSet, onlyScored: Bool = false, panel: Panel,
    store: KeyValueStore, hook: (any Hook)? = nil
  ) {
    run(
      layer: layer, from: first, before: end, rows: rows, onlyScored: onlyScored, panel: panel, store: store,
      hook: hook, keeping: nil)
  }

  /// Runs a block as above; each value goes to `values`, if there are any, when the hook has seen it.
  func run(
    layer: Int, from first: Int = 0, before end: Int? = nil, rows: RowSet, onlyScored: Bool = false, panel: Panel,
    store: KeyValueStore, hook: (any Hook)?, keeping values: LayerValues?
  ) {
    precondition(rows.count <= panel.capacity, "the panel has room for the rows")
    let block = shape.blocks[layer]
    var work = BlockWork(
      pass: self, layer: layer, block: block, weights: model.layers[layer], rows: rows, panel: panel, store: store)
    let hooked = HookedPlaces(hook, zero: model.zeroUnits, block, layer: layer)
    if first == 0 { hooked?.enter(work) }
    values?.keepEntering(work)
    for index in first..<(end ?? block.steps.count) {
      if onlyScored {
        if index == block.firstScored { for slot in block.compacted { compact(panel[slot], to: rows.scored) } }
        work.isScoredOnly = !block.isWhole[index]
      }
      hooked?.expect(index, work)
      block.steps[index].forward(work, at: index)
      hooked?.show(index, work)
      values?.keep(index, work)
    }
  }

  /// Moves the scored rows to the front; they are ascending, so none is overwritten before it has moved.
  private func compact(_ matrix: Matrix, to scored: [Int]) {
    for (target, source) in scored.enumerated() where target != source {
      matrix.view.row(target).update(from: matrix.view.row(source), count: matrix.columns)
    }
  }

  /// The tables of a rotation's angles.
  func tables(of rotation: Rotation) -> RotaryTables {
    guard let tables = rotary.first(where: { $0.rotary == rotation.rotary && $0.headSize == rotation.rotated }) else {
      preconditionFailure("a rotation of the model")
    }
    return tables
  }

  // MARK: Greedy choices

  /// Bytes that greedy choices take in a model of this shape.
  public static func choiceBytes(shape: HostShape, threads: Int) -> Int {
    QuantizedHead.byteCount(for: shape, threads: threads)
  }

  /// Whether greedy choices go through the quantized head.
  public var quantizesHead: Bool { quantizedHead.head != nil }

  /// What `Sampling.greedy` chooses for normed rows `[rows, hidden]`, bit for bit as from all their logits.
  ///
  /// `logits` is scratch `[any, vocabulary]`; it bounds how many rows meet the whole head together.
  public func greedyChoices(ofNormed rows: MatrixView, logits: Matrix) -> [Sampling.Choice] {
    guard let head = quantizedHead.head else { return choicesByWholeHead(rows, logits: logits) }
    var choices = Array(repeating: Sampling.Choice(token: 0, margin: .nan), count: rows.rows)
    // Coarsely first; what that leaves open finely; what is open still by the whole head.
    var open = Array(0..<rows.rows)
    for isFine in [false, true] where !open.isEmpty {
      let looked = open
      open = []
      head.findCandidates(gather(looked, of: rows), isFine: isFine) { place, candidates in
        let row = looked[place]
        guard let candidates else { return open.append(row) }
        let scores = logits[rows: 0..<1][columns: 0..<candidates.count]
        self.logits(ofNormed: rows[rows: row..<row + 1], tokens: candidates, into: scores)
        let choice = Sampling.greedy.choose(scores.base, noise: nil, vocabularyCount: candidates.count)
        choices[row] = Sampling.Choice(token: candidates[Int(choice.token)], margin: choice.margin)
      }
    }
    guard !open.isEmpty else { return choices }
    for (row, choice) in zip(open, choicesByWholeHead(gather(open, of: rows), logits: logits)) { choices[row] = choice }
    return choices
  }

  /// Some rows of a matrix, ascending; the matrix itself where that is all of them.
  private func gather(_ wanted: [Int], of rows: MatrixView) -> MatrixView {
    guard wanted.count < rows.rows else { return rows }
    let gathered = Matrix(rows: wanted.count, columns: rows.columns)
    for (place, row) in wanted.enumerated() {
      gathered.view.row(place).update(from: rows.row(row), count: rows.columns)
    }
    return gathered.view.reading
  }

  private func choicesByWholeHead(_ rows: MatrixView, logits: Matrix) -> [Sampling.Choice] {
    var choices: [Sampling.Choice] = []
    for start in stride(from: 0, to: rows.rows, by: logits.rows) {
      let part = start..<min(start + logits.rows, rows.rows)
      let scores = logits[rows: 0..<part.count]
      self.logits(ofNormed: rows[rows: part], into: scores)
      choices += (0..<part.count).map {
        Sampling.greedy.choose(scores.row($0), noise: nil, vocabularyCount: scores.columns)
      }
    }
    return choices
  }
}
