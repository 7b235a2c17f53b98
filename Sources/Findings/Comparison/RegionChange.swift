import Perturbations
import Statistics

/// What became of one region from the second screen to the first.
public struct RegionChange: Sendable {
  /// The region.
  public let region: Region
  /// The number of kinds of mutation that both screens have of it.
  public let kindCount: Int
  /// The share of non-silent verdicts in the first screen.
  public let first: Double
  /// The share of non-silent verdicts in the second screen.
  public let second: Double
  /// The difference of the shares that is expected where the region has but the shift of its matrix and layer.
  public let expected: Double
  /// The probability of a difference so far from the expected one, two-sided; not a number where too few verdicts
  /// differ for any finding, and nothing is tested.
  public let probability: Double
  /// The smallest false discovery rate at which the region is a finding; not a number where it is not tested.
  public internal(set) var adjusted = Double.nan
  /// What was found of its divergence; nil where that is not compared.
  public internal(set) var divergence: DivergenceChange?

  /// The difference of the shares, first less second.
  public var difference: Double { first - second }
  /// The part of the difference that the shift of its matrix and layer does not explain.
  public var excess: Double { difference - expected }
  /// Whether its share of non-silent verdicts changed beyond the shift.
  public var isFinding: Bool { adjusted <= FalseDiscoveryRate.level }

  /// The screens the other way round.
  var mirrored: RegionChange {
    var other = RegionChange(
      region: region, kindCount: kindCount, first: second, second: first, expected: 0 - expected,
      probability: probability)
    other.adjusted = adjusted
    other.divergence = divergence?.mirrored
    return other
  }

  init(region: Region, kindCount: Int, first: Double, second: Double, expected: Double, probability: Double) {
    (self.region, self.kindCount, self.first, self.second) = (region, kindCount, first, second)
    (self.expected, self.probability) = (expected, probability)
  }
}

/// What became of the divergence of one region.
public struct DivergenceChange: Equatable, Sendable {
  /// The mean divergence in the first screen, in nats.
  public let first: Double
  /// The mean divergence in the second screen, in nats.
  public let second: Double
  /// The natural logarithm of how many times as large the divergence is in the first screen, beyond the shift of its
  /// matrix and layer, in the mean over inputs.
  public let logRatio: Double
  /// The two-sided probability of so one-sided a difference.
  public let probability: Double
  /// The smallest false discovery rate at which the region is a finding.
  public internal(set) var adjusted = Double.nan

  /// Whether its divergence changed beyond the shift.
  public var isFinding: Bool { adjusted <= FalseDiscoveryRate.level }

  init(first: Double, second: Double, logRatio: Double, probability: Double) {
    (self.first, self.second, self.logRatio, self.probability) = (first, second, logRatio, probability)
  }

  /// The screens the other way round.
  var mirrored: DivergenceChange {
    var other = DivergenceChange(first: second, second: first, logRatio: 0 - logRatio, probability: probability)
    other.adjusted = adjusted
    return other
  }
}
