/// The name of a random stream: up to four letters that say what its numbers are drawn for.
///
/// A stream's numbers depend on the 32-bit number of its name, so a name that results were made with never changes.
/// Names are listed in extensions of this type; no two of a module are the same.
public struct StreamName: Hashable, Sendable, ExpressibleByStringLiteral, ExpressibleByIntegerLiteral {
  /// The number that goes into the generator's counter: the letters' ASCII codes, the last one in the lowest byte.
  public let number: UInt32

  /// Makes a name of up to four ASCII letters.
  public init(_ letters: String) {
    precondition(letters.utf8.count <= 4 && letters.utf8.allSatisfy { $0 < 0x80 }, "at most four ASCII letters")
    number = letters.utf8.reduce(0) { $0 << 8 | UInt32($1) }
  }

  /// Makes a name of a number, for streams that are numbered and not named.
  public init(number: UInt32) { self.number = number }

  /// Makes a name of a literal of up to four ASCII letters.
  public init(stringLiteral letters: String) { self.init(letters) }

  /// Makes a name of a literal number.
  public init(integerLiteral number: UInt32) { self.init(number: number) }

  /// Returns the name of the stream that many numbers behind this one, for a stream for each of some things.
  public func advanced(by count: Int) -> StreamName { StreamName(number: number &+ UInt32(count)) }
}
