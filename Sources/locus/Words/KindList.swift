import Foundation
import Perturbations

/// The kinds of mutation as help texts list them.
enum KindList {
  /// A line for each kind: what a configuration writes for it, with an example of its number, and what it does.
  static let text = Kind.ofWeights.map { kind -> String in
    let name = kind.rawValue + (kind.parameter.map { ": " + $0.example } ?? "")
    return "  " + name.padding(toLength: 12, withPad: " ", startingAt: 0) + kind.sentence
  }.joined(separator: "\n")
}
