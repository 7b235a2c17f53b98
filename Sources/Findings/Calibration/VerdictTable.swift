import Perturbations

/// The verdicts of a whole screen in memory, to plant something in and to count.
package struct VerdictTable {
  let inputCount: Int
  /// Step of the first change, negative where silent, `[mutation, input]`.
  package var firstChange: [Int16]
  let drive: InputSums?
  private let mutations: [Mutation]
  private let values: [Float]
  private let tasks: [String]

  /// Takes the verdicts of a screen, or others in their places.
  init(_ screen: RecordedScreen, firstChange: [Int16]) {
    inputCount = screen.description.inputs.count
    self.firstChange = firstChange
    drive = screen.description.drive
    mutations = screen.mutations
    values = screen.phenotypes.value
    tasks = screen.description.inputs.map(\.task)
  }

  /// Counts the table's verdicts as `ScreenCounts` does those of a file.
  package func counts() throws -> ScreenCounts {
    var counts = ScreenCounts(taskOfInput: tasks, source: "a permuted screen")
    try counts.add(
      VerdictSlab(
        mutations: mutations, inputCount: inputCount, firstChange: firstChange, divergence: nil, values: values))
    return counts
  }

  // MARK: Planting

  /// The verdicts on a mutation, as places in `firstChange`.
  package func verdicts(of mutation: Int) -> Range<Int> { mutation * inputCount..<(mutation + 1) * inputCount }

  /// Whether a verdict, numbered by mutation and input, is non-silent.
  package func isNonSilent(_ verdict: Int) -> Bool { firstChange[verdict] >= 0 }

  mutating func set(_ verdict: Int, nonSilent: Bool) {
    guard isNonSilent(verdict) != nonSilent else { return }
    firstChange[verdict] = nonSilent ? 0 : -1
  }

  mutating func exchange(_ mutation: Int, _ other: Int) {
    for (own, others) in zip(verdicts(of: mutation), verdicts(of: other)) { firstChange.swapAt(own, others) }
  }
}
