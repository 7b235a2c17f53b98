/// The number that goes with a kind of mutation.
public struct KindParameter: Sendable {
  /// Largest magnitude of any such number.
  private static let limit: Float = 1e6

  /// A number as people may write it.
  public let example: String
  /// The advice of error messages on which numbers to write.
  public let advice: String
  private let isInRange: @Sendable (Float) -> Bool

  init(example: String, advice: String, isInRange: @escaping @Sendable (Float) -> Bool) {
    self.example = example
    self.advice = advice
    self.isInRange = isInRange
  }

  /// Whether a number may go with the kind.
  public func allows(_ number: Float) -> Bool {
    number.magnitude <= KindParameter.limit && (number == 0 || number.isNormal) && isInRange(number)
  }
}

/// The numbers that go with kinds: a screen has one for each kind at most, so that the kind alone says what a mutation
/// is.
public struct KindParameters: Equatable, Sendable {
  private var values: [Kind: Float] = [:]
  /// The numbers at which kinds that replace inputs hold units.
  public var units: [Kind: UnitValues] = [:]

  /// Makes parameters of which no kind has one.
  public init() {}

  /// The number of a kind, such as the factor of `scale`; nil where there is none.
  public subscript(kind: Kind) -> Float? {
    get { values[kind] }
    set {
      precondition(kind.hasParameter, "a kind that a number goes with")
      values[kind] = newValue
    }
  }

  /// A kind as people write it, with its number if it has one: `scale:2`; behind one that holds units stands what tells
  /// their numbers apart.
  public func spelling(of kind: Kind) -> String {
    if let units = units[kind] { return "\(kind.rawValue):\(units.digest)" }
    guard let value = values[kind] else { return kind.rawValue }
    return kind.rawValue + ":" + (Int(exactly: value).map(String.init) ?? "\(value)")
  }
}
