/// The words that a screen uses: those of its prompts and baselines, and those that at least three different
/// continuations share.
///
/// A word is here a run of at least two letters; every character beyond ASCII counts as a letter, so a phrase in a
/// script without spaces is one word.
public struct KnownWords: Sendable {
  private static let texts = 3

  private var lexicon = Lexicon()
  /// Texts of mutants that have each word, up to three; more for words of prompts and baselines.
  private var counts: [UInt8] = []

  /// Begins without words.
  public init() {}

  /// Takes in a prompt or a baseline.
  public mutating func learn(_ text: String) {
    KnownWords.forEachWord(of: Array(text.utf8)) { counts[place(of: $0)] = UInt8(KnownWords.texts) }
  }

  /// Takes in a continuation, each different one once.
  public mutating func count(_ text: String) {
    var seen: Set<Int> = []
    KnownWords.forEachWord(of: Array(text.utf8)) { word in
      let place = place(of: word)
      if seen.insert(place).inserted { counts[place] = min(counts[place], UInt8(KnownWords.texts) - 1) + 1 }
    }
  }

  /// Whether the screen uses a word, given in lower case.
  public func isKnown(_ word: String) -> Bool { isKnown(Array(word.utf8)[...]) }

  /// Whether more than half of the words of a text, and at least three, are unknown.
  func isMostlyUnknown(_ text: [UInt8]) -> Bool {
    var (all, unknown) = (0, 0)
    KnownWords.forEachWord(of: text) { word in
      all += 1
      unknown += isKnown(word) ? 0 : 1
    }
    return unknown >= 3 && 2 * unknown > all
  }

  // MARK: Private

  private func isKnown(_ word: ArraySlice<UInt8>) -> Bool {
    lexicon.number(of: word).map { counts[$0] >= KnownWords.texts } ?? false
  }

  private mutating func place(of word: ArraySlice<UInt8>) -> Int {
    let place = lexicon.learn(word)
    if place == counts.count { counts.append(0) }
    return place
  }

  /// Calls `body` with each word in lower case, as far as it is ASCII.
  private static func forEachWord(of text: [UInt8], _ body: (ArraySlice<UInt8>) -> Void) {
    let lowered = text.map { $0.isLetter && $0 < 0x80 ? $0 | 0x20 : $0 }
    var start = 0
    for place in 0...lowered.count where place == lowered.count || !lowered[place].isLetter {
      if place - start >= 2 { body(lowered[start..<place]) }
      start = place + 1
    }
  }
}

extension UInt8 {
  /// A letter of ASCII, or a part of any character beyond it.
  var isLetter: Bool {
    switch self {
    case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"), 0x80...: true
    default: false
    }
  }

  var isDigit: Bool { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(self) }

  /// A space or a tab.
  var isBlank: Bool { self == UInt8(ascii: " ") || self == UInt8(ascii: "\t") }
}
