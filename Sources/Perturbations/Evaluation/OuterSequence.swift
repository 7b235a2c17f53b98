import Transformer

/// One mutant of the embedding or of the head on one input, among those that are evaluated together.
struct OuterSequence {
  /// Place in the unit; the null mutant follows the last mutant.
  let mutant: Int
  /// Place among the baselines.
  let input: Int
  let baseline: Baseline
  /// The rows that the mutant has otherwise; of the null mutant those of the unit's first mutation, as they are.
  let outer: OuterRows
  /// The first position that is run: the first that begins otherwise, but no later than the first that is scored; nil
  /// where the residual stream is the baseline's.
  let begin: Int?
  /// Row of position 0 in the key-value store of those evaluated together.
  var origin = 0
  var verdict = Verdict()

  init(mutant: Int, input: Int, baseline: Baseline, outer: OuterRows, begin: Int?) {
    self.mutant = mutant
    self.input = input
    self.baseline = baseline
    self.outer = outer
    self.begin = begin
  }

  /// The positions that are run.
  var positions: Range<Int> { (begin ?? baseline.length)..<baseline.length }
  /// The positions whose logits choose the steps.
  var scored: Range<Int> { baseline.firstScored..<baseline.length }
}
