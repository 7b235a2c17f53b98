/// What a model folder or the header of a model file says that no family here computes.
public struct HostsError: Error, CustomStringConvertible {
  public let description: String

  init(_ description: String) { self.description = description }
}
