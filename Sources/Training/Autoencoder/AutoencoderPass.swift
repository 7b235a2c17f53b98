import LinearAlgebra

/// Activations that run through an autoencoder, and what came of each of them.
///
/// What comes of an activation does not depend on the others. 2 · features · width operations for each, and as many
/// again for the reconstruction unless features are few.
public final class AutoencoderPass {
  /// Activations that there is room for.
  public let capacity: Int
  let plan: AutoencoderPlan
  let workspace: ProductWorkspace
  /// Scaled activations less the decoder's bias, `[rows, width]`.
  let centered: Matrix
  /// What features are made of, W_enc (x′ − b_dec) + b_enc, `[rows, features]`.
  let sums: Matrix
  /// Features `[rows, features]`; not used where there are lists.
  let codes: Matrix
  /// x′ − x̂′, `[rows, width]`.
  let error: Matrix
  /// The gradient of the reconstruction, `[rows, width]`.
  let slope: Matrix
  /// The gradient of features, `[rows, features]`; not used where there are lists.
  let codeSlope: Matrix
  /// The features of each row where they are few.
  private(set) var lists = FeatureLists()
  /// k where features are listed; nil: they are in `codes`.
  let listed: Int?
  /// Rows of the last run.
  private(set) var rowCount = 0

  /// A pass with room for so many activations; `learning` ones can be differentiated.
  public init(_ plan: AutoencoderPlan, capacity: Int, threads: Int = 1, learning: Bool = false) {
    self.plan = plan
    self.capacity = capacity
    workspace = ProductWorkspace(threads: threads)
    if case .topK(let count) = plan.sparsity, plan.usesLists(count) { listed = count } else { listed = nil }
    centered = Matrix(rows: capacity, columns: plan.width)
    sums = Matrix(rows: capacity, columns: plan.featureCount)
    error = Matrix(rows: capacity, columns: plan.width)
    codes = Matrix(rows: listed == nil ? capacity : 0, columns: plan.featureCount)
    slope = Matrix(rows: learning ? capacity : 0, columns: plan.width)
    codeSlope = Matrix(rows: learning && listed == nil ? capacity : 0, columns: plan.featureCount)
  }

  // MARK: Running

  /// Runs activations as they are in the model, `[rows, width]`.
  public func run(_ autoencoder: Autoencoder, _ activations: MatrixView) {
    precondition(activations.rows <= capacity && activations.columns == plan.width, "activations that fit")
    rowCount = activations.rows
    let (width, bias) = (plan.width, autoencoder.decoderBias.row(0))
    for row in 0..<rowCount {
      let (source, target) = (activations.row(row), centered.view.row(row))
      for place in 0..<width { target[place] = autoencoder.scale * source[place] - bias[place] }
    }
    let rows = 0..<rowCount
    let encoderBias = UnsafeBufferPointer(start: autoencoder.encoderBias.base, count: plan.featureCount)
    sums[rows: rows].assignProduct(
      of: centered[rows: rows].reading, withTransposeOf: WeightView(autoencoder.encoder.reading),
      bias: Array(encoderBias), in: workspace)
    if let listed { list(listed, autoencoder) } else { makeCodes(autoencoder) }
  }

  /// Lists the features of each row, and takes them off.
  private func list(_ count: Int, _ autoencoder: Autoencoder) {
    lists.clear()
    let decoder = autoencoder.decoder
    for row in 0..<rowCount {
      lists.append(largest: count, of: sums.view.row(row), featureCount: plan.featureCount)
      let rest = error.view.row(row)
      rest.update(from: centered.view.row(row), count: plan.width)
      for place in lists[row] {
        Vectors.add(
          decoder.row(Int(lists.features[place])), times: -lists.values[place], to: rest, plan.width)
      }
    }
  }

  private func makeCodes(_ autoencoder: Autoencoder) {
    let thresholds = autoencoder.thresholds
    for row in 0..<rowCount {
      let (source, target) = (sums.view.row(row), codes.view.row(row))
      switch plan.sparsity {
      case .relu: for feature in 0..<plan.featureCount { target[feature] = max(0, source[feature]) }
      case .jumpRelu:
        for feature in 0..<plan.featureCount {
          target[feature] = source[feature] > thresholds[feature] ? source[feature] : 0
        }
      case .topK(let count):
        target.update(repeating: 0, count: plan.featureCount)
        withUnsafeTemporaryAllocation(of: Int32.self, capacity: count) { kept in
          let found = Largest.find(count, of: source, count: plan.featureCount, into: kept)
          for feature in kept[..<found] { target[Int(feature)] = source[Int(feature)] }
        }
      }
    }
    let rows = 0..<rowCount
    error[rows: rows].assignProduct(
      of: codes[rows: rows].reading, withTransposeOf: WeightView(autoencoder.decoder.reading).transposed,
      in: workspace)
    for row in rows {
      let (rest, whole) = (error.view.row(row), centered.view.row(row))
      for place in 0..<plan.width { rest[place] = whole[place] - rest[place] }
    }
  }

  // MARK: What came of them

  /// Calls `body` for each feature of a row that is above 0, ascending.
  public func forEachFeature(_ row: Int, _ body: (_ feature: Int, _ value: Float) -> Void) {
    if listed != nil {
      for place in lists[row] { body(Int(lists.features[place]), lists.values[place]) }
      return
    }
    let values = codes.view.row(row)
    for feature in 0..<plan.featureCount where values[feature] > 0 { body(feature, values[feature]) }
  }

  /// ‖x′ − x̂′‖² of a row, over scale².
  public func squaredError(_ row: Int) -> Double { Vectors.squares(error.view.row(row), plan.width) }

  /// Writes the reconstruction of a row, as activations are in the model, over the activation, `[width]`.
  public func reconstruct(_ row: Int, over activation: UnsafeMutablePointer<Float>, _ autoencoder: Autoencoder) {
    let rest = error.view.row(row)
    for place in 0..<plan.width { activation[place] -= rest[place] / autoencoder.scale }
  }
}
