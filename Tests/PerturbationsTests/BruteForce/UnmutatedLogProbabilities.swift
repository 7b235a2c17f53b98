/// The log probabilities of the unmutated model, `[inputs][steps][vocabulary]`, made once for all mutants.
final class UnmutatedLogProbabilities {
  private var made: (baselines: [[Int32]], values: [[[Double]]])?

  /// What they are on the continuations of the baselines; they are made anew on others.
  func logProbabilities(on baselines: [[Int32]], _ make: () -> [[[Double]]]) -> [[[Double]]] {
    if let made, made.baselines == baselines { return made.values }
    let values = make()
    made = (baselines, values)
    return values
  }

  /// The model has changed.
  func forget() { made = nil }
}
