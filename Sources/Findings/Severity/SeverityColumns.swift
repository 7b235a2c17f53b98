import Statistics

/// What severity is measured by, a column of mutations at a time: millions of mutations make large columns.
struct SeverityColumns {
  private let tables: TextTables
  private let measures: ContinuationMeasures
  private let inputsOfTask: [[Int]]

  init(_ tables: TextTables, _ measures: ContinuationMeasures) {
    self.tables = tables
    self.measures = measures
    inputsOfTask = tables.texts.tasks.indices.map { tables.texts.inputs(ofTask: $0) }
  }

  /// The mean of each mutation on the inputs of a task; not a number where it has none.
  func values(_ quantity: Severity.Quantity, task: Int) -> [Float] {
    switch quantity {
    case .cosine: meansOfNonSilent(task) { measures.cosines[$0] }
    case .editDistance: meansOfNonSilent(task) { Double(measures.editDistances[$0]) }
    case .divergence: tables.divergence[task]
    case .logPerplexityChange: tables.logPerplexityChange[task]
    }
  }

  /// `value` is that of a continuation.
  private func meansOfNonSilent(_ task: Int, _ value: (Int) -> Double) -> [Float] {
    (0..<tables.mutations.count).map { mutation in
      let numbers = tables.continuations.numbers(ofMutation: mutation)
      var (sum, count) = (0.0, 0)
      for input in inputsOfTask[task] {
        let number = Int(numbers[numbers.startIndex + input])
        guard number >= 0 else { continue }
        sum += value(number)
        count += 1
      }
      return count > 0 ? Float(sum / Double(count)) : .nan
    }
  }

  /// Verdicts without the answer, of those on inputs whose baseline gives it, `[combination, task]`.
  var answersLost: [Proportion] {
    var lost = Array(repeating: Proportion(), count: tables.mutations.combinations.count * inputsOfTask.count)
    for (mutation, place) in tables.mutations.places.enumerated() {
      let numbers = tables.continuations.numbers(ofMutation: mutation)
      for (task, inputs) in inputsOfTask.enumerated() {
        let cell = Int(place) * inputsOfTask.count + task
        for input in inputs where measures.baselinesAreRight[input] {
          let number = Int(numbers[numbers.startIndex + input])
          lost[cell].total += 1
          lost[cell].count += number >= 0 && !measures.areRight[number] ? 1 : 0
        }
      }
    }
    return lost
  }
}
