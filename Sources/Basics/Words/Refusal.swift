/// A mistake of the world, such as a damaged file, in one sentence for the person who can mend it.
///
/// The sentence says what was attempted, on what, what was seen and what to do: "cannot read the tokenizer FILE: it has
/// 0 bytes; fetch the file again". `Origin` names who refuses, so that each module has an error type of its own to be
/// caught by; it is a name for `Refusal` of the module's mark:
///
///     public enum GeometryOrigin {}
///     public typealias GeometryError = Refusal<GeometryOrigin>
public struct Refusal<Origin>: Error, CustomStringConvertible, Equatable, Sendable {
  /// The sentence.
  public let description: String

  /// Makes a refusal of a whole sentence.
  public init(_ sentence: String) { description = sentence }

  /// Makes the sentence "cannot `attempted` `object`: `seen`; `advice`", without the last part where there is no
  /// advice.
  public init(cannot attempted: String, _ object: String, seen: String, advice: String? = nil) {
    self.init("cannot \(attempted) \(object): \(seen)" + (advice.map { "; " + $0 } ?? ""))
  }
}
