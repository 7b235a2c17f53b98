import MessagePassing
import Texts

/// What the non-silent mutants of a screen say: every distinct continuation of an input once, and which one each mutant
/// has.
///
/// Numbers are given in canonical order of first appearance. Takes four bytes a verdict, and four a token and some
/// thirty more a distinct continuation.
public struct Continuations: Sendable {
  /// The number of inputs.
  public let inputCount: Int
  /// The number of mutations whose continuations were added.
  public private(set) var mutationCount = 0
  /// The continuation of each verdict, `[mutation, input]`; −1 where silent.
  public private(set) var numbers: [Int32] = []
  /// For each distinct continuation the number of mutants that have it.
  public private(set) var mutantCounts: [Int32] = []
  /// The first verdict with each continuation, as a place in `numbers`.
  private var first: [Int] = []
  private var rows: TokenRows
  private var table = HashTable()

  /// Begins with none; room is made for `mutationCount` mutations.
  public init(inputCount: Int, stepCount: Int, mutationCount: Int = 0) {
    self.inputCount = inputCount
    rows = TokenRows(width: stepCount)
    numbers.reserveCapacity(mutationCount * inputCount)
  }

  // MARK: Questions

  /// The number of distinct continuations.
  public var count: Int { first.count }

  /// The number of the input that a continuation follows.
  public func input(of number: Int) -> Int { first[number] % inputCount }

  /// The place of the first mutation that has a continuation, among those added.
  public func mutation(of number: Int) -> Int { first[number] / inputCount }

  /// The tokens of a continuation up to its end.
  public func tokens(of number: Int) -> ArraySlice<Int32> { rows[number].prefix { $0 >= 0 } }

  func text(of number: Int) -> ContinuationText {
    ContinuationText(input: input(of: number), tokens: tokens(of: number))
  }

  /// The continuations of one mutation, one for each input.
  public func numbers(ofMutation mutation: Int) -> ArraySlice<Int32> {
    numbers[mutation * inputCount..<(mutation + 1) * inputCount]
  }

  // MARK: Taking in

  /// Takes in the next mutations: steps of the first change `[mutation, input]`, negative where silent, and tokens
  /// `[mutation, input, step]`, −1 after the end.
  public mutating func add(firstChange: [Int16], tokens: [Int32]) {
    precondition(inputCount > 0 && firstChange.count % inputCount == 0, "verdicts on \(inputCount) inputs")
    precondition(tokens.count == firstChange.count * rows.width, "a continuation for each verdict")
    tokens.withUnsafeBufferPointer { tokens in
      for (verdict, step) in firstChange.enumerated() {
        guard step >= 0 else {
          numbers.append(-1)
          continue
        }
        let row = UnsafeBufferPointer(rebasing: tokens[verdict * rows.width..<(verdict + 1) * rows.width])
        let number = number(of: row, first: numbers.count)
        numbers.append(Int32(number))
        mutantCounts[number] += 1
      }
    }
    mutationCount += firstChange.count / inputCount
  }

  /// The number of a continuation, a new one if it was not met before on the input of the verdict `place`.
  private mutating func number(of row: UnsafeBufferPointer<Int32>, first place: Int) -> Int {
    let bytes = UnsafeRawBufferPointer(row)
    let input = place % inputCount
    let hash = HashTable.hash(bytes, seed: UInt64(input))
    let known = table.number(hash) { first[$0] % inputCount == input && rows.isEqual($0, to: bytes) }
    if let known { return known }
    table.append(hash)
    rows.append(row)
    first.append(place)
    mutantCounts.append(0)
    return rows.count - 1
  }
}

extension Continuations {
  // MARK: Sharing

  /// Joins what the ranks took in of runs of mutations that follow each other: the first rank ends with all, the very
  /// same as if it had taken in everything, the others keep their own.
  ///
  /// Gives the first rank, for each rank, the numbers of its continuations among all. Collective.
  mutating func join(_ sharing: Sharing) throws -> [[Int32]] {
    var places = [(0..<Int32(count)).map { $0 }]
    for rank in 1..<max(sharing.rankCount, 1) {
      let firsts = try sharing.share(first, from: rank)
      let counts = try sharing.share(mutantCounts, from: rank)
      let verdicts = try sharing.share(numbers, from: rank)
      var own: [Int32] = []
      let before = numbers.count
      for piece in 0..<(firsts.count + TokenRows.rowsPerPiece - 1) / TokenRows.rowsPerPiece {
        let tokens = try sharing.share(rows.piece(piece), from: rank)
        guard sharing.isFirst else { continue }
        tokens.withUnsafeBufferPointer { tokens in
          for start in stride(from: 0, to: tokens.count, by: rows.width) {
            let row = UnsafeBufferPointer(rebasing: tokens[start..<start + rows.width])
            let number = number(of: row, first: before + firsts[own.count])
            mutantCounts[number] += counts[own.count]
            own.append(Int32(number))
          }
        }
      }
      guard sharing.isFirst else { continue }
      numbers += verdicts.map { $0 < 0 ? -1 : own[Int($0)] }
      mutationCount += verdicts.count / inputCount
      places.append(own)
    }
    return sharing.isFirst ? places : []
  }
}
