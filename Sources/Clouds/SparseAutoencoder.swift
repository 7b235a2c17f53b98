import Geometry
import LinearAlgebra

/// A sparse autoencoder: activations x become features f(W (x − s) + b), and each feature a direction.
public struct SparseAutoencoder {
  /// What becomes of a feature's sum W (x − s) + b.
  public enum Activation: Equatable, Sendable {
    /// 0 where it is negative.
    case relu
    /// 0 unless it is one of the token's k largest, and positive; of equal ones the first features count.
    case topK(Int)
    /// 0 unless it is above the feature's threshold, `[features]`, and positive.
    case jumpRelu([Float])

    /// Its name for messages.
    public var name: String {
      switch self {
      case .relu: "ReLU"
      case .topK(let count): "top-\(count)"
      case .jumpRelu: "JumpReLU"
      }
    }
  }

  public let featureCount: Int
  /// Numbers of an activation that it reads.
  public let width: Int
  /// Directions of the features, `[features, width]`.
  public let decoder: PointCloud
  public let activation: Activation
  /// s, `[width]`; nil: nothing is subtracted.
  public let shift: [Float]?
  /// W, `[features, width]`.
  private let encoder: Matrix
  /// b, `[features]`.
  private let bias: [Float]
  private let workspace: ProductWorkspace
  /// Sums of some tokens, `[tokens, features]`.
  private let sums: Matrix
  private let shifted: Matrix

  /// Sums held at a time: 16 MiB.
  private static let panelValues = 1 << 22

  init(
    encoder: Matrix, bias: [Float], shift: [Float]?, decoder: PointCloud, activation: Activation, threads: Int = 1
  ) {
    let (featureCount, width) = (encoder.rows, encoder.columns)
    (self.featureCount, self.width) = (featureCount, width)
    precondition(decoder.count == featureCount && decoder.dimension == width, "a direction for each feature")
    precondition(bias.count == featureCount && shift.map { $0.count == width } ?? true, "biases of these sizes")
    if case .topK(let count) = activation { precondition((1...featureCount).contains(count), "some of the features") }
    if case .jumpRelu(let thresholds) = activation {
      precondition(thresholds.count == featureCount, "for each feature")
    }
    self.encoder = encoder
    self.bias = bias
    self.shift = shift
    self.decoder = decoder
    self.activation = activation
    workspace = ProductWorkspace(threads: threads)
    let tokens = min(512, max(16, SparseAutoencoder.panelValues / featureCount))
    sums = Matrix(rows: tokens, columns: featureCount)
    shifted = Matrix(rows: tokens, columns: width)
  }

  /// Calls `body` for every feature that is above `threshold`, at least 0, on a token of `activations`, `[tokens, width]`: tokens and
  /// features in their order.
  ///
  /// 2 · tokens · features · width operations. What is found for a token does not depend on the others.
  public func forEachFiring(
    _ activations: MatrixView, threshold: Float, _ body: (_ token: Int, _ feature: Int) -> Void
  ) {
    precondition(activations.columns == width && threshold >= 0, "activations of \(width) numbers")
    for start in stride(from: 0, to: activations.rows, by: sums.rows) {
      let tokens = start..<min(start + sums.rows, activations.rows)
      add(activations[rows: tokens])
      for token in tokens {
        let row = UnsafeBufferPointer(start: sums.view.row(token - start), count: featureCount)
        forEach(row, threshold) { body(token, $0) }
      }
    }
  }

  // MARK: Parts

  /// The sums of some tokens, in the first rows of `sums`.
  private func add(_ activations: MatrixView) {
    let rows = 0..<activations.rows
    var input = activations
    if let shift {
      shifted[rows: rows].copy(activations)
      for row in rows {
        let values = shifted.view.row(row)
        for component in 0..<width { values[component] -= shift[component] }
      }
      input = shifted[rows: rows].reading
    }
    sums[rows: rows].assignProduct(
      of: input, withTransposeOf: WeightView(encoder.view.reading), bias: bias, in: workspace)
  }

  private func forEach(_ sums: UnsafeBufferPointer<Float>, _ threshold: Float, _ body: (Int) -> Void) {
    switch activation {
    case .relu: for feature in sums.indices where sums[feature] > threshold { body(feature) }
    case .jumpRelu(let own):
      for feature in sums.indices where sums[feature] > threshold && sums[feature] > own[feature] { body(feature) }
    case .topK(let count):
      let above = sums.indices.filter { sums[$0] > threshold }
      guard above.count > count else { return above.forEach(body) }
      let largest = above.sorted { (sums[$0], $1) > (sums[$1], $0) }.prefix(count)
      largest.sorted().forEach(body)
    }
  }
}
