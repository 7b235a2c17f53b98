import Geometry
import LinearAlgebra

/// A sparse autoencoder: activations x, normalized, become features f(W (x − s) + b), and each feature a direction.
public struct SparseAutoencoder {
  /// How many features it has.
  public let featureCount: Int
  /// Numbers of an activation that it reads.
  public let width: Int
  /// Directions of the features, `[features, width]`.
  public let decoder: PointCloud
  /// The function f that makes sums into features.
  public let activation: Activation
  /// What is done to an activation x before it is read.
  public let normalization: InputNormalization
  /// The vector s that is subtracted from an activation, `[width]`; nil: nothing is subtracted.
  public let shift: [Float]?
  /// The encoder's weights W, `[features, width]`.
  private let encoder: Matrix
  /// The encoder's bias b, `[features]`.
  private let bias: [Float]
  /// What sums are multiplied by to find a token's largest, `[features]`; nil: 1.
  private let ranking: [Float]?
  /// Whatever a person may want to know of how the file was understood, a sentence each.
  public internal(set) var notices: [String] = []
  private let workspace: ProductWorkspace
  /// Sums of some tokens, `[tokens, features]`.
  private let sums: Matrix
  private let shifted: Matrix

  /// Sums held at a time: 16 MiB.
  private static let panelValues = 1 << 22

  init(
    encoder: Matrix, bias: [Float], shift: [Float]?, decoder: PointCloud, activation: Activation,
    normalization: InputNormalization = .none, ranking: [Float]? = nil, threads: Int = 1
  ) {
    let (featureCount, width) = (encoder.rows, encoder.columns)
    (self.featureCount, self.width) = (featureCount, width)
    precondition(decoder.count == featureCount && decoder.dimension == width, "a direction for each feature")
    precondition(bias.count == featureCount && shift.map { $0.count == width } ?? true, "biases of these sizes")
    precondition(ranking.map { $0.count == featureCount } ?? true, "a factor for each feature")
    precondition(activation.fits(featureCount), "an activation of so many features")
    self.encoder = encoder
    self.bias = bias
    self.shift = shift
    self.decoder = decoder
    self.activation = activation
    self.normalization = normalization
    self.ranking = ranking
    workspace = ProductWorkspace(threads: threads)
    let tokens = min(512, max(16, SparseAutoencoder.panelValues / featureCount))
    sums = Matrix(rows: tokens, columns: featureCount)
    shifted = Matrix(rows: tokens, columns: width)
  }

  /// Calls `body` for every feature that is above `threshold`, at least 0, on a token of `activations`, `[tokens,
  /// width]`: tokens and features in their order.
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
        activation.forEach(row, above: threshold, ranking: ranking) { body(token, $0) }
      }
    }
  }

  // MARK: Parts

  /// The sums of some tokens, in the first rows of `sums`.
  private func add(_ activations: MatrixView) {
    let rows = 0..<activations.rows
    var input = activations
    if shift != nil || normalization != .none {
      shifted[rows: rows].copy(activations)
      for row in rows {
        let values = UnsafeMutableBufferPointer(start: shifted.view.row(row), count: width)
        normalization.apply(values)
        if let shift { for component in 0..<width { values[component] -= shift[component] } }
      }
      input = shifted[rows: rows].reading
    }
    sums[rows: rows].assignProduct(
      of: input, withTransposeOf: WeightView(encoder.view.reading), bias: bias, in: workspace)
  }
}
