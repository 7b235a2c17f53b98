import Foundation

/// How large the steps of a training are: they grow at first, and become small towards the end.
public struct LearningRate: Equatable, Sendable {
  /// How steps become small.
  public enum Fall: String, CaseIterable, Sendable {
    /// They do not.
    case constant = "none"
    /// They fall in a straight line.
    case linear
    /// They fall as half a period of a cosine does.
    case cosine
  }

  /// The greatest rate.
  public var peak: Double
  /// Steps over which it grows from nearly 0, in a straight line.
  public var warmUp: Int
  /// How it falls.
  public var fall: Fall
  /// The share of all steps from which on it falls.
  public var fallsFrom: Double
  /// The share of the peak that is left at the end.
  public var floor: Double

  /// A rate that stays as it is unless more is said.
  public init(
    peak: Double, warmUp: Int = 0, fall: Fall = .constant, fallsFrom: Double = 0, floor: Double = 0
  ) {
    precondition((0..<1).contains(fallsFrom) && (0...1).contains(floor), "shares of the steps and of the peak")
    self.peak = peak
    self.warmUp = warmUp
    self.fall = fall
    self.fallsFrom = fallsFrom
    self.floor = floor
  }

  /// The rate of a step, counted from 0, among so many.
  public func rate(of step: Int, among steps: Int) -> Double {
    let rise = warmUp > 0 ? min(1, Double(step + 1) / Double(warmUp)) : 1
    let way = min(1, max(0, (Double(step) / Double(max(steps, 1)) - fallsFrom) / (1 - fallsFrom)))
    let left =
      switch fall {
      case .constant: 1.0
      case .linear: max(floor, 1 - way)
      case .cosine: floor + (1 - floor) * (1 + cos(.pi * way)) / 2
      }
    return peak * min(rise, left)
  }
}
