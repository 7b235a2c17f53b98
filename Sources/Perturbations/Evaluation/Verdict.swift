import CKernels
import Transformer

/// What teacher-forced logits say of one mutant on one input.
struct Verdict {
  /// The first step at which the choice differs from the baseline's token, or scores are not finite numbers, and the
  /// choice.
  var firstChange: (step: Int, choice: Sampling.Choice)?
  /// Smallest gap between best and second score up to and including the first change; not a number where the scores of
  /// the first change are not finite numbers.
  var margin = Float.infinity
  /// Sum over the steps seen of KL(baseline ‖ mutant), nats.
  var divergence = 0.0
  /// Sum over the steps seen of log p of the baseline's next token, baseline less mutant, nats.
  var logPerplexityChange = 0.0
  var stepCount = 0
  /// The choice whose letter scores best at the first step.
  var choice = LetterChoice.none

  /// Takes in the mutant's logits `[vocabulary]` at the next step, and where `comparing` all of them.
  mutating func see(
    _ logits: UnsafePointer<Float>, step: Int, baseline: Baseline, sampling: Sampling, comparing: Bool
  ) {
    let count = baseline.logits.columns
    stepCount += 1
    if comparing {
      let own = baseline.logits.view.row(step)
      let compared = locus_compare(own, baseline.logSums[step], logits, count)
      let token = Int(baseline.continuation[step])
      divergence += compared.divergence
      logPerplexityChange += compared.log_sum_change - (Double(logits[token]) - Double(own[token]))
    }
    guard firstChange == nil else { return }
    let noise = baseline.noise.isEmpty ? nil : baseline.noise[step]
    see(sampling.choose(logits, noise: noise, vocabularyCount: count), step: step, baseline: baseline)
  }

  /// Takes in the mutant's choice at a step up to its first change.
  mutating func see(_ choice: Sampling.Choice, step: Int, baseline: Baseline) {
    // Among scores that are not finite numbers the baseline's token may win by chance: that is no choice.
    let isChoice = !choice.margin.isNaN
    margin = isChoice ? min(margin, choice.margin) : .nan
    if !isChoice || choice.token != baseline.continuation[step] { firstChange = (step, choice) }
  }

  /// Takes in the scores of the letters of an input's choices at the first step.
  mutating func seeLetters(of count: Int, score: (Int) -> Float) { choice = LetterChoice.best(of: count, score: score) }
}

extension Phenotypes {
  mutating func record(_ verdict: Verdict, mutant: Int, input: Int) {
    let place = mutant * inputCount + input
    firstChange[place] = verdict.firstChange.map { Int16($0.step) } ?? -1
    margin[place] = verdict.margin
    if !choice.isEmpty { choice[place] = verdict.choice }
    let steps = Double(max(verdict.stepCount, 1))
    if !divergence.isEmpty { divergence[place] = Float(verdict.divergence / steps) }
    if !logPerplexityChange.isEmpty { logPerplexityChange[place] = Float(verdict.logPerplexityChange / steps) }
  }

  /// Records a non-silent mutant's own continuation, from its first token on.
  mutating func record(continuation: [Int32], mutant: Int, input: Int) {
    let start = (mutant * inputCount + input) * stepCount
    for (step, token) in continuation.enumerated() { tokens[start + step] = token }
  }
}
