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
    guard let kind = Kind(rawValue: parts[0]), !kind.replacesInputs else {
      throw Problem("\(text.quoted) is not a kind; use \(KindSpelling.choices)")
    }
    self.kind = kind
    guard parts.count == 2 else {
      if let parameter = kind.parameter {
        throw Problem("\(text.quoted) needs a number; write \(kind.rawValue):\(parameter.example)")
      }
      parameter = nil
      return
    }
    guard let rule = kind.parameter else {
      throw Problem("\(text.quoted) has a number; write \(kind.rawValue) alone")
    }
    guard let number = parts[1].number.map({ Float($0) }), rule.allows(number) else {
      throw Problem("\(text.quoted) is not a kind; \(rule.advice)")
    }
    parameter = number
  }

  struct Problem: Error {
    let sentence: String
    init(_ sentence: String) { self.sentence = sentence }
  }

  /// The kind with its number, as in zero, scale:2 or noise:0.5.
  private static var choices: String {
    let plain = Kind.ofWeights.filter { !$0.hasParameter }.map(\.rawValue)
    let numbered = Kind.allCases.compactMap { kind in kind.parameter.map { "\(kind.rawValue):\($0.example)" } }
    return (plain + numbered.dropLast()).joined(separator: ", ") + numbered.suffix(1).map { " or \($0)" }.joined()
  }
}
