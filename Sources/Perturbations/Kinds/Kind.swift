/// What is done to a region: one of `Kind.allCases`.
public struct Kind: Sendable {
  /// Number that stands for the kind in files.
  public let code: UInt8
  let definition: any KindDefinition.Type

  /// Makes the kind that a definition describes, be it in the list or not.
  package init(_ definition: any KindDefinition.Type) {
    code = definition.code
    self.definition = definition
  }

  /// The kind of this name; nil if there is none.
  public init?(rawValue: String) {
    guard let kind = Kind.allCases.first(where: { $0.rawValue == rawValue }) else { return nil }
    self = kind
  }

  /// The kind that this number stands for; nil if there is none.
  public init?(code: UInt8) {
    guard let kind = Kind.byCode[Int(code)] else { return nil }
    self = kind
  }

  // MARK: Questions

  /// Name in configurations, files and tables.
  public var rawValue: String { definition.name }

  /// What the kind does, for people: a sentence without its full stop.
  public var sentence: String { definition.sentence }

  /// The number that goes with the kind; nil if none does.
  public var parameter: KindParameter? { definition.parameter }

  /// Whether the kind multiplies weights by a number and does nothing else, so that it can be done to a component of a
  /// matrix too.
  public var multiplies: Bool { definition.multiplies }

  /// Whether a number goes with the kind.
  public var hasParameter: Bool { parameter != nil }
}

// Codes are apart, so that a kind costs a byte where kinds are compared.
extension Kind: Hashable, Comparable {
  public static func == (left: Kind, right: Kind) -> Bool { left.code == right.code }
  public static func < (left: Kind, right: Kind) -> Bool { left.code < right.code }
  public func hash(into hasher: inout Hasher) { hasher.combine(code) }
}

extension Kind: CustomStringConvertible {
  public var description: String { rawValue }
}
