/// What is done to a region.
public enum Kind: String, CaseIterable, Sendable {
  /// Every weight becomes the largest of its matrix.
  case maximum
  /// Every weight becomes the smallest of its matrix.
  case minimum
  /// Every weight becomes zero.
  case zero
  /// Every weight changes its sign.
  case negate
  /// Every weight is multiplied by a factor.
  case scale
  /// To every weight a normal number is added, whose standard deviation is given in those of the matrix.
  case noise
  /// Every weight becomes the mean of its matrix.
  case mean
  /// The weights of the region change places with one another.
  case shuffle
  /// Every weight of a row of the region becomes the extreme of its matrix that is larger in magnitude, with a random
  /// sign for each row.
  ///
  /// A control of maximum and minimum: at least as much drive enters as with either, without a common direction over
  /// the rows.
  case signed

  /// Those of a screen that does not name its kinds.
  public static let usual: [Kind] = [.maximum, .minimum, .zero]

  /// The number that stands for the kind in files.
  public var code: UInt8 {
    switch self {
    case .maximum: 0
    case .minimum: 1
    case .zero: 2
    case .negate: 3
    case .scale: 4
    case .noise: 5
    case .mean: 6
    case .shuffle: 7
    case .signed: 8
    }
  }

  /// Whether a number goes with the kind.
  public var hasParameter: Bool { self == .scale || self == .noise }
}

/// The numbers that go with kinds: a screen has one for each kind at most, so that the kind alone tells what a mutation
/// is.
public struct KindParameters: Equatable, Sendable {
  private var values: [Kind: Float] = [:]

  public init() {}

  /// The factor of `scale`, or the standard deviation of `noise` in those of the matrix.
  public subscript(kind: Kind) -> Float? {
    get { values[kind] }
    set {
      precondition(kind.hasParameter, "a kind that a number goes with")
      values[kind] = newValue
    }
  }

  /// A kind as people write it, with its number if it has one: `scale:2`.
  public func spelling(of kind: Kind) -> String {
    guard let value = values[kind] else { return kind.rawValue }
    return kind.rawValue + ":" + (Int(exactly: value).map(String.init) ?? "\(value)")
  }
}
