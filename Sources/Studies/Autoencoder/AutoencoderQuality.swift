import LinearAlgebra
import Training
import Transformer

/// How good autoencoders are on held-out activations, beside what untrained ones, principal components, zeros and the
/// mean are worth.
struct AutoencoderQuality {
  /// What is known of one autoencoder.
  struct Score {
    /// Σ‖x − x̂‖² over the sum of squared deviations from the held-out mean.
    let unexplained: Double
    /// The mean number of features above 0.
    let active: Double
    /// The share of activations on which each feature is above 0, `[features]`.
    let firing: [Double]
    /// The cross-entropy of the model with reconstructions in place.
    let crossEntropy: Double

    /// Features that are never above 0.
    var silentCount: Int { firing.count { $0 == 0 } }
  }

  /// The scores of trained autoencoders, in their order.
  let trained: [Score]
  /// The scores of the same before training.
  let untrained: [Score]
  /// The cross-entropy of the model as it is.
  let model: Double
  /// The cross-entropy with zeros in place of activations.
  let zero: Double
  /// The cross-entropy with the mean of the learned activations in their place.
  let mean: Double
  /// The number of held-out activations.
  let count: Int
  /// What the first so many principal components of the learned activations leave unexplained of the held-out ones,
  /// from none up; empty where they are too wide.
  let components: [Double]

  private static let passRows = 512

  init(
    trained: [Autoencoder], untrained: [Autoencoder], _ site: ActivationSite, _ moments: ActivationMoments,
    _ texts: [TextSet]
  ) throws {
    let all = trained + untrained
    let held = try HeldSums(all, site, moments, texts.rows, passRows: Self.passRows)
    let contents: [Splice.Content?] =
      [nil, .zero, .constant(moments.mean.map(Float.init))]
      + all.map { Splice.Content.reconstruction($0, AutoencoderPass($0.plan, capacity: Self.passRows)) }
    let edits = contents.map { content -> (any Hook)? in content.map { Splice(site, $0) } }
    let scores = try site.ground.scores(under: edits, of: texts, phase: "splicing reconstructions")
    let losses = scores.map { PredictionScores.joined($0).crossEntropy }
    (model, zero, mean) = (losses[0], losses[1], losses[2])
    let own = all.indices.map { held.score($0, crossEntropy: losses[3 + $0]) }
    self.trained = Array(own.prefix(trained.count))
    self.untrained = Array(own.dropFirst(trained.count))
    count = Int(held.count)
    components = held.components
  }

  /// The way from the loss of `floor` to that of the model that a loss has gone: 1 is all of it.
  func recovered(_ crossEntropy: Double, from floor: Double) -> Double { (floor - crossEntropy) / (floor - model) }
}

/// Sums over held-out activations.
private struct HeldSums {
  private(set) var count = 0.0
  private let width: Int
  private let featureCounts: [Int]
  /// Σ x, `[width]`.
  private var sum: [Double]
  /// Σ ‖x − μ‖², μ being the mean of the learned activations, and the parts along each principal component.
  private var square = 0.0
  private var parts: [Double]
  /// Of each autoencoder the squared error, the features above 0, and for each feature on how many activations it is.
  private var own: [[Double]]
  private let learnedMean: [Double]

  init(
    _ autoencoders: [Autoencoder], _ site: ActivationSite, _ moments: ActivationMoments, _ rows: [StudyRow],
    passRows: Int
  ) throws {
    let hasComponents = moments.components != nil
    width = site.width
    featureCounts = autoencoders.map(\.plan.featureCount)
    learnedMean = moments.mean
    sum = Array(repeating: 0, count: site.width)
    parts = Array(repeating: 0, count: hasComponents ? site.width : 0)
    own = featureCounts.map { Array(repeating: 0, count: 2 + $0) }
    let shares = RowParts(rows, atMost: 64, tokens: StudyCost.pieceTokens(site.ground.shape))
    let empty = self
    let pieces = try site.ground.stages.evaluate(
      "measuring autoencoders", costs: shares.costs(site.ground.shape),
      sizes: shares.ranges.map { _ in empty.numbers.count }
    ) { piece in
      var sums = empty
      let passes = autoencoders.map { AutoencoderPass($0.plan, capacity: passRows) }
      site.forEach(of: Array(rows[shares.ranges[piece]])) { activations in
        sums.add(activations, moments)
        for (place, autoencoder) in autoencoders.enumerated() {
          sums.add(activations, autoencoder, passes[place], at: place)
        }
      }
      return sums.numbers
    }
    for piece in shares.ranges.indices { join(try pieces[piece]) }
  }

  // MARK: Adding

  private mutating func add(_ activations: MatrixView, _ moments: ActivationMoments) {
    count += Double(activations.rows)
    var deviations = DoubleMatrix(rows: activations.rows, columns: width)
    for row in 0..<activations.rows {
      for place in 0..<width {
        let value = Double(activations[row, place])
        sum[place] += value
        deviations[row, place] = value - moments.mean[place]
      }
    }
    square += deviations.values.reduce(0) { $0 + $1 * $1 }
    guard let components = moments.components else { return }
    let along = deviations.times(components)
    for row in 0..<along.rows {
      for place in 0..<width { parts[place] += along[row, place] * along[row, place] }
    }
  }

  private mutating func add(
    _ activations: MatrixView, _ autoencoder: Autoencoder, _ pass: AutoencoderPass, at place: Int
  ) {
    let factor = 1 / (Double(autoencoder.scale) * Double(autoencoder.scale))
    for start in stride(from: 0, to: activations.rows, by: pass.capacity) {
      let part = activations[rows: start..<min(start + pass.capacity, activations.rows)]
      pass.run(autoencoder, part)
      for row in 0..<part.rows {
        own[place][0] += pass.squaredError(row) * factor
        pass.forEachFeature(row) { feature, _ in
          own[place][1] += 1
          own[place][2 + feature] += 1
        }
      }
    }
  }

  // MARK: Numbers

  var numbers: [Double] { [count, square] + sum + parts + own.flatMap { $0 } }

  private mutating func join(_ numbers: [Double]) {
    count += numbers[0]
    square += numbers[1]
    var next = 2
    func join(_ values: inout [Double]) {
      for place in values.indices { values[place] += numbers[next + place] }
      next += values.count
    }
    join(&sum)
    join(&parts)
    for place in own.indices { join(&own[place]) }
  }

  // MARK: Measures

  /// The sum of squared deviations from the held-out mean.
  private var spread: Double {
    square
      - zip(sum, learnedMean).reduce(0) { total, pair in
        let difference = pair.0 / count - pair.1
        return total + count * difference * difference
      }
  }

  func score(_ place: Int, crossEntropy: Double) -> AutoencoderQuality.Score {
    AutoencoderQuality.Score(
      unexplained: own[place][0] / spread, active: own[place][1] / count,
      firing: own[place].dropFirst(2).map { $0 / count }, crossEntropy: crossEntropy)
  }

  var components: [Double] {
    guard !parts.isEmpty else { return [] }
    var rest = square
    return [rest / spread]
      + parts.map { part in
        rest -= part
        return max(0, rest) / spread
      }
  }
}
