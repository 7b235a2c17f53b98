import Basics
import Perturbations

/// Which verdict stands for which in a permuted screen, as a function of the null and the seed.
package struct ScreenPermutation {
  let null: CalibrationNull
  private let inputCount: Int
  /// For each verdict the mutation whose verdict on the same input takes its place, `[mutation, input]`.
  private let sources: [Int32]

  /// Draws which mutation gets whose phenotype, keyed by the seed.
  package init(_ null: CalibrationNull, of mutations: [Mutation], inputCount: Int, seed: UInt64) {
    self.null = null
    self.inputCount = inputCount
    sources =
      switch null {
      case .cells: ScreenPermutation.withinInputs(mutations.count, inputCount, seed)
      case .phenotypes: ScreenPermutation.withinCombinations(mutations, inputCount, seed)
      }
  }

  /// The mutation whose verdict on an input takes the place of that of another.
  func source(mutation: Int, input: Int) -> Int { Int(sources[mutation * inputCount + input]) }

  /// What was recorded of each verdict, `[mutation, input, element]`, permuted; nothing where nothing was.
  func permuted<Element>(_ values: [Element], width: Int = 1) -> [Element] {
    guard !values.isEmpty else { return [] }
    precondition(values.count == sources.count * width, "so many elements for each verdict")
    var permuted = values
    for verdict in sources.indices {
      let source = Int(sources[verdict]) * inputCount + verdict % inputCount
      for element in 0..<width { permuted[verdict * width + element] = values[source * width + element] }
    }
    return permuted
  }

  // MARK: Private

  private static func withinInputs(_ mutationCount: Int, _ inputCount: Int, _ seed: UInt64) -> [Int32] {
    var sources = Array(repeating: Int32(0), count: mutationCount * inputCount)
    for input in 0..<inputCount {
      var random = RandomStream(seed: seed, stream: .cells, index: input)
      for (mutation, source) in random.permutation(mutationCount).enumerated() {
        sources[mutation * inputCount + input] = Int32(source)
      }
    }
    return sources
  }

  private static func withinCombinations(_ mutations: [Mutation], _ inputCount: Int, _ seed: UInt64) -> [Int32] {
    var table = MutationColumns()
    for mutation in mutations { table.append(mutation) }
    var sources = Array(repeating: Int32(0), count: mutations.count * inputCount)
    for (place, members) in table.mutationsOfCombinations.enumerated() {
      var random = RandomStream(seed: seed, stream: .phenotypes, index: place)
      for (member, source) in zip(members, random.permutation(members.count)) {
        for input in 0..<inputCount { sources[Int(member) * inputCount + input] = members[source] }
      }
    }
    return sources
  }
}

extension Phenotypes {
  /// The phenotypes in other places; the values that regions were set to stay.
  package func permuted(by permutation: ScreenPermutation) -> Phenotypes {
    switch permutation.null {
    case .cells:
      return takingVerdicts {
        permutation.source(mutation: $0 / inputCount, input: $0 % inputCount) * inputCount + $0 % inputCount
      }
    case .phenotypes:
      guard inputCount > 0 else { return self }
      var table = self
      for mutation in 0..<mutationCount {
        let source = permutation.source(mutation: mutation, input: 0)
        table.replaceRows(from: mutation, with: self, rows: source..<source + 1)
      }
      table.value = value
      return table
    }
  }
}

extension StreamName {
  fileprivate static let cells: StreamName = "cell"
  fileprivate static let phenotypes: StreamName = "phen"
}
