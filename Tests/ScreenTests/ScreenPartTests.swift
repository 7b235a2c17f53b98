import Screen
import Testing

/// A screen is divided without gaps, and about evenly.
@Suite struct ScreenPartTests {
  private func refusal(_ body: () throws -> Void) -> String {
    do {
      try body()
      return "accepted"
    } catch {
      return "\(error)"
    }
  }

  private func parts(_ costs: [Double], of count: Int) throws -> [Range<Int>] {
    try (1...count).map { try ScreenPart(index: $0, of: count).units(costs: costs) }
  }

  @Test func aPartIsRead() throws {
    #expect(try ScreenPart(parsing: "2/8") == ScreenPart(index: 2, of: 8))
    #expect(try ScreenPart(parsing: "1/1").description == "1/1")
    let wrong = [
      "", "/", "2", "2/", "/8", "0/8", "9/8", "-1/8", "+1/8", "1/8/2", "1 / 8", "a/b", "²/8", "1.0/8", "1/0",
      "1/99999999999999999999",
    ]
    for text in wrong {
      let words = refusal { _ = try ScreenPart(parsing: text) }
      #expect(words.contains("'\(text)'") && words.contains("write "), "\(words)")
    }
  }

  @Test func equalUnitsGiveEqualParts() throws {
    #expect(try parts(Array(repeating: 1, count: 8), of: 4) == [0..<2, 2..<4, 4..<6, 6..<8])
    #expect(try parts(Array(repeating: 7, count: 3), of: 3) == [0..<1, 1..<2, 2..<3])
    #expect(try parts([1, 2, 3], of: 1) == [0..<3])
  }

  /// Early layers cost more than late ones.
  @Test func costlyUnitsMakeShortParts() throws {
    #expect(try parts([6, 1, 1, 1, 1, 1, 1], of: 2) == [0..<1, 1..<7])
    #expect(try parts([4, 4, 2, 2, 2, 1, 1], of: 2) == [0..<2, 2..<7])
    // One that outweighs all leaves a unit to each of the others.
    #expect(try parts([1, 1, 100, 1], of: 4) == [0..<1, 1..<2, 2..<3, 3..<4])
    #expect(try parts([100, 0, 0, 0], of: 3) == [0..<1, 1..<2, 2..<4])
    #expect(try parts([0, 0, 0, 100], of: 3) == [0..<2, 2..<3, 3..<4])
  }

  @Test func everyUnitIsInOnePart() throws {
    var state: UInt64 = 3
    func random(below limit: Int) -> Int {
      state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
      return Int(state >> 33) % limit
    }
    for _ in 0..<400 {
      let costs = (0..<1 + random(below: 60)).map { _ in Double(random(below: 1000)) }
      let count = 1 + random(below: costs.count)
      let divided = try parts(costs, of: count)
      #expect(divided.allSatisfy { !$0.isEmpty })
      #expect(divided.flatMap { Array($0) } == Array(costs.indices))
      // Off an even division by no more than a unit, unless units were kept for others.
      guard costs.count >= 4 * count, let largest = costs.max() else { continue }
      let even = costs.reduce(0, +) / Double(count)
      if largest < even / 4 {
        for part in divided { #expect(abs(part.reduce(0) { $0 + costs[$1] } - even) <= largest) }
      }
    }
  }

  @Test func morePartsThanUnitsAreRefused() {
    let words = refusal { _ = try ScreenPart(index: 1, of: 4).units(costs: [1, 1, 1]) }
    #expect(words.contains("4 parts") && words.contains("3 units") && words.contains("at most 3"), "\(words)")
  }
}
