/// Likeness of texts by what a model makes of them: the cosine of their mean states, each unit less its mean over some
/// true texts and over their deviation, or units with outlying activations would decide alone.
package struct StateSimilarity {
  private let center: [Double]
  /// One over the deviation of each unit; 0 of one that is the same in all true texts.
  private let scale: [Double]

  /// Takes the states of the true texts.
  package init(_ states: [[Double]]) {
    let count = Double(max(1, states.count))
    let units = states.first?.indices ?? 0..<0
    let center = units.map { unit in states.reduce(0) { $0 + $1[unit] } / count }
    self.center = center
    scale = units.map { unit in
      let square = states.reduce(0) { $0 + ($1[unit] - center[unit]) * ($1[unit] - center[unit]) } / count
      // What is left of a unit that does not move is rounding.
      return square.squareRoot() > 1e-9 * abs(center[unit]) ? 1 / square.squareRoot() : 0
    }
  }

  /// A state in deviations of the true texts, and its length.
  package struct Direction: Sendable {
    fileprivate let values: [Double]
    fileprivate let squares: Double
  }

  /// The direction of a state; of many pairs of states each is to be scaled once.
  package func direction(_ state: [Double]) -> Direction {
    let values = state.indices.map { (state[$0] - center[$0]) * scale[$0] }
    return Direction(values: values, squares: values.reduce(0) { $0 + $1 * $1 })
  }

  /// The cosine; not a number where a state is the mean itself, as that of a single text is.
  package func between(_ one: Direction, _ other: Direction) -> Double {
    let norm = (one.squares * other.squares).squareRoot()
    return norm > 0 ? zip(one.values, other.values).reduce(0) { $0 + $1.0 * $1.1 } / norm : .nan
  }
}
