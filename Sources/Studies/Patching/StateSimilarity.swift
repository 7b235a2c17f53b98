/// Likeness of texts by what a model makes of them: the cosine of their mean states, each unit less its mean over some
/// true texts and over their deviation, or units with outlying activations would decide alone.
struct StateSimilarity {
  private let center: [Double]
  /// One over the deviation of each unit; 0 of one that is the same in all true texts.
  private let scale: [Double]

  /// Takes the states of the true texts.
  init(_ states: [[Double]]) {
    let count = Double(max(1, states.count))
    let units = states.first?.indices ?? 0..<0
    let center = units.map { unit in states.reduce(0) { $0 + $1[unit] } / count }
    self.center = center
    scale = units.map { unit in
      let square = states.reduce(0) { $0 + ($1[unit] - center[unit]) * ($1[unit] - center[unit]) } / count
      return square > 0 ? 1 / square.squareRoot() : 0
    }
  }

  /// The cosine; not a number where a state is the mean itself, as that of a single text is.
  func between(_ one: [Double], _ other: [Double]) -> Double {
    let (left, right) = (standard(one), standard(other))
    let product = zip(left, right).reduce(0) { $0 + $1.0 * $1.1 }
    let norm = (left.reduce(0) { $0 + $1 * $1 } * right.reduce(0) { $0 + $1 * $1 }).squareRoot()
    return norm > 0 ? product / norm : .nan
  }

  private func standard(_ state: [Double]) -> [Double] {
    state.indices.map { (state[$0] - center[$0]) * scale[$0] }
  }
}
