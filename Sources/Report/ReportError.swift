/// A report that cannot be made of a file, or not be written where it should be.
public struct ReportError: Error, CustomStringConvertible {
  public let description: String

  init(_ description: String) { self.description = description }
}
