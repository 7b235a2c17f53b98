import Basics
import Configuration
import Perturbations

/// A kind and its number as people write them: `zero`, `scale:2`.
struct KindSpelling {
  let kind: Kind
  /// nil for kinds without a number.
  let parameter: Float?

  /// Reads a text; throws what is wrong with it, without the place.
  init(_ text: String) throws(Problem) {
    let parts = text.split(separator: ":", maxSplits: 1, omittingEmptySubsequences: false).map(String.init)
    guard let kind = Kind(rawValue: parts[0]) else {
      throw Problem("\(text.quoted) is not a kind; use \(KindSpelling.choices)")
    }
    self.kind = kind
    guard parts.count == 2 else {
      if kind.hasParameter { throw Problem("\(text.quoted) needs a number; write \(kind.rawValue):2") }
      parameter = nil
      return
    }
    guard kind.hasParameter else { throw Problem("\(text.quoted) has a number; write \(kind.rawValue) alone") }
    guard let number = parts[1].number.map({ Float($0) }), KindSpelling.isSensible(number, for: kind) else {
      throw Problem("\(text.quoted) is not a kind; \(KindSpelling.range(of: kind))")
    }
    parameter = number
  }

  struct Problem: Error {
    let sentence: String
    init(_ sentence: String) { self.sentence = sentence }
  }

  /// Largest factor, and largest standard deviation.
  private static let limit: Float = 1e6

  /// Whether a number may go with a kind.
  static func isSensible(_ number: Float, for kind: Kind) -> Bool {
    let isInRange = number.magnitude <= limit && (number == 0 || number.isNormal)
    return isInRange && (kind == .noise ? number > 0 : number != 1)
  }

  private static func range(of kind: Kind) -> String {
    kind == .noise
      ? "use a standard deviation above 0, in those of the matrix, up to 1000000"
      : "use a factor from -1000000 to 1000000 that is not 1"
  }

  private static let choices =
    Kind.allCases.filter { !$0.hasParameter }.map(\.rawValue).joined(separator: ", ") + ", scale:2 or noise:0.5"
}
