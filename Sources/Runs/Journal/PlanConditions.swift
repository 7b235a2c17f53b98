import Foundation

/// Everything that the results of a run depend on, by name: a journal goes on only under the very same.
public struct PlanConditions: Codable, Equatable, Sendable {
  /// One condition by its name.
  public struct Item: Codable, Equatable, Sendable {
    /// The condition's name.
    public let name: String
    /// Its value, written out.
    public let value: String

    /// Takes a name and a value.
    public init(name: String, value: String) {
      self.name = name
      self.value = value
    }
  }

  /// The version of the journal's format that this program writes and reads.
  public static let currentVersion = 1

  /// The version of the journal's format.
  public let version: Int
  /// The hash of plan, model and inputs together: 64 hexadecimal digits.
  public let planSHA256: String
  /// The hash of the model alone: 64 hexadecimal digits.
  public let modelSHA256: String
  /// The conditions one by one, so that a refusal can name what differs.
  public let items: [Item]

  /// Takes hashes and conditions of the format's current version.
  public init(planSHA256: String, modelSHA256: String, items: [Item]) {
    version = PlanConditions.currentVersion
    self.planSHA256 = planSHA256
    self.modelSHA256 = modelSHA256
    self.items = items
  }

  /// What differs from earlier conditions, in words; nil if nothing does.
  public func difference(from earlier: PlanConditions) -> String? {
    if earlier.version != version { return "its format was version \(earlier.version) and is now \(version)" }
    if self == earlier { return nil }
    for (before, now) in zip(earlier.items, items) where before != now {
      guard before.name == now.name else { return "\(before.name) was there and now \(now.name) is" }
      return "\(now.name) was \(PlanConditions.shown(before.value)) and is now \(PlanConditions.shown(now.value))"
    }
    if earlier.items.count != items.count {
      let more = (earlier.items.count > items.count ? earlier : self).items[min(earlier.items.count, items.count)]
      return "\(more.name) \(PlanConditions.shown(more.value)) is in one of them only"
    }
    return "the model's weights differ"
  }

  /// On one line and short enough for a message.
  private static func shown(_ value: String) -> String {
    let limit = 60
    let line = String(value.map { $0.isNewline ? " " : $0 })
    return line.count > limit ? "'\(line.prefix(limit))…'" : "'\(line)'"
  }
}
