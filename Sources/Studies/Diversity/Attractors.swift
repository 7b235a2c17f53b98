import Basics
import LinearAlgebra
import Statistics
import Transformer

/// How often texts whose token at a position is replaced end in the cluster that they came from.
struct Attractors: Sendable {
  /// The token that takes the place of the sample's own, `[prompt][position][text]`.
  let replacements: [[[Int32]]]
  /// The cluster that each of the texts that were continued anew ends in, `[prompt][position][text][repeat]`.
  let ends: [[[[Int]]]]
  /// What each prompt and position says, `[prompt][position]`.
  let returns: [[AttractorReturn]]

  /// Disturbs the first samples of each prompt.
  init(
    of study: Diversity, _ prompts: [[Int32]], _ samples: [[[Int32]]], _ falls: SampleFalls, on ground: StudyGround
  ) throws {
    let texts = samples.map { Array($0.prefix(study.disturbed)) }
    let found = try Attractors.replacements(study, prompts, texts, on: ground)
    let places = prompts.indices.flatMap { prompt in
      study.positions.indices.flatMap { position in
        texts[prompt].indices.flatMap { text in (0..<study.repeats).map { (prompt, position, text, $0) } }
      }
    }
    let begun = places.map { prompt, position, text, _ in
      texts[prompt][text].prefix(study.positions[position]) + [found[prompt][position][text]]
    }
    let rest = try ground.continuations(
      zip(places, begun).map { place, begun in
        let at = study.positions[place.1]
        return SampleRequest(
          prompts[place.0] + begun,
          key: Speech.key(study.seed, "again", prompt: place.0, [at, place.2, place.3]), steps: at + 1..<study.steps)
      }, by: study.sampling, phase: "continuing disturbed texts")
    let size = study.positions.count * study.disturbed * study.repeats
    let states = try ground.states(
      prompts.indices.map { prompt in
        (prompt * size..<(prompt + 1) * size).map { (prompts[prompt], begun[$0] + rest[$0]) }
      }, layer: study.layer(ground.shape), phase: "reading states of disturbed texts")
    let labels = prompts.indices.map { prompt in
      PortableClusters.nearest(falls.spaces[prompt].scaled(states[prompt]), falls.clusters[prompt].centres).labels
    }
    let ends = labels.map { labels in
      labels.chunks(study.disturbed * study.repeats).map { $0.chunks(study.repeats) }
    }
    let returns = ends.enumerated().map { prompt, ends in
      ends.map {
        AttractorReturn(
          came: Array(falls.clusters[prompt].labels.prefix(study.disturbed)), ends: $0,
          shares: falls.clusters[prompt].shares)
      }
    }
    (self.replacements, self.ends, self.returns) = (found, ends, returns)
  }

  /// The number of tests: one for each prompt and position.
  var testCount: Int { returns.reduce(0) { $0 + $1.count } }

  // MARK: Other tokens

  /// The model's choice of a rank in the place of each text's token at each position, or the next one where that is the
  /// token itself.
  private static func replacements(
    _ study: Diversity, _ prompts: [[Int32]], _ texts: [[[Int32]]], on ground: StudyGround
  ) throws -> [[[Int32]]] {
    let (first, last) = (study.positions.first ?? 0, study.positions.last ?? 0)
    let count = study.positions.count
    let all = prompts.indices.flatMap { prompt in texts[prompt].map { (prompts[prompt], $0) } }
    let pieces = try ground.stages.evaluate(
      "finding other tokens",
      costs: all.map { StudyCost.pass(ground.shape, tokens: $0.0.count + last, readout: true) },
      sizes: all.map { _ in count }
    ) { piece in
      let (prompt, text) = all[piece]
      var others: [Double] = []
      let begin = prompt.count - 1
      ground.withPass(holding: prompt.count + last) { pass in
        pass.forEachLogits(
          of: [.text(prompt + text.prefix(last))], from: [begin + first]
        ) { _, position, logits, place in
          guard study.positions.contains(position - begin) else { return }
          let scores = UnsafeBufferPointer(start: logits.row(place), count: logits.columns)
          let choices = scores.leading(study.rank + 1)
          let own = text[position - begin]
          others.append(Double(choices[choices[study.rank - 1] == own ? study.rank : study.rank - 1]))
        }
      }
      return others
    }
    let tokens = try pieces.all().map { $0.map { Int32($0) } }
    return prompts.indices.map { prompt in
      let own = tokens[prompt * study.disturbed..<(prompt + 1) * study.disturbed]
      return study.positions.indices.map { position in own.map { $0[position] } }
    }
  }
}

/// How often disturbed texts return to the cluster they came from, and how often others would.
package struct AttractorReturn: Equatable, Sendable {
  /// The share of the texts that end in the cluster they came from.
  package let rate: Double
  /// The mean share that the cluster they came from has of all samples.
  package let baseRate: Double
  /// The mean rate when it is dealt anew which text came from which cluster.
  package let exchangedRate: Double
  /// The probability that dealing anew gives a rate as high.
  package let chance: PermutationProbability

  private static let draws = 9_999

  /// Takes the cluster that each text came from, those that it ended in, and the share of all samples in each cluster.
  ///
  /// The null deals the clusters anew to the texts, whose own continuations stay together: it keeps how often each
  /// cluster is ended in, which may be another share than that of the samples.
  package init(came: [Int], ends: [[Int]], shares: [Double]) {
    let total = Double(ends.reduce(0) { $0 + $1.count })
    let counts = ends.map { own in shares.indices.map { cluster in own.count { $0 == cluster } } }
    func returned(_ came: [Int]) -> Int { zip(came, counts).reduce(0) { $0 + $1.1[$1.0] } }
    var random = RandomStream(seed: 0, stream: .attractorReturns, index: 0)
    let found = returned(came)
    var (reached, sum) = (0, 0)
    for _ in 0..<Self.draws {
      let drawn = returned(random.permutation(came.count).map { came[$0] })
      reached += drawn >= found ? 1 : 0
      sum += drawn
    }
    rate = Double(found) / total
    baseRate = came.map { shares[$0] }.mean
    exchangedRate = Double(sum) / Double(Self.draws) / total
    chance = PermutationProbability(reached: reached, of: Self.draws)
  }
}

extension StreamName {
  static let attractorReturns: StreamName = "attr"
}

extension UnsafeBufferPointer<Float> {
  /// The places of the greatest values, the greatest first, of equal ones the first.
  func leading(_ count: Int) -> [Int] {
    var best: [Int] = []
    for place in indices {
      guard best.count < count || self[place] > self[best[count - 1]] else { continue }
      let rank = best.firstIndex { self[place] > self[$0] } ?? best.count
      best.insert(place, at: rank)
      if best.count > count { best.removeLast() }
    }
    return best
  }
}

extension Array {
  /// The elements in parts of so many.
  func chunks(_ count: Int) -> [[Element]] {
    stride(from: 0, to: self.count, by: count).map { Array(self[$0..<Swift.min($0 + count, self.count)]) }
  }
}
