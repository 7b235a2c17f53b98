/// What a model folder holds that the decoder cannot use, or a sum that is not a number.
public struct TransformerError: Error, CustomStringConvertible {
  public let description: String

  init(_ description: String) { self.description = description }
}
