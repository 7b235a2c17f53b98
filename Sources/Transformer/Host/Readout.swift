import CKernels
import LinearAlgebra
import Weights

/// The end of a model: a norm of the residual stream, and the head that makes logits of it, of tokens or of classes,
/// which may be capped.
public struct Readout: Sendable {
  /// The norm of the residual stream behind the last block.
  public let norm: Norm
  /// The name of the head, such as `lm_head`.
  public let name: String
  /// Whether the head has the weights of the embedding.
  public var isTied: Bool
  /// Whether the head adds a bias.
  public let hasBias: Bool
  /// The names of the classes that the head chooses among; none where it chooses tokens.
  public let classNames: [String]
  /// Logits become cap · tanh(logit / cap); nil: they stay as they are.
  public let cap: Float?

  /// A readout whose head is the tensor `name.weight`, `[vocabulary, hidden]` or `[classes, hidden]`, or the embedding
  /// where it is tied, and whose bias, if any, is `name.bias`.
  public init(
    norm: Norm, head name: String, isTied: Bool, hasBias: Bool = false, cap: Float? = nil, classNames: [String] = []
  ) {
    precondition(cap.map { $0 > 0 } ?? true, "a cap is positive")
    self.norm = norm
    self.name = name
    self.isTied = isTied
    self.hasBias = hasBias
    self.cap = cap
    self.classNames = classNames
  }

  var headName: String { name + ".weight" }
  var headBiasName: String { name + ".bias" }

  /// Caps logits in place, where there is a cap.
  func limit(_ logits: MutableMatrixView) {
    guard let cap else { return }
    for row in 0..<logits.rows {
      let values = logits.row(row)
      for column in 0..<logits.columns { values[column] /= cap }
      locus_tanh(values, values, logits.columns)
      for column in 0..<logits.columns { values[column] *= cap }
    }
  }

  /// Multiplies derivatives by capped logits with the slopes of the cap there, which makes them those by logits as they
  /// were, or the other way; both are `[rows, vocabulary]`.
  func differentiateLimit(_ derivatives: MutableMatrixView, at logits: MatrixView) {
    guard let cap else { return }
    for row in 0..<logits.rows {
      let (derivatives, values) = (derivatives.row(row), logits.row(row))
      for column in 0..<logits.columns {
        let share = values[column] / cap
        derivatives[column] *= 1 - share * share
      }
    }
  }
}

extension HostShape {
  /// Floats of logits at a time, 16 MiB.
  private static let logitCapacity = 1 << 22
  /// Rows of logits at a time however many tokens there are: so many that the head's weights, which are unpacked anew
  /// for them, cost little beside their product.
  private static let leastLogitRows = 128

  /// Of so many rows, those whose logits a pass holds at a time: `logitRows(of:) · vocabularyCount` floats.
  public func logitRows(of rows: Int) -> Int {
    max(1, min(rows, max(HostShape.leastLogitRows, HostShape.logitCapacity / vocabularyCount)))
  }
}

extension ForwardPass {
  /// Applies the final norm to some of the panel's rows after the last layer; the result is in the same rows of
  /// `panel.normed`.
  public func applyFinalNorm(_ panel: Panel, rows: Range<Int>) {
    let norm = shape.readout.norm
    norm.forward(panel[norm.input][rows: rows].reading, model.finalNorm, into: panel[norm.output][rows: rows])
  }

  /// Logits `[rows, vocabulary]` of normed rows `[rows, hidden]`.
  public func logits(ofNormed rows: MatrixView, into logits: MutableMatrixView) {
    operations.addHead(rows: rows.rows, outputs: model.head.rows, inputs: model.head.columns)
    model.head.multiply(rows, into: logits, in: workspace)
    shape.readout.limit(logits)
  }

  /// Logits `[rows, tokens]` of normed rows for some tokens: the very numbers that the whole head gives for them.
  public func logits(ofNormed rows: MatrixView, tokens: some Collection<Int32>, into logits: MutableMatrixView) {
    let head = model.head
    operations.addHead(rows: rows.rows, outputs: tokens.count, inputs: head.columns)
    let bias = head.bias.map { bias in tokens.map { bias[Int($0)] } }
    head.withGathered(rows: tokens) {
      logits.assignProduct(of: rows, withTransposeOf: $0, bias: bias, in: workspace)
    }
    shape.readout.limit(logits)
  }
}

extension Projection {
  /// Calls `body` with some rows of a matrix in one piece, in the number format of the file.
  fileprivate func withGathered(rows numbers: some Collection<Int32>, _ body: (WeightView) -> Void) {
    guard let view, !view.isTransposed else { preconditionFailure("a head lies in one piece") }
    let rowBytes = view.format.byteCount(of: view.columns)
    withUnsafeTemporaryAllocation(byteCount: max(1, numbers.count * rowBytes), alignment: 64) { gathered in
      guard let base = gathered.baseAddress else { return }
      for (place, number) in numbers.enumerated() {
        precondition(number >= 0 && number < view.rows, "a token of the vocabulary")
        (base + place * rowBytes).copyMemory(from: view.base + Int(number) * rowBytes, byteCount: rowBytes)
      }
      body(
        WeightView(
          base: base, format: view.format, rows: numbers.count, columns: view.columns, stride: view.columns))
    }
  }
}
