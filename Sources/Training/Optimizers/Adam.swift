import Foundation

/// Adam with decoupled weight decay (Kingma and Ba 2015; Loshchilov and Hutter 2019).
///
/// With gradient g at step t, counted from 1: w ← w − rate · decay · w, m ← β₁ m + (1 − β₁) g,
/// v ← β₂ v + (1 − β₂) g², w ← w − rate · m̂ / (√v̂ + ε), with m̂ = m / (1 − β₁ᵗ) and v̂ = v / (1 − β₂ᵗ).
public struct Adam: Equatable, Sendable {
  /// β₁, by which the mean of gradients fades.
  public var meanDecay: Double
  /// β₂, by which the mean of their squares fades.
  public var squareDecay: Double
  /// ε, which keeps steps finite.
  public var epsilon: Double
  /// The share of a parameter that a step at a rate of 1 takes off.
  public var weightDecay: Double

  /// What the learning rate is multiplied by, where others learn at that rate beside it.
  public var rateShare = 1.0

  /// Adam as published, without decay.
  public init(
    meanDecay: Double = 0.9, squareDecay: Double = 0.999, epsilon: Double = 1e-8, weightDecay: Double = 0
  ) {
    self.meanDecay = meanDecay
    self.squareDecay = squareDecay
    self.epsilon = epsilon
    self.weightDecay = weightDecay
  }

  /// Updates some parameters and their moments by their gradient, all of one length. Each depends on its own numbers
  /// alone.
  func update(_ moments: UpdatedMoments, rate: Double, step: Int) {
    let (beta1, beta2) = (Float(meanDecay), Float(squareDecay))
    let (fresh1, fresh2) = (Float(1 - meanDecay), Float(1 - squareDecay))
    let mean = Float(1 / (1 - pow(meanDecay, Double(step))))
    let square = Float(1 / (1 - pow(squareDecay, Double(step))))
    let own = rate * rateShare
    let (rate, kept, epsilon) = (Float(own), Float(1 - own * weightDecay), Float(epsilon))
    let (values, gradient, first, second) = (moments.values, moments.gradient, moments.first, moments.second)
    for place in 0..<moments.count {
      let slope = gradient[place]
      let m = beta1 * first[place] + fresh1 * slope
      let v = beta2 * second[place] + fresh2 * slope * slope
      first[place] = m
      second[place] = v
      values[place] = kept * values[place] - rate * (m * mean) / ((v * square).squareRoot() + epsilon)
    }
  }
}

/// Some parameters with what an update needs of them, all of one length.
struct UpdatedMoments {
  let count: Int
  let values: UnsafeMutablePointer<Float>
  let gradient: UnsafePointer<Float>
  /// Means of gradients.
  let first: UnsafeMutablePointer<Float>
  /// Means of their squares.
  let second: UnsafeMutablePointer<Float>
}
