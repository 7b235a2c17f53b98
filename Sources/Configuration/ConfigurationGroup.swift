/// A group of keys of a configuration file: those at its top, or those under one of its keys.
public struct ConfigurationGroup: Equatable, Sendable {
  /// The key that the group stands under; empty at the top of the file.
  public let name: String
  /// All keys that may be in the group.
  public let keys: [String]

  /// A group under the key `name`, or at the top of the file where that is empty.
  public init(_ name: String, keys: [String]) {
    self.name = name
    self.keys = keys
  }

  /// The name of a key from the top of the file: `mutations.region`.
  public func name(of key: String) -> String { name.isEmpty ? key : "\(name).\(key)" }
}

/// The groups of keys that a kind of configuration file has, the top of the file first.
public struct ConfigurationKeys: Equatable, Sendable {
  /// The keys at the top of the file.
  public let top: ConfigurationGroup
  /// The groups under keys of the top.
  public let groups: [ConfigurationGroup]

  /// The keys of a file that has `keys` at its top and `groups` under some of them.
  public init(top keys: [String], groups: [ConfigurationGroup]) {
    top = ConfigurationGroup("", keys: keys)
    self.groups = groups
  }

  /// What to say about a key that `group` does not have: the nearest one, or all there are.
  func advice(insteadOf unknown: String, in group: ConfigurationGroup) -> String {
    if let other = ([top] + groups).first(where: { $0.keys.contains(unknown) }) {
      return "did you mean \(other.name(of: unknown))?"
    }
    let near = group.keys.map { (key: $0, distance: Self.editDistance(from: unknown, to: $0)) }.min {
      $0.distance < $1.distance
    }
    if let near, near.distance <= max(1, near.key.count / 3) { return "did you mean \(group.name(of: near.key))?" }
    return "the keys here are \(group.keys.joined(separator: ", "))"
  }

  /// Insertions, deletions, replacements and swaps of neighbours from one text to another (optimal string alignment).
  ///
  /// Of the first only 40 characters count, so a stranger's key costs at most 40 times the length of the second.
  private static func editDistance(from first: String, to second: String) -> Int {
    let source = Array(first.lowercased().prefix(40))
    let target = Array(second)
    var older: [Int] = []
    var previous = Array(0...target.count)
    for row in source.indices {
      var current = [row + 1]
      for column in target.indices {
        let isSame = source[row] == target[column]
        var best = min(previous[column] + (isSame ? 0 : 1), previous[column + 1] + 1, current[column] + 1)
        let isSwap =
          row > 0 && column > 0 && source[row] == target[column - 1] && source[row - 1] == target[column]
        if isSwap { best = min(best, older[column - 1] + 1) }
        current.append(best)
      }
      older = previous
      previous = current
    }
    return previous[target.count]
  }
}
