/// Something that cannot be found in these points.
public struct GeometryError: Error, CustomStringConvertible {
  public let description: String

  init(_ description: String) { self.description = description }
}
