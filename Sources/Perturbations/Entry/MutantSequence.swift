/// One mutant on one input, among those that are evaluated together.
struct MutantSequence {
  /// Place in the unit; the null mutant follows the last mutant.
  let mutant: Int
  /// Place among the baselines.
  let input: Int
  let baseline: Baseline
  /// What the mutation adds to its matrix's output; nil for the null mutant.
  let correction: (any Correction)?
  /// The correction of the second mutation of a pair; nil for other mutants.
  let partner: (any Correction)?
  /// Row of position 0 in the key-value store of those evaluated together.
  let origin: Int
  /// The positions that leave the mutated layer: all, or in the last layer those that are kept.
  let positions: Range<Int>
  /// Row of the first of them in the entry.
  let entryRow: Int
  /// Whether the mutated layer has been computed anew with the mutated weights, and the text will be.
  var isAnew = false
  var verdict = Verdict()

  /// What its mutations change in a layer.
  func corrections(ofLayer layer: Int) -> [any Correction] {
    [correction, partner].compactMap { $0 }.filter { $0.region.layer == layer }
  }

  /// Rows in the entry.
  var entryRows: Range<Int> { entryRow..<entryRow + positions.count }
}
