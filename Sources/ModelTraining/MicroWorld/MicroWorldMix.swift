import Configuration

/// How much of each task the text of a phase has.
public struct MicroWorldMix: Equatable, Sendable {
  /// The tasks, in their usual order, and the share of the tokens that each has.
  public let shares: [(task: MicroWorldTask, share: Double)]
  /// Whether there are questions that name one of their options.
  public let hasNaming: Bool

  /// Reads `{facts: 0.5, copy: 0.5}` and whether there are questions that name an option.
  init(_ value: ConfigurationValue, naming: ConfigurationValue?) throws {
    let names = MicroWorldTask.allCases.map(\.rawValue)
    let group = try value.group(keys: names)
    shares = try MicroWorldTask.allCases.compactMap { task in
      guard let value = group[task.rawValue] else { return nil }
      guard let share = value.word?.number, share > 0 else {
        throw value.mismatch("a share of the tokens", use: "a number above 0, such as 0.5")
      }
      return (task, share)
    }
    guard !shares.isEmpty else { throw value.refusal("no task is there; add one of \(names.joined(separator: ", "))") }
    hasNaming = try naming?.flag() ?? true
  }

  public static func == (one: MicroWorldMix, other: MicroWorldMix) -> Bool { one.spelling == other.spelling }

  /// The mix on one line.
  var spelling: String {
    shares.map { "\($0.task.rawValue)=\($0.share)" }.joined(separator: ",") + (hasNaming ? "" : ",no naming")
  }
}
