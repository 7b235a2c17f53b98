/// One of several parts of a screen.
public struct ScreenPart: Equatable, Sendable, CustomStringConvertible {
  /// From 1 up.
  public let index: Int
  public let count: Int

  public init(index: Int, of count: Int) {
    self.index = index
    self.count = count
  }

  public var description: String { "\(index)/\(count)" }
}
