/// An analysis that cannot be made of a file.
public struct FindingsError: Error, CustomStringConvertible {
  public let description: String

  init(_ description: String) { self.description = description }
}
