/// A regular expression that cuts text into words, as a scanner written by hand.
///
/// Each of these expressions matches every text from end to end, so that its words leave no gaps.
enum SplitPattern: Sendable {
  /// Of GPT-2.
  case gpt2
  /// Of Llama 3: at most three digits to a word.
  case llama3
  /// Of Qwen 2: as Llama 3's, but one digit to a word.
  case qwen2

  /// Returns the pattern written as `expression`, nil when it is none of these.
  init?(expression: String) {
    let contractions = "(?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\\r\\n\\p{L}\\p{N}]?\\p{L}+"
    let rest = " ?[^\\s\\p{L}\\p{N}]+[\\r\\n]*|\\s*[\\r\\n]+|\\s+(?!\\S)|\\s+"
    switch expression {
    case "'s|'t|'re|'ve|'m|'ll|'d| ?\\p{L}+| ?\\p{N}+| ?[^\\s\\p{L}\\p{N}]+|\\s+(?!\\S)|\\s+": self = .gpt2
    case "\(contractions)|\\p{N}{1,3}|\(rest)": self = .llama3
    case "\(contractions)|\\p{N}|\(rest)": self = .qwen2
    default: return nil
    }
  }

  /// Returns the words of `text`.
  func words(of text: ArraySlice<UInt8>) -> [ArraySlice<UInt8>] {
    let classified = ClassifiedText(text)
    var words: [ArraySlice<UInt8>] = []
    var start = 0
    while start < classified.count {
      let end = self == .gpt2 ? gpt2End(classified, start) : llama3End(classified, start)
      words.append(text[classified.offsets[start]..<classified.offsets[end]])
      start = end
    }
    return words
  }

  // MARK: One word

  private func gpt2End(_ text: ClassifiedText, _ start: Int) -> Int {
    if let end = contractionEnd(text, start, ignoringCase: false) { return end }
    // ` ?\p{L}+`, ` ?\p{N}+` and ` ?[^\s\p{L}\p{N}]+`
    let first = text.scalars[start] == " " && start + 1 < text.count ? start + 1 : start
    return text.isSpace(first) ? spaceEnd(text, start) : text.end(of: text.kinds[first], from: first)
  }

  private func llama3End(_ text: ClassifiedText, _ start: Int) -> Int {
    if let end = contractionEnd(text, start, ignoringCase: true) { return end }
    let kind = text.kinds[start]
    let next = start + 1 < text.count ? text.kinds[start + 1] : nil
    // `[^\r\n\p{L}\p{N}]?\p{L}+`
    if kind == .letter { return text.end(of: .letter, from: start) }
    if next == .letter, kind == .space || kind == .other { return text.end(of: .letter, from: start + 1) }
    // `\p{N}{1,3}`
    if kind == .number { return text.end(of: .number, from: start, limit: self == .llama3 ? 3 : 1) }
    // ` ?[^\s\p{L}\p{N}]+[\r\n]*`
    if kind == .other || (text.scalars[start] == " " && next == .other) {
      return text.end(of: .lineBreak, from: text.end(of: .other, from: kind == .other ? start : start + 1))
    }
    // `\s*[\r\n]+` ends after the last line break of the white space.
    let end = whiteSpaceEnd(text, start)
    if let last = text.kinds[start..<end].lastIndex(of: .lineBreak) { return last + 1 }
    return spaceEnd(text, start)
  }

  /// The end of `'s|'t|'re|'ve|'m|'ll|'d`.
  private func contractionEnd(_ text: ClassifiedText, _ start: Int, ignoringCase: Bool) -> Int? {
    guard text.scalars[start] == "'" else { return nil }
    func letter(_ index: Int) -> Unicode.Scalar? {
      guard index < text.count else { return nil }
      let scalar = text.scalars[index]
      guard ignoringCase else { return scalar }
      // The long s is an s when case is ignored.
      if scalar == "\u{17F}" { return "s" }
      return ("A"..."Z").contains(scalar) ? Unicode.Scalar(UInt8(ascii: scalar) | 0x20) : scalar
    }
    switch (letter(start + 1), letter(start + 2)) {
    case ("s", _), ("t", _), ("m", _), ("d", _): return start + 2
    case ("r", "e"), ("v", "e"), ("l", "l"): return start + 3
    default: return nil
    }
  }

  /// The end of `\s+(?!\S)|\s+`: white space before a word leaves its last character to the word.
  private func spaceEnd(_ text: ClassifiedText, _ start: Int) -> Int {
    let end = whiteSpaceEnd(text, start)
    return end == text.count || end == start + 1 ? end : end - 1
  }

  private func whiteSpaceEnd(_ text: ClassifiedText, _ start: Int) -> Int {
    var end = start
    while end < text.count, text.isSpace(end) { end += 1 }
    return end
  }
}
