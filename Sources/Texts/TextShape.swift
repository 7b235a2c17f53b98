/// The lines of a text, and the rules of `TextForm` on their characters.
struct TextShape {
  private let text: [UInt8]
  /// Lines that are not blank, without their ends.
  let lines: [Range<Int>]

  /// Takes UTF-8.
  init(_ text: [UInt8]) {
    self.text = text
    var lines: [Range<Int>] = []
    var start = 0
    for place in 0...text.count where place == text.count || text[place] == UInt8(ascii: "\n") {
      let line = start..<place
      if line.contains(where: { !text[$0].isBlank && text[$0] != UInt8(ascii: "\r") }) { lines.append(line) }
      start = place + 1
    }
    self.lines = lines
  }

  /// The UTF-8 of a line.
  func bytes(_ line: Range<Int>) -> ArraySlice<UInt8> { text[line] }

  // MARK: Rhyme

  /// Whether two lines of at least three words, neighbours or with one between them, end in different words that rhyme.
  /// A last line that does not end in a punctuation mark may be cut short, and does not count.
  var hasRhyme: Bool {
    guard lines.count >= 2 else { return false }
    let ends = lines.indices.map { index -> LineEnd? in
      let isCut = index == lines.count - 1 && text.last.map { $0.isLetter || $0.isDigit || $0.isBlank } ?? true
      return isCut ? nil : LineEnd(text[lines[index]])
    }
    return ends.indices.contains { index in
      [index + 1, index + 2].contains { other in
        guard other < ends.count, let first = ends[index], let second = ends[other] else { return false }
        return first.rhymes(with: second)
      }
    }
  }

  // MARK: Quotations

  /// Whether two quotation marks or more open: curly or angular ones that do, and straight ones behind a blank, a line
  /// break, an opening bracket or a dash, or at the start, with no blank behind them.
  var hasQuotedTurns: Bool {
    var count = 0
    for place in text.indices where opensQuotation(place) {
      count += 1
      if count == 2 { return true }
    }
    return false
  }

  private func opensQuotation(_ place: Int) -> Bool {
    switch text[place] {
    case UInt8(ascii: "\""):
      guard place + 1 < text.count, !text[place + 1].isBlank, text[place + 1] != UInt8(ascii: "\n") else {
        return false
      }
      return place == 0 || " \t\n([-".utf8.contains(text[place - 1])
    // “ and „
    case 0xe2: return place + 2 < text.count && text[place + 1] == 0x80 && [0x9c, 0x9e].contains(text[place + 2])
    // «
    case 0xc2: return place + 1 < text.count && text[place + 1] == 0xab
    default: return false
    }
  }

  // MARK: List

  var isList: Bool { lines.count(where: isItem) >= 2 }

  /// `- `, `* `, `• `, up to three digits and `. ` or `) `, or one letter and `. ` or `) `.
  private func isItem(_ line: Range<Int>) -> Bool {
    let characters = text[line].drop(while: \.isBlank)
    let marker = characters.prefix { !$0.isBlank }
    guard characters.count > marker.count, let last = marker.last else { return false }
    if marker.elementsEqual("-".utf8) || marker.elementsEqual("*".utf8) || marker.elementsEqual("•".utf8) {
      return true
    }
    let label = marker.dropLast()
    guard last == UInt8(ascii: ".") || last == UInt8(ascii: ")") else { return false }
    return (1...3).contains(label.count) && label.allSatisfy(\.isDigit)
      || label.count == 1 && label.allSatisfy(\.isLetter)
  }
}

/// How a line ends.
private struct LineEnd {
  private let word: ArraySlice<UInt8>
  /// What has to be equal in words that rhyme.
  private let rhyme: ArraySlice<UInt8>

  /// Endings without stress, which rhyme only together with what is before them.
  private static let weak = ["ing", "ed", "er", "ers", "es", "en"].map { Array($0.utf8) }

  /// nil for a line of fewer than three words, or whose last has no rhyme of two letters.
  init?(_ line: ArraySlice<UInt8>) {
    let letters = line.map { $0.isLetter && $0 < 0x80 ? $0 | 0x20 : $0 }
    let words = letters.split { !$0.isLetter }
    guard words.count >= 3, let word = words.last else { return nil }
    var start = LineEnd.lastVowels(of: word)
    // A last e behind a consonant is not heard, if the word has another vowel.
    for endings in [[Array("e".utf8)], LineEnd.weak] {
      let isWeak = endings.contains { $0[...] == word[start...] } && word[..<start].contains(where: LineEnd.isVowel)
      if isWeak { start = LineEnd.lastVowels(of: word[..<start]) }
    }
    guard word.endIndex - start >= 2, start < word.endIndex, LineEnd.isVowel(word[start]) else { return nil }
    self.word = word
    rhyme = word[start...]
  }

  func rhymes(with other: LineEnd) -> Bool { rhyme == other.rhyme && word != other.word }

  /// The start of the last group of vowels; the word's start if there is none.
  private static func lastVowels(of word: ArraySlice<UInt8>) -> Int {
    guard var place = word.lastIndex(where: isVowel) else { return word.startIndex }
    while place > word.startIndex, isVowel(word[place - 1]) { place -= 1 }
    return place
  }

  private static func isVowel(_ letter: UInt8) -> Bool { "aeiouy".utf8.contains(letter) }
}
