import Configuration
import Perturbations

/// How mutants are foretold from gradients: the group `forecast` of a configuration. A screen does not depend on it.
public struct ForecastSettings: Equatable, Sendable {
  /// Probes of a forecast that does not say how many.
  public static let usualProbes = 16
  private static let probeLimit = 4096
  private static let sizeLimit = 8

  static let keys = ConfigurationGroup("forecast", keys: ["probes", "sizes"])

  /// Random probes of the second order.
  public let probeCount: Int
  /// The sizes of regions that are mapped besides that of the mutations; nil: as small ones as is usual.
  public let sizes: [RegionSize]?

  /// Reads the group, or takes the usual settings where there is none.
  init(_ group: ConfigurationReader?, choice: MutationChoice) throws {
    let limit = ForecastSettings.probeLimit
    probeCount =
      try group?["probes"]?.integer(
        in: 1...limit, "a number of probes", use: "a whole number from 1 to \(limit)") ?? ForecastSettings.usualProbes
    sizes = try group?["sizes"].map(ForecastSettings.sizes)
    if case .list = choice, let key = group?["sizes"] {
      throw key.refusal("maps are of all regions of a size, and mutations.list names single ones; remove this")
    }
  }

  private static func sizes(_ value: ConfigurationValue) throws -> [RegionSize] {
    let use = "a list of at most \(sizeLimit) sizes such as [16, 4, 1] or [[all, 16], [1, 1]], or none"
    if value.text == "none" { return [] }
    let elements = try value.list(use: use)
    guard elements.count <= sizeLimit else { throw value.refusal("\(elements.count) sizes are too many; use \(use)") }
    return try elements.map { try MutationChoice.sizeOrSide($0, use: use) }
  }
}
