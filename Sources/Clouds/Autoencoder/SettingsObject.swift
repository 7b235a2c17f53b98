import Basics
import StrictJSON

/// The members of a JSON object that says how an autoencoder works; absent and null are the same.
struct SettingsObject {
  /// The file's name, for messages.
  let file: String
  /// The path of the autoencoder, for messages.
  let autoencoder: String
  private let value: JSONValue

  init(_ value: JSONValue, file: String, autoencoder: String) {
    (self.value, self.file, self.autoencoder) = (value, file, autoencoder)
  }

  func has(_ name: String) -> Bool { member(name) != nil }

  /// Whether one of these is there.
  func hasAny(_ names: String...) -> Bool { names.contains(where: has) }

  func object(_ name: String) -> SettingsObject? {
    guard let value = member(name), value.members != nil else { return nil }
    return SettingsObject(value, file: file, autoencoder: autoencoder)
  }

  // MARK: Values

  func text(_ name: String) throws -> String? { try read(name, "a text", \.string) }

  func flag(_ name: String) throws -> Bool? {
    try read(name, "true or false") { if case .flag(let flag) = $0 { flag } else { nil } }
  }

  func number(_ name: String) throws -> Double? { try read(name, "a number", SettingsObject.number) }

  /// A whole number, which may be written with a fraction of 0.
  func integer(_ name: String) throws -> Int? {
    try read(name, "a whole number") { SettingsObject.number($0).flatMap { Int(exactly: $0) } }
  }

  private func read<Value>(_ name: String, _ kind: String, _ convert: (JSONValue) -> Value?) throws -> Value? {
    guard let stored = member(name) else { return nil }
    guard let value = convert(stored) else { throw refusal(name, "it is \(kind) in files that are known") }
    return value
  }

  private static func number(_ value: JSONValue) -> Double? {
    switch value {
    case .integer(let number): Double(number)
    case .decimal(let number): number
    default: nil
    }
  }

  private func member(_ name: String) -> JSONValue? {
    guard let value = value[name], value != .null else { return nil }
    return value
  }

  // MARK: Refusals

  /// The sentence that a setting, with what it is set to, is not followed.
  func refusal(_ name: String, _ reason: String) -> CloudsError {
    CloudsError(
      "cannot use the sparse autoencoder \(autoencoder): \(file) sets \(name) to \(spelled(name)), and \(reason)")
  }

  /// The sentence that something is amiss in the file.
  func unfit(_ problem: String) -> CloudsError {
    CloudsError("cannot use the sparse autoencoder \(autoencoder): \(file) \(problem)")
  }

  private func spelled(_ name: String) -> String {
    switch value[name] {
    case .text(let text): text.text.quoted
    case .flag(let flag): "\(flag)"
    case .integer(let number): "\(number)"
    case .decimal(let number): "\(number)"
    case .list: "a list"
    case .object: "an object"
    case .null, nil: "nothing"
    }
  }
}
