import LinearAlgebra

/// What the loss of a whole batch is made of, before its gradient is taken.
struct BatchLoss {
  /// What ‖x′ − x̂′‖² is multiplied by in the loss.
  let errorWeight: Double
  /// What the penalty of a feature is multiplied by; 0 for top-k.
  let penaltyWeight: Double
  /// What the squares that dead features leave are multiplied by; 0 without any.
  let auxiliaryWeight: Double
  /// Dead features of top-k, ascending.
  let dead: [Int32]
  /// The lengths of the decoder's rows; empty unless the penalty counts them.
  let lengths: [Float]
}

/// Sums over the activations of a shard.
struct ShardSums {
  /// Σ ‖x′ − x̂′‖².
  var squaredError = 0.0
  /// The sum that sparsity is a penalty on.
  var penalty = 0.0
  /// Σ ‖e − ê‖² of dead features.
  var auxiliary = 0.0
  /// Features that are above 0, of all activations together.
  var active = 0

  static let numberCount = 4

  var numbers: [Double] { [squaredError, penalty, auxiliary, Double(active)] }
}

extension AutoencoderPass {
  /// Adds the gradient of the loss for some rows of the last run to zeros, and returns their sums.
  func addGradient(
    _ rows: Range<Int>, of loss: BatchLoss, _ autoencoder: Autoencoder, to gradient: ParameterValues
  ) -> ShardSums {
    var sums = ShardSums()
    let bias = gradient[AutoencoderPlan.Name.decoderBias].row(0)
    for row in rows {
      sums.squaredError += squaredError(row)
      let (rest, target) = (error.view.row(row), slope.view.row(row))
      let factor = Float(-2 * loss.errorWeight)
      for place in 0..<plan.width {
        target[place] = factor * rest[place]
        bias[place] += target[place]
      }
    }
    if listed != nil {
      addListed(rows, autoencoder, to: gradient, &sums)
    } else {
      addDense(rows, of: loss, autoencoder, to: gradient, &sums)
    }
    if !loss.dead.isEmpty { addAuxiliary(rows, of: loss, autoencoder, to: gradient, &sums) }
    // The encoder reads x′ − b_dec.
    let (encoder, encoderBias) = (autoencoder.encoder, gradient[AutoencoderPlan.Name.encoderBias])
    for feature in 0..<plan.featureCount where encoderBias[feature, 0] != 0 {
      Vectors.add(encoder.row(feature), times: -encoderBias[feature, 0], to: bias, plan.width)
    }
    return sums
  }

  // MARK: Few features

  private func addListed(
    _ rows: Range<Int>, _ autoencoder: Autoencoder, to gradient: ParameterValues, _ sums: inout ShardSums
  ) {
    let (decoder, width) = (autoencoder.decoder, plan.width)
    let (encoderSlope, decoderSlope) = (
      gradient[AutoencoderPlan.Name.encoder], gradient[AutoencoderPlan.Name.decoder]
    )
    let biasSlope = gradient[AutoencoderPlan.Name.encoderBias]
    for row in rows {
      let (output, input) = (slope.view.row(row), centered.view.row(row))
      sums.active += lists[row].count
      for place in lists[row] {
        let feature = Int(lists.features[place])
        let own = Vectors.dot(output, decoder.row(feature), width)
        Vectors.add(output, times: lists.values[place], to: decoderSlope.row(feature), width)
        Vectors.add(input, times: own, to: encoderSlope.row(feature), width)
        biasSlope[feature, 0] += own
      }
    }
  }

  // MARK: Many features

  private func addDense(
    _ rows: Range<Int>, of loss: BatchLoss, _ autoencoder: Autoencoder, to gradient: ParameterValues,
    _ sums: inout ShardSums
  ) {
    let (output, input) = (slope[rows: rows].reading, centered[rows: rows].reading)
    let (features, featureSlope) = (codes[rows: rows], codeSlope[rows: rows])
    featureSlope.assignProduct(of: output, withTransposeOf: WeightView(autoencoder.decoder.reading), in: workspace)
    if case .jumpRelu(_, let bandwidth) = plan.sparsity {
      addThresholds(rows, of: loss, autoencoder, bandwidth: bandwidth, to: gradient)
    }
    addPenalty(rows, of: loss, autoencoder, to: gradient, &sums)
    let biasSlope = gradient[AutoencoderPlan.Name.encoderBias]
    for row in 0..<rows.count {
      let (values, own) = (features.row(row), featureSlope.row(row))
      for feature in 0..<plan.featureCount {
        own[feature] = values[feature] > 0 ? own[feature] : 0
        biasSlope.base[feature] += own[feature]
        sums.active += values[feature] > 0 ? 1 : 0
      }
    }
    gradient[AutoencoderPlan.Name.decoder].addOuterProducts(of: features.reading, with: output, in: workspace)
    gradient[AutoencoderPlan.Name.encoder].addOuterProducts(of: featureSlope.reading, with: input, in: workspace)
  }

