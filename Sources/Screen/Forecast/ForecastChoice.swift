import Configuration
import Foundation

/// Which mutations of a space a screen takes by their forecast: those whose verdicts are the least certain, and others
/// at random to measure how far the forecast of the rest can be trusted.
public struct ForecastChoice: Equatable, Sendable {
  /// Mutations at random of a screen that does not say how many.
  public static let usualControl = 200
  private static let controlLimit = 1 << 24

  /// The file of `locus forecast`.
  public let path: String
  /// The share of all mutations that are screened because their verdicts are uncertain, 0…1.
  public let share: Double
  /// Mutations of the rest that are screened at random, as many as there are at most.
  public let controlCount: Int

  /// Reads the group `mutations.forecast`.
  init(_ value: ConfigurationValue) throws {
    let group = try value.group(keys: ["from", "share", "control"])
    path = try group.required("from", example: "forecast.h5").path()
    let share = try group.required("share", example: "0.13")
    // As it is written: a float32 may be a little more.
    self.share = (1e6 * Double(try share.nonnegative("a share"))).rounded() / 1e6
    guard self.share <= 1 else { throw share.refusal("\(self.share) is above 1; use a share such as 0.13") }
    let limit = ForecastChoice.controlLimit
    controlCount =
      try group["control"]?.integer(
        in: 0...limit, "a number of mutations", use: "a whole number from 0 to \(limit)")
      ?? ForecastChoice.usualControl
  }

  /// Whether the keys beside it go with it.
  static func read(_ group: ConfigurationReader, choice: MutationChoice) throws -> ForecastChoice? {
    guard let value = group["forecast"] else { return nil }
    guard case .regions = choice else {
      throw value.refusal("this chooses among all regions of a size; use it with mutations.region")
    }
    if group["sample"].map({ $0.text != "all" }) == true {
      throw value.refusal("this chooses mutations, and so does mutations.sample; remove one of the two")
    }
    return try ForecastChoice(value)
  }
}
