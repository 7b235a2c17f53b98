import CKernels
import LinearAlgebra
import Weights

/// Where in a block to go on: everything before it is in the panel already.
public enum Stage: Int, Comparable, Sendable {
  /// The residual stream enters the block.
  case start
  /// The residual stream has attention's output.
  case attended
  /// The residual stream leaves the block.
  case end

  public static func < (one: Stage, other: Stage) -> Bool { one.rawValue < other.rawValue }
}

/// Sees, and may edit, every matrix product of a block.
public protocol ProductObserver {
  /// Called before the product of `matrix`, o or down, is added to the residual stream in `output`.
  func expect(_ matrix: WeightMatrix, layer: Int, output: MatrixView)
  /// Called after `matrix` of `layer` has been applied to `input`. For o and down `output` is the residual stream with
  /// the product added; for the others it is the product. Where the last layer is trimmed, q onwards see the scored
  /// rows only.
  func observe(_ matrix: WeightMatrix, layer: Int, input: MatrixView, output: MutableMatrixView)
}

extension ProductObserver {
  public func expect(_ matrix: WeightMatrix, layer: Int, output: MatrixView) {}
}

/// The forward pass of a model over panels of rows, block by block.
public struct ForwardPass {
  /// The model whose pass it is.
  public let model: Model
  /// Positions that the rotary tables cover.
  public let positionCount: Int
  let rotary: RotaryTables
  let attentionScratch: Matrix
  /// What products work in.
  public let workspace: ProductWorkspace
  /// What this decoder and its copies have done.
  public let operations = OperationCount()
  private let quantizedHead: QuantizedHead.Shared

  /// The sizes and constants of the model.
  public var configuration: LlamaConfiguration { model.configuration }

  /// A decoder for sequences of at most `positionCount` tokens, whose products `threads` threads share.
  ///
  /// Greedy choices go through a `QuantizedHead`, provided that the processor and the weights allow one, where
  /// `quantizingHead`; nil: where that pays for the model's shape. Choices are the same with and without.
  public init(model: Model, positionCount: Int, threads: Int = 1, quantizingHead: Bool? = nil) {
    precondition(positionCount > 0, "a sequence has at least one token")
    self.model = model
    self.positionCount = positionCount
    workspace = ProductWorkspace(threads: threads)
    rotary = RotaryTables(configuration: model.configuration, positionCount: positionCount)
    attentionScratch = Matrix(
      rows: 1, columns: locus_attention_scratch_count(positionCount, model.configuration.headSize))
    let isWanted = quantizingHead ?? QuantizedHead.pays(for: model.configuration)
    quantizedHead = QuantizedHead.Shared { isWanted ? QuantizedHead(head: model.head, threads: threads) : nil }
  }

  // MARK: The pass

  /// Puts the embeddings of `tokens` into the first rows of `residual`.
  public func embed(_ tokens: [Int32], into residual: MutableMatrixView) {
    precondition(tokens.count <= residual.rows, "the panel has a row for each token")
    for (row, token) in tokens.enumerated() {
      precondition(token >= 0 && token < configuration.vocabularyCount, "a token of the vocabulary")
      model.embedding.widen(rows: Int(token)..<Int(token) + 1, into: residual.row(row))
    }
  }

  /// Runs block `layer` on the first rows of the panel, from `stage` on; the residual stream holds its output then.
  ///
  /// Keys and values go to the store, which holds those of earlier positions already. With `onlyScored`, only the
  /// scored rows go beyond keys and values, and the panel holds just those afterwards; a stage later than `start` finds
  /// the panel so already.
  public func run(
    layer index: Int, from stage: Stage = .start, rows: RowSet, onlyScored: Bool = false, panel: Panel,
    store: KeyValueStore, observer: (any ProductObserver)? = nil
  ) {
    precondition(rows.count <= panel.capacity, "the panel has room for the rows")
    let layer = model.layers[index]
    let all = 0..<rows.count
    let queries = 0..<(onlyScored ? rows.scored.count : rows.count)
    func project(
      _ matrix: WeightMatrix, _ input: Matrix, into output: Matrix, _ range: Range<Int>, adding: Bool = false
    ) {
      let projection = layer[matrix]
      let inputView = input[rows: range].reading
      let outputView = output[rows: range]
      operations.addProduct(rows: range.count, outputs: projection.rows, inputs: projection.columns)
      if adding { observer?.expect(matrix, layer: index, output: outputView.reading) }
      projection.multiply(inputView, into: outputView, adding: adding, in: workspace)
      observer?.observe(matrix, layer: index, input: inputView, output: outputView)
    }

    if stage <= .start {
      normalize(panel.residual[rows: all], gain: layer.attentionNorm, into: panel.normed[rows: all])
      project(.k, panel.normed, into: panel.key, all)
      project(.v, panel.normed, into: panel.value, all)
      if onlyScored {
        compact(panel.residual, to: rows.scored)
        compact(panel.normed, to: rows.scored)
      }
      project(.q, panel.normed, into: panel.query, queries)
      rotate(panel.query[rows: queries], at: onlyScored ? rows.scoredPositions : rows.positions)
      rotate(panel.key[rows: all], at: rows.positions)
      attend(layer: index, rows: rows, onlyScored: onlyScored, panel: panel, store: store)
      project(.o, panel.attended, into: panel.residual, queries, adding: true)
    }
    if stage <= .attended {
      normalize(panel.residual[rows: queries], gain: layer.feedForwardNorm, into: panel.normed[rows: queries])
      project(.gate, panel.normed, into: panel.gate, queries)
      project(.up, panel.normed, into: panel.up, queries)
      locus_gated_product(panel.gate.view.base, panel.up.view.base, queries.count * configuration.intermediateSize)
      project(.down, panel.gate, into: panel.residual, queries, adding: true)
    }
  }