  /// Adds what the penalty does to features and directions; `codeSlope` has the gradient of features without it.
  private func addPenalty(
    _ rows: Range<Int>, of loss: BatchLoss, _ autoencoder: Autoencoder, to gradient: ParameterValues,
    _ sums: inout ShardSums
  ) {
    switch plan.sparsity {
    case .topK: return
    case .jumpRelu:
      for row in rows { forEachFeature(row) { _, _ in sums.penalty += 1 } }
    case .relu:
      var totals = [Float](repeating: 0, count: plan.featureCount)
      let weight = Float(loss.penaltyWeight)
      for row in rows {
        let (values, own) = (codes.view.row(row), codeSlope.view.row(row))
        var penalty = 0.0
        for feature in 0..<plan.featureCount where values[feature] > 0 {
          penalty += Double(values[feature] * loss.lengths[feature])
          totals[feature] += values[feature]
          own[feature] += weight * loss.lengths[feature]
        }
        sums.penalty += penalty
      }
      let (decoder, target) = (autoencoder.decoder, gradient[AutoencoderPlan.Name.decoder])
      for feature in 0..<plan.featureCount where totals[feature] > 0 {
        Vectors.add(
          decoder.row(feature), times: weight * totals[feature] / loss.lengths[feature], to: target.row(feature),
          plan.width)
      }
    }
  }

  /// Adds the gradient of the logarithms of thresholds, as arXiv 2407.14435 estimates it (equations 11 and 12).
  private func addThresholds(
    _ rows: Range<Int>, of loss: BatchLoss, _ autoencoder: Autoencoder, bandwidth: Double, to gradient: ParameterValues
  ) {
    let target = gradient[AutoencoderPlan.Name.logThreshold]
    let (width, penalty) = (Float(bandwidth), Float(loss.penaltyWeight))
    let thresholds = autoencoder.thresholds
    var slopes = [Float](repeating: 0, count: plan.featureCount)
    for row in rows {
      let (values, own) = (sums.view.row(row), codeSlope.view.row(row))
      for feature in 0..<plan.featureCount where abs(values[feature] - thresholds[feature]) < width / 2 {
        slopes[feature] -= (thresholds[feature] * own[feature] + penalty) / width
      }
    }
    for feature in 0..<plan.featureCount { target[feature, 0] += thresholds[feature] * slopes[feature] }
  }

  // MARK: Dead features

  /// Adds the gradient by which dead features learn to explain the error, which itself is not differentiated: of each
  /// activation the largest of them, half as many as an activation has numbers.
  private func addAuxiliary(
    _ rows: Range<Int>, of loss: BatchLoss, _ autoencoder: Autoencoder, to gradient: ParameterValues,
    _ sums: inout ShardSums
  ) {
    let (dead, width) = (loss.dead, plan.width)
    let directions = Matrix(rows: dead.count, columns: width)
    for (place, feature) in dead.enumerated() {
      directions.view.row(place).update(from: autoencoder.decoder.row(Int(feature)), count: width)
    }
    let values = deadValues(rows, dead)
    let rest = Matrix(rows: rows.count, columns: width)
    rest.view.assignProduct(
      of: values.view.reading, withTransposeOf: WeightView(directions.view.reading).transposed, in: workspace)
    let factor = Float(-2 * loss.auxiliaryWeight)
    for (place, row) in rows.enumerated() {
      let (guess, whole) = (rest.view.row(place), error.view.row(row))
      for column in 0..<width { guess[column] = whole[column] - guess[column] }
      sums.auxiliary += Vectors.squares(guess, width)
      for column in 0..<width { guess[column] *= factor }
    }
    let slopes = Matrix(rows: rows.count, columns: dead.count)
    slopes.view.assignProduct(
      of: rest.view.reading, withTransposeOf: WeightView(directions.view.reading), in: workspace)
    let (learning, featureSlope) = (values.view.base, slopes.view.base)
    for place in 0..<rows.count * dead.count where learning[place] <= 0 { featureSlope[place] = 0 }
    scatter(values, rest.view.reading, dead, to: gradient[AutoencoderPlan.Name.decoder])
    scatter(slopes, centered[rows: rows].reading, dead, to: gradient[AutoencoderPlan.Name.encoder])
    let bias = gradient[AutoencoderPlan.Name.encoderBias]
    for row in 0..<rows.count {
      for (place, feature) in dead.enumerated() { bias[Int(feature), 0] += featureSlope[row * dead.count + place] }
    }
  }

  /// The values of dead features that learn, `[rows, dead]`; those of others are 0.
  private func deadValues(_ rows: Range<Int>, _ dead: [Int32]) -> Matrix {
    let (values, most) = (Matrix(rows: rows.count, columns: dead.count), plan.width / 2)
    for (place, row) in rows.enumerated() {
      let (source, target) = (sums.view.row(row), values.view.row(place))
      for (index, feature) in dead.enumerated() { target[index] = max(0, source[Int(feature)]) }
      guard dead.count > most else { continue }
      withUnsafeTemporaryAllocation(of: Int32.self, capacity: max(most, 1)) { kept in
        let found = Largest.find(most, of: target, count: dead.count, into: kept)
        var next = 0
        for index in 0..<dead.count {
          if next < found, kept[next] == index { next += 1 } else { target[index] = 0 }
        }
      }
    }
    return values
  }

  /// Adds leftᵀ · right to the rows of some features.
  private func scatter(_ left: Matrix, _ right: MatrixView, _ features: [Int32], to target: MutableMatrixView) {
    let sums = Matrix(rows: features.count, columns: right.columns)
    sums.view.addOuterProducts(of: left.view.reading, with: right, in: workspace)
    for (place, feature) in features.enumerated() {
      Vectors.add(sums.view.row(place), times: 1, to: target.row(Int(feature)), right.columns)
    }
  }
}
