/// Choices made by the bytes of an input; once these are used up, every choice is the first.
struct Script {
  private var bytes: ArraySlice<UInt8>

  init(_ bytes: UnsafeRawBufferPointer) { self.bytes = Array(bytes)[...] }

  mutating func next() -> UInt8 { bytes.popFirst() ?? 0 }

  /// A number below `limit`.
  mutating func next(below limit: Int) -> Int { Int(next()) % limit }

  mutating func flag() -> Bool { next() % 2 == 1 }

  mutating func choose<Choice: CaseIterable>(_ choices: Choice.Type) -> Choice
  where Choice.AllCases == [Choice] { Choice.allCases[next(below: Choice.allCases.count)] }

  mutating func bytes(_ count: Int) -> [UInt8] { (0..<count).map { _ in next() } }
}
