import Basics
import Yams

/// A reader of one group of keys of a configuration file, which finds values by their keys and refuses keys that mean
/// nothing.
public struct ConfigurationReader {
  /// The file as the person named it.
  public let file: String
  /// The group that is read.
  public let group: ConfigurationGroup
  /// The line in which the group begins, counted from 1.
  public let line: Int
  /// All keys that the file may have.
  private let schema: ConfigurationKeys
  private let values: [String: ConfigurationValue]

  /// Reads the whole of `bytes`, the content of `file`, whose keys must be among those of `keys`.
  ///
  /// Throws a `TextFileError` that names the line where the text is no such file.
  public init(bytes: [UInt8], file: String, keys: ConfigurationKeys) throws {
    let root = try ConfigurationDocument.root(bytes: bytes, path: file)
    guard case .mapping(let mapping) = root else {
      throw TextFileError.input(file, line: root.line, "this is no list of keys and values; begin with 'model: PATH'")
    }
    try self.init(mapping, file: file, group: keys.top, line: root.line, schema: keys)
  }

  init(
    _ mapping: Node.Mapping, file: String, group: ConfigurationGroup, line: Int, schema: ConfigurationKeys
  ) throws {
    self.schema = schema
    self.file = file
    self.group = group
    self.line = line
    let keys = try mapping.map { keyNode, _ in
      guard case .scalar(let scalar) = keyNode else {
        throw TextFileError.input(file, line: keyNode.line, "a key is no single word; write 'key: value'")
      }
      return (name: scalar.string, line: keyNode.line)
    }
    let unknown = keys.filter { !group.keys.contains($0.name) }
    if !unknown.isEmpty { throw Self.refusal(of: unknown, in: group, of: schema, file: file) }
    var values: [String: ConfigurationValue] = [:]
    for (key, (keyNode, node)) in zip(keys.map(\.name), mapping) {
      let value = ConfigurationValue(node: node, file: file, name: group.name(of: key), line: keyNode.line)
      guard values.updateValue(value, forKey: key) == nil else {
        throw value.refusal("the key occurs a second time; keep one")
      }
    }
    self.values = values
  }

  /// The error of all keys that a group does not have: the first with advice, so that the rest can be put right in one
  /// go.
  private static func refusal(
    of unknown: [(name: String, line: Int)], in group: ConfigurationGroup, of schema: ConfigurationKeys, file: String
  ) -> TextFileError {
    let first = unknown[0]
    let others = unknown.dropFirst().prefix(8).map { "\(group.name(of: $0.name).quoted) in line \($0.line)" }
    return .input(
      file, line: first.line,
      "\(group.name(of: first.name).quoted) is not a "
        + "key\(others.isEmpty ? "" : ", nor is \(others.joined(separator: ", "))"); "
        + schema.advice(insteadOf: first.name, in: group))
  }

  // MARK: Values

  /// The value of a key, nil when the key is absent.
  public subscript(key: String) -> ConfigurationValue? {
    precondition(group.keys.contains(key), "a key of the group")
    return values[key]
  }

  /// The value of a key that must be there; `example` is what could follow it.
  public func required(_ key: String, example: String) throws -> ConfigurationValue {
    guard let value = self[key] else {
      throw TextFileError.input(
        file, line: line,
        "\(group.name(of: key)) is missing; add '\(key): \(example)'\(group.name.isEmpty ? "" : " here")")
    }
    return value
  }

  /// A reader of the group of keys under a key, nil when the key is absent.
  public func subgroup(_ group: ConfigurationGroup) throws -> ConfigurationReader? {
    try self[group.name].map { try reader(of: group, in: $0) }
  }

  /// A reader of the group of keys under a key that must be there; `example` is what could follow the key.
  public func requiredSubgroup(_ group: ConfigurationGroup, example: String) throws -> ConfigurationReader {
    try reader(of: group, in: try required(group.name, example: example))
  }

  /// The lines of the keys of this group, by their names from the top of the file.
  public var lines: [String: Int] {
    Dictionary(uniqueKeysWithValues: values.values.map { ($0.name, $0.line) })
  }

  private func reader(of group: ConfigurationGroup, in value: ConfigurationValue) throws -> ConfigurationReader {
    guard case .mapping(let mapping) = value.node else {
      throw value.mismatch("a group of keys", use: "the keys " + group.keys.joined(separator: ", "))
    }
    return try ConfigurationReader(mapping, file: file, group: group, line: value.line, schema: schema)
  }
}

extension Node {
  /// The line on which the node begins, counted from 1.
  var line: Int { mark?.line ?? 1 }
}
