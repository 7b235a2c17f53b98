import Basics
import Foundation
import LinearAlgebra

/// A sparse autoencoder of scaled activations x′ = scale · x: features z = act(W_enc (x′ − b_dec) + b_enc), and the
/// reconstruction x̂′ = z W_dec + b_dec.
public struct Autoencoder {
  /// What it is trained by.
  public let plan: AutoencoderPlan
  /// What activations are multiplied by: it makes their mean length the root of their width.
  public let scale: Float
  /// All parameters.
  public let parameters: ParameterValues

  var encoder: MutableMatrixView { parameters[AutoencoderPlan.Name.encoder] }
  /// Directions of features, `[features, width]`.
  package var decoder: MutableMatrixView { parameters[AutoencoderPlan.Name.decoder] }
  var encoderBias: MutableMatrixView { parameters[AutoencoderPlan.Name.encoderBias] }
  var decoderBias: MutableMatrixView { parameters[AutoencoderPlan.Name.decoderBias] }

  /// The threshold that JumpReLU begins with.
  private static let firstThreshold = 0.1

  /// An untrained autoencoder of activations whose mean is `mean`, `[width]`, and whose mean length is `length`.
  ///
  /// Encoder rows are uniform, of `MixedStream(seed, stream: 0)`, within 1 / √width; decoder rows are the same at
  /// length 1. Its bias there is the scaled mean, that of features 0.
  public init(_ plan: AutoencoderPlan, mean: [Double], length: Double) {
    precondition(mean.count == plan.width && length > 0, "a mean of activations, which are not all 0")
    self.plan = plan
    let scale = Double(plan.width).squareRoot() / length
    self.scale = Float(scale)
    parameters = ParameterValues(plan.layout)
    let uniforms = MixedStream(seed: plan.seed, stream: 0)
    let bound = 1 / Double(plan.width).squareRoot()
    let (encoder, decoder) = (self.encoder, self.decoder)
    for feature in 0..<plan.featureCount {
      let row = (0..<plan.width).map { (2 * uniforms.uniform(feature * plan.width + $0) - 1) * bound }
      let norm = row.reduce(0) { $0 + $1 * $1 }.squareRoot()
      for (place, value) in row.enumerated() {
        encoder[feature, place] = Float(value)
        decoder[feature, place] = Float(value / norm)
      }
    }
    for (place, value) in mean.enumerated() { decoderBias[0, place] = Float(value * scale) }
    guard case .jumpRelu = plan.sparsity else { return }
    parameters[AutoencoderPlan.Name.logThreshold].fill(Float(log(Self.firstThreshold)))
  }

  /// An autoencoder with parameters of its own.
  public init(_ plan: AutoencoderPlan, scale: Float, parameters: [Float]) {
    self.plan = plan
    self.scale = scale
    self.parameters = ParameterValues(plan.layout)
    self.parameters.take(parameters)
  }

  /// Thresholds of JumpReLU, `[features]`; empty for others.
  public var thresholds: [Float] {
    guard case .jumpRelu = plan.sparsity else { return [] }
    let logarithms = parameters[AutoencoderPlan.Name.logThreshold]
    return (0..<plan.featureCount).map { Float(exp(Double(logarithms[$0, 0]))) }
  }

  /// Brings some rows of the decoder to length 1.
  static func normalize(_ decoder: MutableMatrixView, rows: Range<Int>) {
    for row in rows {
      let values = decoder.row(row)
      let squares = (0..<decoder.columns).reduce(0.0) { $0 + Double(values[$1]) * Double(values[$1]) }
      let factor = Float(1 / max(squares.squareRoot(), .leastNormalMagnitude))
      for place in 0..<decoder.columns { values[place] *= factor }
    }
  }

  /// Takes the part along the decoder's rows out of their gradient, which would only change their lengths.
  static func project(_ gradient: MutableMatrixView, along decoder: MutableMatrixView, rows: Range<Int>) {
    for row in rows {
      let (slope, direction) = (gradient.row(row), decoder.row(row))
      let along = Float((0..<decoder.columns).reduce(0.0) { $0 + Double(slope[$1]) * Double(direction[$1]) })
      for place in 0..<decoder.columns { slope[place] -= along * direction[place] }
    }
  }
}

extension MutableMatrixView {
  /// Makes all elements equal.
  func fill(_ value: Float) {
    for row in 0..<rows { self.row(row).update(repeating: value, count: columns) }
  }
}
