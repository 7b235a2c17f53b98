/// What the non-silent mutants of a screen say: every distinct continuation of an input once, and which one each mutant has.
///
/// Numbers are given in canonical order of first appearance. Takes four bytes a verdict, and four a token and some
/// thirty more a distinct continuation.
public struct Continuations: Sendable {
  public let inputCount: Int
  public private(set) var mutationCount = 0
  /// The continuation of each verdict, `[mutation, input]`; −1 where silent.
  public private(set) var numbers: [Int32] = []
  /// Mutants that have each continuation.
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

  /// Distinct continuations.
  public var count: Int { first.count }

  /// The input that a continuation follows.
  public func input(of number: Int) -> Int { first[number] % inputCount }

  /// The first mutation with a continuation.
  public func mutation(of number: Int) -> Int { first[number] / inputCount }

  /// The tokens of a continuation up to its end.
  public func tokens(of number: Int) -> ArraySlice<Int32> { rows[number].prefix { $0 >= 0 } }

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
        let number = number(of: row, input: verdict % inputCount)
        numbers.append(Int32(number))
        mutantCounts[number] += 1
      }
    }
    mutationCount += firstChange.count / inputCount
  }

  /// The number of a continuation of an input, a new one if it was not met before.
  private mutating func number(of row: UnsafeBufferPointer<Int32>, input: Int) -> Int {
    let bytes = UnsafeRawBufferPointer(row)
    let hash = HashTable.hash(bytes, seed: UInt64(input))
    let known = table.number(hash) { first[$0] % inputCount == input && rows.isEqual($0, to: bytes) }
    if let known { return known }
    table.append(hash)
    rows.append(row)
    first.append(numbers.count)
    mutantCounts.append(0)
    return rows.count - 1
  }
}
