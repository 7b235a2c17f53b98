/// Random numbers as `random.Random` of Python 3.11 draws them: the Mersenne Twister MT19937 (Matsumoto and Nishimura
/// 1998), seeded by a text.
///
/// The demo model's text was first made by a Python program, and comes out the same here.
struct PythonRandom {
  private var state: [UInt32]
  private var place = 624

  /// The generator of `random.Random(text)`: its seed is the text's bytes and behind them their SHA-512, as one number.
  init(_ text: String) {
    precondition(!text.isEmpty, "the first digit of the number is none of 0")
    let bytes = Array(text.utf8)
    // Bytes of the number, and its words, the least first.
    let digits = Array((bytes + SHA512.digest(of: bytes)).reversed())
    let key = stride(from: 0, to: digits.count, by: 4).map { start in
      digits[start..<min(start + 4, digits.count)].reversed().reduce(UInt32(0)) { $0 << 8 | UInt32($1) }
    }
    state = [19_650_218]
    for index in 1..<624 { state.append(Self.stirred(state[index - 1], 1_812_433_253) &+ UInt32(index)) }
    var (index, next) = (1, 0)
    func advance(_ state: inout [UInt32]) {
      index += 1
      guard index == 624 else { return }
      state[0] = state[623]
      index = 1
    }
    for _ in 0..<max(624, key.count) {
      state[index] = (state[index] ^ Self.stirred(state[index - 1], 1_664_525)) &+ key[next] &+ UInt32(next)
      next = (next + 1) % key.count
      advance(&state)
    }
    for _ in 0..<623 {
      state[index] = (state[index] ^ Self.stirred(state[index - 1], 1_566_083_941)) &- UInt32(index)
      advance(&state)
    }
    state[0] = 0x8000_0000
  }

  private static func stirred(_ word: UInt32, _ factor: UInt32) -> UInt32 { (word ^ word >> 30) &* factor }

  private mutating func word() -> UInt32 {
    if place == 624 { turn() }
    var word = state[place]
    place += 1
    word ^= word >> 11
    word ^= word << 7 & 0x9d2c_5680
    word ^= word << 15 & 0xefc6_0000
    return word ^ word >> 18
  }

  private mutating func turn() {
    for index in 0..<624 {
      let joined = state[index] & 0x8000_0000 | state[(index + 1) % 624] & 0x7fff_ffff
      state[index] = state[(index + 397) % 624] ^ joined >> 1 ^ (joined & 1 == 0 ? 0 : 0x9908_b0df)
    }
    place = 0
  }

  // MARK: Draws

  /// A number from 0 to just below 1.
  mutating func uniform() -> Double {
    let (high, low) = (word() >> 5, word() >> 6)
    return (Double(high) * 0x1p26 + Double(low)) * 0x1p-53
  }

  /// A number below `bound`.
  mutating func below(_ bound: Int) -> Int {
    let bits = UInt32(Int.bitWidth - bound.leadingZeroBitCount)
    while true {
      let number = Int(word() >> (32 - bits))
      if number < bound { return number }
    }
  }

  /// A number of a range.
  mutating func number(in range: ClosedRange<Int>) -> Int { range.lowerBound + below(range.count) }

  /// One of some things.
  mutating func choice<Element>(_ elements: [Element]) -> Element { elements[below(elements.count)] }

  /// `count` draws from some things, which may repeat.
  mutating func choices<Element>(_ elements: [Element], _ count: Int) -> [Element] {
    (0..<count).map { _ in elements[Int(uniform() * Double(elements.count))] }
  }

  /// `count` different ones of some things, in random order.
  mutating func sample<Element>(_ elements: [Element], _ count: Int) -> [Element] {
    // Python keeps a list of what is left where that is shorter than a set of what is taken.
    var size = 21
    if count > 5 {
      var power = 1
      while power < 3 * count { power *= 4 }
      size += power
    }
    if elements.count <= size {
      var left = elements
      return (0..<count).map { taken in
        let place = below(elements.count - taken)
        defer { left[place] = left[elements.count - taken - 1] }
        return left[place]
      }
    }
    var taken: Set<Int> = []
    return (0..<count).map { _ in
      var place = below(elements.count)
      while !taken.insert(place).inserted { place = below(elements.count) }
      return elements[place]
    }
  }
}
