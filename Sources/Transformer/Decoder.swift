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
  /// Called after `matrix` of `layer` has been applied to `input`. For o and down `output` is the residual stream with the
  /// product added; for the others it is the product. Where the last layer is trimmed, q onwards see the kept rows only.
  func observe(_ matrix: WeightMatrix, layer: Int, input: MatrixView, output: MutableMatrixView)
}

/// The forward pass of a model over panels of rows, block by block.
public struct Decoder {
  public let model: Model
  /// Positions that the rotary tables cover.
  public let positionCount: Int
  let rotary: RotaryTables
  let attentionScratch: Matrix
  /// What products work in.
  public let workspace: ProductWorkspace
  /// What this decoder and its copies have done.
  public let operations = OperationCount()

  public var configuration: LlamaConfiguration { model.configuration }

  /// A decoder for sequences of at most `positionCount` tokens, whose products `threads` threads share.
  public init(model: Model, positionCount: Int, threads: Int = 1) {
    precondition(positionCount > 0, "a sequence has at least one token")
    self.model = model
    self.positionCount = positionCount
    workspace = ProductWorkspace(threads: threads)
    rotary = RotaryTables(configuration: model.configuration, positionCount: positionCount)
    attentionScratch = Matrix(
      rows: 1, columns: locus_attention_scratch_count(positionCount, model.configuration.headSize))
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
  /// Keys and values go to the store, which holds those of earlier positions already. With `trimming`, only the kept rows go
  /// beyond keys and values, and the panel holds just those afterwards; a stage later than `start` finds the panel so already.
  public func run(
    layer index: Int, from stage: Stage = .start, rows: RowSet, trimming: Bool = false, panel: Panel,
    store: KeyValueStore, observer: (any ProductObserver)? = nil
  ) {
    precondition(rows.count <= panel.capacity, "the panel has room for the rows")
    let layer = model.layers[index]
    let all = 0..<rows.count
    let queries = 0..<(trimming ? rows.kept.count : rows.count)
    func project(
      _ matrix: WeightMatrix, _ input: Matrix, into output: Matrix, _ range: Range<Int>, adding: Bool = false
    ) {
      let projection = layer[matrix]
      let inputView = input[rows: range].reading
      let outputView = output[rows: range]
      operations.addProduct(rows: range.count, outputs: projection.rows, inputs: projection.columns)
      projection.multiply(inputView, into: outputView, adding: adding, in: workspace)
      observer?.observe(matrix, layer: index, input: inputView, output: outputView)
    }

    if stage <= .start {
      normalize(panel.residual[rows: all], gain: layer.attentionNorm, into: panel.normed[rows: all])
      project(.k, panel.normed, into: panel.key, all)
      project(.v, panel.normed, into: panel.value, all)
      if trimming {
        compact(panel.residual, to: rows.kept)
        compact(panel.normed, to: rows.kept)
      }
      project(.q, panel.normed, into: panel.query, queries)
      rotate(panel.query[rows: queries], at: trimming ? rows.keptPositions : rows.positions)
      rotate(panel.key[rows: all], at: rows.positions)
      attend(layer: index, rows: rows, trimming: trimming, panel: panel, store: store)
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
  public func finish(_ panel: Panel, rows: Range<Int>) {
    normalize(panel.residual[rows: rows], gain: model.finalNorm, into: panel.normed[rows: rows])
  }

  /// Logits `[rows, vocabulary]` of finished rows `[rows, hidden]`.
  public func logits(ofFinished rows: MatrixView, into logits: MutableMatrixView) {
    operations.addHead(rows: rows.rows, outputs: model.head.rows, inputs: model.head.columns)
    model.head.multiply(rows, into: logits, in: workspace)
  }

  /// Logits of some of the panel's rows after the last layer.
  public func logits(of panel: Panel, rows: Range<Int>, into logits: MutableMatrixView) {
    finish(panel, rows: rows)
    self.logits(ofFinished: panel.normed[rows: rows].reading, into: logits)
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

  /// Moves the kept rows to the front; they are ascending, so none is overwritten before it has moved.
  private func compact(_ matrix: Matrix, to kept: [Int]) {
    for (target, source) in kept.enumerated() where target != source {
      matrix.view.row(target).update(from: matrix.view.row(source), count: matrix.columns)
    }
  }
}
