import CKernels
import LinearAlgebra
import Weights

/// Where in a block to go on: everything before it is in the panel already.
public enum Stage: Int, Comparable, Sendable {
  /// The residual stream enters the block.
  case start
  /// q, k and v are projected, not yet rotated.
  case projected
  /// The residual stream has attention's output.
  case attended
  /// gate and up are projected; the residual stream has attention's output.
  case gated
  /// The residual stream leaves the block.
  case end

  public static func < (one: Stage, other: Stage) -> Bool { one.rawValue < other.rawValue }
}

/// Attention over keys and values that the caller keeps.
public protocol AttentionContext {
  /// Takes in the rotated keys and values `[rows, keyValueWidth]` of a layer, then fills `output` `[queries, queryWidth]`.
  func attend(
    layer: Int, query: MatrixView, key: MatrixView, value: MatrixView, output: MutableMatrixView, decoder: Decoder)
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
  /// What this decoder and its copies have done.
  public let operations = OperationCount()

  public var configuration: LlamaConfiguration { model.configuration }

  /// A decoder for sequences of at most `positionCount` tokens.
  public init(model: Model, positionCount: Int) {
    precondition(positionCount > 0, "a sequence has at least one token")
    self.model = model
    self.positionCount = positionCount
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
  /// With `trimming`, only the rows `rows.kept` go beyond keys and values, and the panel holds just those afterwards;
  /// a stage later than `start` finds the panel so already.
  public func run(
    layer index: Int, from stage: Stage = .start, rows: RowSet, trimming: Bool = false, panel: Panel,
    context: some AttentionContext, observer: (any ProductObserver)? = nil
  ) {
    precondition(rows.count <= panel.capacity, "the panel has room for the rows")
    let layer = model.layers[index]
    let all = 0..<rows.count
    let queries = 0..<(trimming ? rows.kept.count : rows.count)
    func project(
      _ matrix: WeightMatrix, _ input: Matrix, into output: Matrix, _ range: Range<Int>, adding: Bool = false
    ) {
      let inputView = input[rows: range].reading
      let outputView = output[rows: range]
      operations.addProduct(rows: range.count, layer[matrix])
      layer[matrix].multiply(inputView, into: outputView, adding: adding, strip: panel.strip.view)
      observer?.observe(matrix, layer: index, input: inputView, output: outputView)
    }

    if stage <= .start {
      normalize(panel.residual[rows: all], gain: layer.attentionNorm, into: panel.normed[rows: all])
      project(.k, panel.normed, into: panel.keys[index], all)
      project(.v, panel.normed, into: panel.values[index], all)
      if trimming {
        compact(panel.residual, to: rows.kept)
        compact(panel.normed, to: rows.kept)
      }
      project(.q, panel.normed, into: panel.query, queries)
    }
    if stage <= .projected {
      rotate(panel.query[rows: queries], at: trimming ? rows.keptPositions : rows.positions)
      rotate(panel.keys[index][rows: all], at: rows.positions)
      context.attend(
        layer: index, query: panel.query[rows: queries].reading, key: panel.keys[index][rows: all].reading,
        value: panel.values[index][rows: all].reading, output: panel.attended[rows: queries], decoder: self)
      project(.o, panel.attended, into: panel.residual, queries, adding: true)
    }
    if stage <= .attended {
      normalize(panel.residual[rows: queries], gain: layer.feedForwardNorm, into: panel.normed[rows: queries])
      project(.gate, panel.normed, into: panel.gate, queries)
      project(.up, panel.normed, into: panel.up, queries)
    }
    if stage <= .gated {
      locus_gated_product(panel.gate.view.base, panel.up.view.base, queries.count * configuration.intermediateSize)
      project(.down, panel.gate, into: panel.residual, queries, adding: true)
    }
  }

  /// Logits `[rows, vocabulary]` of `residual` `[rows, hidden]`; `normed` is scratch of the same shape as `residual`.
  public func logits(
    of residual: MatrixView, normed: MutableMatrixView, strip: MutableMatrixView, into logits: MutableMatrixView
  ) {
    normalize(residual, gain: model.finalNorm, into: normed)
    operations.addHead(rows: residual.rows, model.head)
    model.head.multiply(normed.reading, into: logits, strip: strip)
  }

  /// Logits of some of the panel's rows after the last layer.
  public func logits(of panel: Panel, rows: Range<Int>, into logits: MutableMatrixView) {
    self.logits(
      of: panel.residual[rows: rows].reading, normed: panel.normed[rows: rows], strip: panel.strip.view, into: logits)
  }

  // MARK: Parts

  private func normalize(_ input: MatrixView, gain: [Float], into output: MutableMatrixView) {
    locus_rms_norm(
      input.base, input.stride, gain, configuration.normEpsilon, output.base, output.stride, input.rows, input.columns)
  }

  private func normalize(_ input: MutableMatrixView, gain: [Float], into output: MutableMatrixView) {
    normalize(input.reading, gain: gain, into: output)
  }

  private func rotate(_ rows: MutableMatrixView, at positions: [Int32]) {
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
