import Basics
import Foundation
import StrictJSON
import Weights

/// A JSON object of a model folder, such as config.json, whose values are asked for by name; each refusal names the
/// key. It remembers which keys were asked for.
struct ConfigurationObject {
  /// The keys that a family has asked for, and so knows how to honour.
  private final class AskedKeys {
    var names: Set<String> = []
  }

  /// Of values, itself included: more than any configuration has.
  private static let valueLimit = 1 << 16
  private static let byteLimit = 1 << 24

  /// The folder and the file in it, for refusals.
  private let folder: String
  private let file: String
  /// In front of the names of its keys, such as "rope_scaling."; empty for the document itself.
  private let place: String
  private let asked = AskedKeys()
  let members: [JSONMember]

  private init(folder: String, file: String, place: String, members: [JSONMember]) {
    self.folder = folder
    self.file = file
    self.place = place
    self.members = members
  }

  /// Takes what a file of another kind says, in the words of config.json; refusals name `path` and what is `called` so.
  init(members: [JSONMember], of path: String, called name: String) {
    self.init(folder: path, file: name, place: "", members: members)
  }

  /// An object of the same file without a key.
  var empty: ConfigurationObject { ConfigurationObject(folder: folder, file: file, place: place, members: []) }

  // MARK: Reading

  /// Reads a file of a model folder; nil when there is none. Refuses what is no JSON object, and a key that occurs
  /// twice.
  static func read(_ file: String, folder: String) throws -> ConfigurationObject? {
    let path = folder + "/" + file
    guard FileManager.default.fileExists(atPath: path) else { return nil }
    let mapped = try MappedFile(path: path)
    let attempt = "cannot read \(path)"
    guard mapped.byteCount <= byteLimit else {
      throw HostsError(
        "\(attempt): it has \(mapped.byteCount) bytes, and at most \(byteLimit) are read; get the file again")
    }
    let members = try withExtendedLifetime(mapped) {
      do throws(JSONError) {
        return try JSONReader.read(mapped.bytes, valueLimit: valueLimit).members
      } catch {
        throw HostsError("\(attempt): \(sentence(error, mapped))")
      }
    }
    guard let members else {
      throw HostsError("\(attempt): it is no JSON object, as configurations are; get the file again")
    }
    return ConfigurationObject(folder: folder, file: file, place: "", members: members)
  }

  /// What is wrong with the text, where, and what to do.
  private static func sentence(_ error: JSONError, _ file: MappedFile) -> String {
    let line = error.line(in: file.bytes)
    if case .duplicateName(let name, _) = error {
      return "the key \(name.text.quoted) occurs twice in one object, again in line \(line); keep the one that is meant"
    }
    let kind = FileKind(file)
    if let remedy = kind.remedy { return "it is \(kind.phrase); \(remedy)" }
    return "line \(line): \(error); correct that line or get the file again"
  }

  func refusal(_ problem: String) -> HostsError {
    HostsError("cannot use the model \(folder): \(file): \(problem)")
  }

  // MARK: Values

  /// The name of a key as refusals spell it.
  func name(_ key: String) -> String { place + key }

  /// Whether the key is there, be its value null.
  func has(_ key: String) -> Bool { member(key) != nil }

  /// Whether a family has asked for the key.
  func wasAsked(for key: String) -> Bool { asked.names.contains(key) }

  /// Says that a key changes nothing in a family, whatever its value is.
  func passOver(_ key: String) { asked.names.insert(key) }

  /// The value of a key, nil where it is absent or null.
  func value(_ key: String) -> JSONValue? {
    asked.names.insert(key)
    return member(key).flatMap { $0 == .null ? nil : $0 }
  }

  func integer(_ key: String) throws -> Int? {
    try converted(key, "a whole number") { $0.integer ?? $0.number.flatMap(Int.init(exactly:)) }
  }

  /// The value of a key that has several spellings; refuses two that contradict each other.
  func integer(_ keys: [String]) throws -> Int? { try same(keys, integer) }

  func number(_ key: String) throws -> Double? { try converted(key, "a number", \.number) }

  /// The value of a key that has several spellings; refuses two that contradict each other.
  func number(_ keys: [String]) throws -> Double? { try same(keys, number) }

  func numbers(_ key: String) throws -> [Double]? {
    try converted(key, "a list of numbers") { $0.elements(\.number) }
  }

  func integers(_ key: String) throws -> [Int]? {
    try converted(key, "a list of whole numbers") { $0.elements(\.integer) }
  }

  func flag(_ key: String) throws -> Bool? { try converted(key, "true or false", \.flag) }

  func text(_ key: String) throws -> String? { try converted(key, "a text", \.string) }

  func texts(_ key: String) throws -> [String]? {
    try converted(key, "a list of texts") { $0.elements(\.string) }
  }

  /// Tokens, of which one may be written without a list.
  func tokens(_ key: String) throws -> [Int32]? {
    try converted(key, "a token or a list of tokens") { value in
      let integers = value.integer.map { [$0] } ?? value.elements(\.integer)
      let tokens = integers?.compactMap(Int32.init(exactly:))
      return tokens?.count == integers?.count ? tokens : nil
    }
  }

  /// An object in this one, nil also where it is empty.
  func object(_ key: String) throws -> ConfigurationObject? {
    let members = try converted(key, "an object", \.members)
    return members.flatMap { members in
      members.isEmpty
        ? nil : ConfigurationObject(folder: folder, file: file, place: name(key) + ".", members: members)
    }
  }

  /// The value of a key that every configuration has.
  func required<Value>(_ key: String, _ value: (String) throws -> Value?) throws -> Value {
    guard let found = try value(key) else {
      throw refusal("the key '\(name(key))' is missing; get the file again, whole")
    }
    return found
  }

  private func same<Value: Equatable>(_ keys: [String], _ value: (String) throws -> Value?) throws -> Value? {
    let found = try keys.compactMap { key in try value(key).map { (key, $0) } }
    if let first = found.first, let other = found.first(where: { $0.1 != first.1 }) {
      throw refusal(
        "'\(name(first.0))' is \(first.1) and '\(name(other.0))' is \(other.1), which are one size; remove the one "
          + "that is not meant")
    }
    return found.first?.1
  }

  private func member(_ key: String) -> JSONValue? {
    members.first { $0.name.bytes.elementsEqual(key.utf8) }?.value
  }

  private func converted<Value>(
    _ key: String, _ wanted: String, _ conversion: (JSONValue) -> Value?
  ) throws -> Value? {
    guard let value = value(key) else { return nil }
    guard let converted = conversion(value) else {
      throw refusal("'\(name(key))' is \(value.phrase) where \(wanted) belongs; correct it or get the file again")
    }
    return converted
  }
}

extension JSONValue {
  /// The value in few words, for refusals.
  var phrase: String {
    switch self {
    case .null: "null"
    case .flag(let flag): "\(flag)"
    case .integer(let number): "\(number)"
    case .decimal(let number): "\(number)"
    case .text(let text): text.text.quoted(limit: 60)
    case .list(let values): "a list of \(values.count)"
    case .object(let members): "an object of \(members.count) keys"
    }
  }
}
