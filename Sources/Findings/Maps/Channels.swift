/// What a map is shown of: every input for itself or, where that would be too much for a page, inputs joined.
public struct Channels: Sendable {
  /// What a channel is: one input, the inputs of a task, or all inputs together.
  public enum Unit: String, Codable, Sendable {
    /// One input for itself.
    case input
    /// The inputs of a task, joined.
    case task
    /// All inputs, joined.
    case all
  }

  /// What the channels are.
  public let unit: Unit
  /// The name of each channel.
  public let names: [String]
  /// The task of each channel; empty where all inputs are one.
  public let tasks: [String]
  /// The channel of each input.
  public let ofInput: [Int]

  /// The number of verdicts that a page has room for: about 11 MB in base64.
  public static let verdictLimit = 66_000_000

  /// How many channels there are.
  public var count: Int { names.count }

  /// Takes the inputs' ids and tasks; joins inputs where mutations times inputs exceed the limit.
  public init(ids: [String], tasks: [String], mutationCount: Int, verdictLimit: Int = Channels.verdictLimit) {
    let room = verdictLimit / max(mutationCount, 1)
    var distinct: [String] = []
    let ofTask = tasks.map { task in
      if let place = distinct.firstIndex(of: task) { return place }
      distinct.append(task)
      return distinct.count - 1
    }
    if ids.count <= room {
      (unit, names, self.tasks, ofInput) = (.input, ids, tasks, Array(ids.indices))
    } else if distinct.count <= room {
      (unit, names, self.tasks, ofInput) = (.task, distinct, distinct, ofTask)
    } else {
      (unit, names, self.tasks, ofInput) = (.all, ["all inputs"], [""], ids.map { _ in 0 })
    }
  }
}