  /// The final norm of some of the panel's rows after the last layer, in the same rows of `panel.normed`.
  public func applyFinalNorm(_ panel: Panel, rows: Range<Int>) {
    normalize(panel.residual[rows: rows], gain: model.finalNorm, into: panel.normed[rows: rows])
  }

  /// Logits `[rows, vocabulary]` of normed rows `[rows, hidden]`.
  public func logits(ofNormed rows: MatrixView, into logits: MutableMatrixView) {
    operations.addHead(rows: rows.rows, outputs: model.head.rows, inputs: model.head.columns)
    model.head.multiply(rows, into: logits, in: workspace)
  }

  /// Logits `[rows, tokens]` of normed rows for some tokens: the very numbers that the whole head gives for them.
  public func logits(ofNormed rows: MatrixView, tokens: some Collection<Int32>, into logits: MutableMatrixView) {
    let head = model.head.view
    let rowBytes = head.columns * head.format.byteCount
    operations.addHead(rows: rows.rows, outputs: tokens.count, inputs: head.columns)
    withUnsafeTemporaryAllocation(byteCount: max(1, tokens.count * rowBytes), alignment: 64) { gathered in
      guard let base = gathered.baseAddress else { return }
      for (place, token) in tokens.enumerated() {
        precondition(token >= 0 && token < head.rows, "a token of the vocabulary")
        (base + place * rowBytes).copyMemory(from: head.base + Int(token) * rowBytes, byteCount: rowBytes)
      }
      let weights = WeightView(
        base: base, format: head.format, rows: tokens.count, columns: head.columns, stride: head.columns)
      logits.assignProduct(of: rows, withTransposeOf: weights, in: workspace)
    }
  }

  // MARK: Greedy choices

  /// Bytes that greedy choices take in a model of this shape.
  public static func choiceBytes(configuration: LlamaConfiguration, threads: Int) -> Int {
    QuantizedHead.byteCount(for: configuration, threads: threads)
  }

  /// Whether greedy choices go through the quantized head.
  public var quantizesHead: Bool { quantizedHead.head != nil }

  /// What `Sampling.greedy` chooses for normed rows `[rows, hidden]`, bit for bit as from all their logits.
  ///
  /// `logits` is scratch `[any, vocabulary]`; it bounds how many rows meet the whole head together.
  public func greedyChoices(ofNormed rows: MatrixView, logits: Matrix) -> [Sampling.Choice] {
    guard let head = quantizedHead.head else { return choicesByWholeHead(rows, logits: logits) }
    var choices = Array(repeating: Sampling.Choice(token: 0, margin: .nan), count: rows.rows)
    var open: [Int] = []
    head.findCandidates(rows) { row, candidates in
      guard let candidates else { return open.append(row) }
      let scores = logits[rows: 0..<1][columns: 0..<candidates.count]
      self.logits(ofNormed: rows[rows: row..<row + 1], tokens: candidates, into: scores)
      let choice = Sampling.greedy.choose(scores.base, noise: nil, vocabularyCount: candidates.count)
      choices[row] = Sampling.Choice(token: candidates[Int(choice.token)], margin: choice.margin)
    }
    guard !open.isEmpty else { return choices }
    let left = Matrix(rows: open.count, columns: rows.columns)
    for (place, row) in open.enumerated() { left.view.row(place).update(from: rows.row(row), count: rows.columns) }
    for (row, choice) in zip(open, choicesByWholeHead(left.view.reading, logits: logits)) { choices[row] = choice }
    return choices
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

  // MARK: Parts

  private func normalize(_ input: MatrixView, gain: [Float], into output: MutableMatrixView) {
    locus_rms_norm(
      input.base, input.stride, gain, configuration.normEpsilon, output.base, output.stride, input.rows, input.columns)
  }

  private func normalize(_ input: MutableMatrixView, gain: [Float], into output: MutableMatrixView) {
    normalize(input.reading, gain: gain, into: output)
  }

  /// Rotates the heads in `rows`, all or some of a row's queries or keys.
  public func rotate(_ rows: MutableMatrixView, at positions: [Int32]) {
    precondition(positions.count == rows.rows, "a position for each row")
    let headSize = configuration.headSize
    let heads = rows.columns / headSize
    switch configuration.rowOrder {
    case .halfSplit:
      locus_rotate_half_split(
        rows.base, rows.stride, positions, rotary.cosine, rotary.sine, rows.rows, heads, headSize)
    case .interleaved:
      locus_rotate_interleaved(
        rows.base, rows.stride, positions, rotary.cosine, rotary.sine, rows.rows, heads, headSize)
    }
  }

  /// Moves the scored rows to the front; they are ascending, so none is overwritten before it has moved.
  private func compact(_ matrix: Matrix, to scored: [Int]) {
    for (target, source) in scored.enumerated() where target != source {
      matrix.view.row(target).update(from: matrix.view.row(source), count: matrix.columns)
    }
  }
}
