import LinearAlgebra
import Weights

/// The end of a model: a norm of the residual stream, and the language-model head that makes logits of it.
public struct Readout: Sendable {
  /// The norm of the residual stream behind the last block.
  public let norm: Norm
  /// The name of the head, such as `lm_head`.
  public let name: String
  /// Whether the head has the weights of the embedding.
  public var isTied: Bool

  /// A readout whose head is the tensor `name.weight`, `[vocabulary, hidden]`, or the embedding where it is tied.
  public init(norm: Norm, head name: String, isTied: Bool) {
    self.norm = norm
    self.name = name
    self.isTied = isTied
  }

  var headName: String { name + ".weight" }
}

extension ForwardPass {
  /// Applies the final norm to some of the panel's rows after the last layer; the result is in the same rows of
  /// `panel.normed`.
  public func applyFinalNorm(_ panel: Panel, rows: Range<Int>) {
    let norm = shape.readout.norm
    norm.forward(panel[norm.input][rows: rows].reading, gain: model.finalNorm, into: panel[norm.output][rows: rows])
  }

  /// Logits `[rows, vocabulary]` of normed rows `[rows, hidden]`.
  public func logits(ofNormed rows: MatrixView, into logits: MutableMatrixView) {
    operations.addHead(rows: rows.rows, outputs: model.head.rows, inputs: model.head.columns)
    model.head.multiply(rows, into: logits, in: workspace)
  }

  /// Logits `[rows, tokens]` of normed rows for some tokens: the very numbers that the whole head gives for them.
  public func logits(ofNormed rows: MatrixView, tokens: some Collection<Int32>, into logits: MutableMatrixView) {
    let head = model.head.view
    let rowBytes = head.format.byteCount(of: head.columns)
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
}
