import Basics
import Drawing
import Foundation
import LinearAlgebra
import Transformer

/// The words that sentences of findings share.
enum Sentence {
  /// The number of examples that a sentence names at most.
  private static let exampleLimit = 3

  /// The first of some examples behind a colon: ": a; b; c; and 4 more", and nothing where there are none.
  static func examples(_ all: [String]) -> String {
    guard !all.isEmpty else { return "" }
    let more = all.count - exampleLimit
    let rest = more > 0 ? "; and \(Numeral.count(more)) more" : ""
    return ": " + all.prefix(exampleLimit).joined(separator: "; ") + rest
  }

  /// A matrix of a layer: "layer 3 q".
  static func place(_ layer: Int, _ matrix: WeightMatrix) -> String { "layer \(layer) \(matrix.rawValue)" }

  /// A probability that was counted among draws: "p = 0.012" or "p ≤ 0.001".
  static func probability(_ probability: PermutationProbability) -> String {
    probability.isLeast
      ? "p ≤ \(Numeral.chance(probability.value))" : "p = \(Numeral.chance(probability.value))"
  }

  /// "1 of 3 regions is specific", "2 of 3 regions are specific", where `words` is "specific".
  static func of(_ count: Int, _ all: Int, _ noun: String, _ plural: String? = nil, are words: String) -> String {
    "\(Numeral.count(count)) of \(Numeral.items(all, noun, plural)) \(count == 1 ? "is" : "are") \(words)"
  }

  /// `count noun` with the verb that goes with the number: "1 region is", "3 regions are".
  static func are(_ count: Int, _ noun: String, _ plural: String? = nil) -> String {
    Numeral.items(count, noun, plural) + (count == 1 ? " is" : " are")
  }
}
