import Findings
import Testing
import TestSupport
import Texts

/// Words, their cosine, and edit distances.
struct TextComparisonTests {
  /// Whatever the texts, if the angle between their word counts is that of √3 / 8.
  @Test(arguments: [
    ("a b c d e f g h i j k l", "a b c m n o p q r s t u v w x y"),  // 3 / √(12 · 16)
    ("a a b c", "a b e e e e e f f g"),  // 3 / √(6 · 32)
    ("a a a b b b c c c d d d", "a b c e e e e f f f f g g g h h"),  // 9 / √(36 · 48), 3 · 1 three times
  ])
  func theKnownCosineIsThatNumber(first: String, second: String) {
    let counted = [first, second].map { text in
      text.split(separator: " ").reduce(into: [:]) { $0[$1, default: 0] += 1 }
    }
    let dot = counted[0].reduce(0) { $0 + $1.value * (counted[1][$1.key] ?? 0) }
    let squares = counted.map { $0.values.reduce(0) { $0 + $1 * $1 } }
    // 64 · dot² = 3 · squares is √3 / 8 without rounding.
    #expect(64 * dot * dot == 3 * squares[0] * squares[1])
    #expect(WordCounts.cosine(of: first, and: second) == 0.21650635094610965)
    #expect(WordCounts.cosine(of: second.uppercased(), and: "\t" + first + "!") == 0.21650635094610965)
  }

  @Test func equalCountsAreOneAndNoneIsZero() {
    #expect(WordCounts.cosine(of: "One day, Tom", and: "tom ONE. day!") == 1)
    #expect(WordCounts.cosine(of: "a a b", and: "a b a a b a") == 1)
    #expect(WordCounts.cosine(of: "red", and: "blue") == 0)
    #expect(WordCounts.cosine(of: "red", and: " \n") == 0)
    #expect(WordCounts.cosine(of: "...", and: " \n") == 1)
  }

  @Test func wordsAreThoseOfTheRecipe() {
    #expect(
      Words("One day, Tom's cup fell...  (It BROKE!?)\n- \"so\"").strings == [
        "one", "day", "tom's", "cup", "fell", "(it", "broke)", "-", "\"so\"",
      ])
    #expect(
      Words("Die Straße\u{a0}und ÉTÉ.\u{2003}Ωμέγα\u{1d}x").strings == [
        "die", "straße", "und", "été", "ωμέγα", "x",
      ])
    #expect(Words(" .,!? ").count == 0 && Words("").count == 0)
  }

  /// Against the table of Wagner and Fischer 1974, for patterns of less and of more than a machine word.
  @Test func editDistancesAreExact() {
    var chance = SeededNumbers(1)
    for trial in 0..<400 {
      let length = trial % 4 == 0 ? 200 : 40
      let symbols = trial % 3 == 0 ? 2 : 12
      let first = (0..<chance.below(length)).map { _ in Int32(chance.below(symbols)) }
      // A text of its own, or one that is made from the first.
      var second = trial % 2 == 0 ? first : (0..<chance.below(length)).map { _ in Int32(chance.below(symbols)) }
      for _ in 0..<chance.below(12) where !second.isEmpty { second[chance.below(second.count)] = 99 }
      if second.count > 3 { second.remove(at: chance.below(second.count)) }
      let expected = EditDistanceTable.distance(first, second)
      #expect(EditDistance(from: first).distance(to: second) == expected, "\(first) \(second)")
      #expect(EditDistance(from: second).distance(to: first) == expected)
    }
    for length in [63, 64, 65, 128, 129] {
      let text = (0..<length).map(Int32.init)
      #expect(EditDistance(from: text).distance(to: text) == 0)
      #expect(
        EditDistance(from: text).distance(to: []) == length && EditDistance(from: []).distance(to: text) == length)
      #expect(EditDistance(from: text).distance(to: Array(text.dropFirst())) == 1)
      #expect(EditDistance(from: text).distance(to: text.map { -$0 - 1 }) == length)
    }
  }
}

private enum EditDistanceTable {
  static func distance(_ first: [Int32], _ second: [Int32]) -> Int {
    var row = Array(0...second.count)
    for (index, token) in first.enumerated() {
      var diagonal = row[0]
      row[0] = index + 1
      for place in second.indices {
        let above = row[place + 1]
        row[place + 1] = min(above + 1, row[place] + 1, diagonal + (second[place] == token ? 0 : 1))
        diagonal = above
      }
    }
    return row[second.count]
  }
}
