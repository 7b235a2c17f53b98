import Basics

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
    if let near = Spelling.nearest(to: unknown, among: group.keys) {
      return "did you mean \(group.name(of: near))?"
    }
    return "the keys here are \(group.keys.joined(separator: ", "))"
  }
}
