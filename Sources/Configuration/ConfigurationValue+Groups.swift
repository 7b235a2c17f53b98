import Basics
import Yams

extension ConfigurationValue {
  /// A reader of the group of keys that this value is; `keys` are all that may be in it.
  public func group(keys: [String]) throws -> ConfigurationReader {
    guard case .mapping(let mapping) = node else {
      throw mismatch("a group of keys", use: "the keys " + keys.joined(separator: ", "))
    }
    return try ConfigurationReader(
      mapping, file: file, group: ConfigurationGroup(name, keys: keys), line: line,
      schema: ConfigurationKeys(top: [], groups: []))
  }

  /// The keys of a group whose names the person chooses, with their values, in the order of the file; `use` says what
  /// to write.
  public func members(use: String) throws -> [(key: String, value: ConfigurationValue)] {
    guard case .mapping(let mapping) = node else { throw mismatch("a group of keys", use: use) }
    guard !mapping.isEmpty else { throw refusal("the group is empty; use \(use)") }
    return try mapping.map { keyNode, node in
      guard case .scalar(let scalar) = keyNode, !scalar.string.isEmpty else {
        throw TextFileError.input(file, line: keyNode.line, "a key is no single word; write 'key: value'")
      }
      let own = ConfigurationValue(node: node, file: file, name: "\(name).\(scalar.string)", line: keyNode.line)
      return (scalar.string, own)
    }
  }
}

extension ConfigurationValue {
  /// The value on one line, the same for every way to write it: without comments and blanks, keys in order.
  public var spelling: String { ConfigurationValue.spelling(of: node) }

  private static func spelling(of node: Node) -> String {
    switch node {
    case .scalar(let scalar): return scalar.string.quoted
    case .sequence(let sequence): return "[" + sequence.map(spelling).joined(separator: ",") + "]"
    case .mapping(let mapping):
      let members = mapping.map { spelling(of: $0.key) + ":" + spelling(of: $0.value) }.sorted()
      return "{" + members.joined(separator: ",") + "}"
    case .alias: return ""
    }
  }
}
