/// A value of a JSON text.
public enum JSONValue: Equatable, Sendable {
  case null
  case flag(Bool)
  /// A number without fraction and exponent that fits.
  case integer(Int)
  /// Any other number.
  case decimal(Double)
  case text(ByteString)
  case list([JSONValue])
  /// In the order of the file; no two members have one name.
  case object([JSONMember])

  // MARK: What the value is

  /// The whole number, if the value is one.
  public var integer: Int? { if case .integer(let number) = self { number } else { nil } }
  /// A number of either kind.
  public var number: Double? {
    switch self {
    case .integer(let number): Double(number)
    case .decimal(let number): number
    default: nil
    }
  }
  /// The truth value, if it is one.
  public var flag: Bool? { if case .flag(let flag) = self { flag } else { nil } }
  /// The text, if it is one.
  public var string: String? { if case .text(let text) = self { text.text } else { nil } }
  /// The members in the order of the text, if the value is an object.
  public var members: [JSONMember]? { if case .object(let members) = self { members } else { nil } }

  /// What `element` makes of the elements; nil when this is no list or one of them is nil.
  public func elements<Element>(_ element: (JSONValue) -> Element?) -> [Element]? {
    guard case .list(let values) = self else { return nil }
    var elements: [Element] = []
    elements.reserveCapacity(values.count)
    for value in values {
      guard let element = element(value) else { return nil }
      elements.append(element)
    }
    return elements
  }

  /// The member of that name; nil when there is none or this is no object. Looks through all members.
  public subscript(name: String) -> JSONValue? {
    members?.first { $0.name.bytes.elementsEqual(name.utf8) }?.value
  }
}

/// A named value of a JSON object.
public struct JSONMember: Equatable, Sendable {
  /// The name, by its bytes.
  public let name: ByteString
  /// The value under the name.
  public let value: JSONValue

  /// Makes a member of an object.
  public init(name: ByteString, value: JSONValue) {
    self.name = name
    self.value = value
  }
}
