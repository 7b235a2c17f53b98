import Basics
import Configuration

/// A text under a name that it has in one study alone.
public struct NamedText: Equatable, Sendable {
  /// The name that the study gives it.
  public let name: String
  /// The name that the configuration gives it.
  public let text: String
  /// The place in the configuration, for refusals.
  public let place: ConfigurationPlace

  /// Gives a text a name.
  public init(name: String, text: String, place: ConfigurationPlace) {
    self.name = name
    self.text = text
    self.place = place
  }
}

extension StudySection {
  /// Texts under names of their own: a group `NAME: TEXT`, or a list of texts, which keep their names.
  public func namedTexts(_ key: String) throws -> [NamedText] {
    guard let value = self[key], value.isGroup else {
      let place = ConfigurationPlace(key, of: self)
      return try texts(key).map { NamedText(name: $0, text: $0, place: place) }
    }
    let members = try value.members(use: "names with texts, such as {first: \(textNames.first ?? "TEXT")}")
    return try members.enumerated().map { place, member in
      guard !members[..<place].contains(where: { $0.key == member.key }) else {
        throw member.value.refusal("the name occurs a second time; keep one")
      }
      return NamedText(
        name: member.key, text: try textName(member.value), place: ConfigurationPlace(member.value, of: self))
    }
  }

  /// The name of a text, which the configuration has.
  public func textName(_ value: ConfigurationValue) throws -> String {
    let all = textNames.joined(separator: ", ")
    guard let name = value.text else { throw value.mismatch("the name of a text", use: "one of \(all)") }
    guard textNames.contains(name) else { throw value.refusal(absence(name)) }
    return name
  }
}
