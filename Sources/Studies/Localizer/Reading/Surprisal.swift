import Basics
import Foundation
import LinearAlgebra
import Statistics

/// How surprising words are against how long they were read.
package struct Surprisal: Equatable, Sendable {
  /// A word that is compared.
  package struct Word: Equatable, Sendable {
    /// Its surprisal, bits.
    package let bits: Double
    /// How many tokens it is made of.
    package let tokens: Double
    /// How long it was read.
    package let time: Double
    /// Its passage.
    package let passage: Int

    /// A word of so many bits and tokens that was read so long.
    package init(bits: Double, tokens: Double, time: Double, passage: Int) {
      (self.bits, self.tokens, self.time, self.passage) = (bits, tokens, time, passage)
    }
  }

  /// A correlation and what chance makes of it.
  package struct Correlated: Equatable, Sendable {
    /// Pearson's r; 0 where one side does not move.
    package let r: Double
    /// How often chance correlates as much, in either direction.
    package let probability: PermutationProbability
  }

  /// The words that are compared: all that do not begin a sentence and that the model predicts.
  package let words: [Word]

  /// Surprisal against time.
  package let whole: Correlated
  /// Surprisal against time, both less what the number of tokens of a word says of it.
  package let partial: Correlated

  /// Compares words; times are permuted within passages `draws` times.
  package init(_ words: [Word], draws: Int) {
    self.words = words
    let (bits, times, tokens) = (words.map(\.bits), words.map(\.time), words.map(\.tokens))
    let groups = Dictionary(grouping: words.indices) { words[$0].passage }.sorted { $0.key < $1.key }.map(\.value)
    whole = Surprisal.compare(bits, times, groups, draws)
    partial = Surprisal.compare(
      Surprisal.residuals(of: bits, on: tokens), Surprisal.residuals(of: times, on: tokens), groups, draws)
  }

  private static func r(_ one: [Double], _ other: [Double]) -> Double {
    let r = Correlation(one, other).value
    return r.isNaN ? 0 : r
  }

  private static func compare(_ bits: [Double], _ times: [Double], _ groups: [[Int]], _ draws: Int) -> Correlated {
    let found = r(bits, times)
    let chance = (0..<draws).map { draw in
      var stream = RandomStream(seed: 0, stream: .readingTimes, index: draw)
      var dealt = times
      for group in groups {
        for (place, source) in zip(group, stream.permutation(group.count)) { dealt[place] = times[group[source]] }
      }
      return abs(r(bits, dealt))
    }
    return Correlated(r: found, probability: PermutationProbability(abs(found), among: chance))
  }

  /// What a line on another variable leaves.
  private static func residuals(of values: [Double], on other: [Double]) -> [Double] {
    guard values.count > 1 else { return values }
    let (mean, centre) = (values.mean, other.mean)
    let spread = other.reduce(0) { $0 + ($1 - centre) * ($1 - centre) }
    let product = zip(values, other).reduce(0) { $0 + ($1.0 - mean) * ($1.1 - centre) }
    let slope = spread > 0 ? product / spread : 0
    return zip(values, other).map { $0 - mean - slope * ($1 - centre) }
  }
}

extension StudyGround {
  /// The surprisal of every word of some passages, bits, given all that stands before it; not a number where nothing
  /// does. `[passage][word]`
  ///
  /// Cost: a pass over all tokens with their readout.
  func surprisal(_ passages: [Passage.Tokens]) throws -> [[Double]] {
    let longest = passages.map(\.tokens.count).max() ?? 1
    let pass = RowPass(self.pass, capacity: max(panelTokens, longest))
    return try stages.evaluate(
      "reading passages", costs: passages.map { StudyCost.pass(shape, tokens: $0.tokens.count, readout: true) },
      sizes: passages.map(\.words.count)
    ) { number in
      let passage = passages[number]
      var losses: [Double] = [.nan]
      pass.predictions([.text(passage.tokens)], hook: { _ in nil }) { _, _, prediction in
        losses.append(prediction.loss)
      }
      return passage.words.map { word in losses[word].reduce(0, +) / log(2) }
    }.all()
  }
}
