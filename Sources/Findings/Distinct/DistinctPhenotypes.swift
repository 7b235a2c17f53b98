import Perturbations

/// How many different continuations the non-silent mutants of each combination of layer, matrix and kind have.
public struct DistinctPhenotypes: Sendable {
  /// The count of one combination.
  public struct Entry: Sendable {
    /// The layer, matrix and kind.
    public let combination: MutationColumns.Combination
    /// Non-silent mutations on each input.
    public let nonSilent: [Int]
    /// Different continuations of each input.
    public let distinct: [Int]
  }

  /// The combinations that occur, in canonical order.
  public let entries: [Entry]
  /// Non-silent mutations of the whole screen on each input.
  public let nonSilent: [Int]
  /// Different continuations of each input in the whole screen.
  public let distinct: [Int]

  /// Counts the distinct continuations of each combination.
  public init(_ mutations: MutationColumns, _ continuations: Continuations) {
    precondition(mutations.count == continuations.mutationCount, "continuations of the same mutations")
    let inputCount = continuations.inputCount
    // Kinds of a matrix come in turns: of each continuation, the matrix that met it last, and in which kinds it did, a
    // bit each.
    let kindCount = Kind.allCases.count
    let words = (kindCount + 31) / 32
    var met = Array(repeating: Int32(-1), count: continuations.count)
    var metKinds = Array(repeating: UInt32(0), count: words * continuations.count)
    var counts = Array(repeating: (nonSilent: 0, distinct: 0), count: mutations.combinations.count * inputCount)
    for (index, place) in mutations.places.enumerated() {
      let (matrix, kind) = Int(place).quotientAndRemainder(dividingBy: kindCount)
      for (input, number) in continuations.numbers(ofMutation: index).enumerated() where number >= 0 {
        let cell = Int(place) * inputCount + input
        counts[cell].nonSilent += 1
        let own = words * Int(number)
        if met[Int(number)] != matrix {
          met[Int(number)] = Int32(matrix)
          for word in own..<own + words { metKinds[word] = 0 }
        }
        guard metKinds[own + kind / 32] >> UInt32(kind % 32) & 1 == 0 else { continue }
        metKinds[own + kind / 32] |= 1 << UInt32(kind % 32)
        counts[cell].distinct += 1
      }
    }
    entries = mutations.screened.map { place in
      let own = counts[place * inputCount..<(place + 1) * inputCount]
      return Entry(
        combination: mutations.combinations[place], nonSilent: own.map(\.nonSilent), distinct: own.map(\.distinct))
    }
    var nonSilent = Array(repeating: 0, count: inputCount)
    var distinct = nonSilent
    for number in 0..<continuations.count {
      nonSilent[continuations.input(of: number)] += Int(continuations.mutantCounts[number])
      distinct[continuations.input(of: number)] += 1
    }
    self.nonSilent = nonSilent
    self.distinct = distinct
  }
}
