/// Finds the tokens that stand in a text as they are spelled: the longest ones first, wherever they are, and then those
/// that fit between; of equally long ones the leftmost.
///
/// llama.cpp searches in this order. It differs from going from the left: of the marks `ab` and `bcd`, the text `abcd`
/// has the second.
struct MarkFinder: Sendable {
  private struct Match {
    let range: Range<Int>
    let token: Int32
  }

  private var trie = ByteTrie()

  /// Makes a finder of the marks of `tokens`; of two equal spellings the first counts.
  init(_ tokens: GGUFTokens) {
    for (id, (spelling, kind)) in zip(tokens.spellings, tokens.kinds).enumerated() where kind.isFound {
      trie.insert(spelling, Int32(id))
    }
  }

  /// Returns the marks of `text` and what is between them, in order.
  ///
  /// Cost: the length of the text, and n log n in the number of marks that stand in it, one inside another.
  func segments(of text: [UInt8]) -> [AddedTokenFinder.Segment] {
    var segments: [AddedTokenFinder.Segment] = []
    var done = 0
    for match in chosen(in: text) {
      if done < match.range.lowerBound { segments.append(.text(done..<match.range.lowerBound)) }
      segments.append(.token(match.token))
      done = match.range.upperBound
    }
    if done < text.count { segments.append(.text(done..<text.count)) }
    return segments
  }

  private func chosen(in text: [UInt8]) -> [Match] {
    var matches: [Match] = []
    for start in text.indices {
      trie.forEachMatch(in: text[...], at: start) { matches.append(Match(range: start..<$0, token: $1)) }
    }
    matches.sort {
      ($0.range.count, $1.range.lowerBound) > ($1.range.count, $0.range.lowerBound)
    }
    var isTaken = [Bool](repeating: false, count: matches.isEmpty ? 0 : text.count)
    // Those taken before are at least as long, so that none lies within.
    let chosen = matches.filter { match in
      guard !isTaken[match.range.lowerBound], !isTaken[match.range.upperBound - 1] else { return false }
      for index in match.range { isTaken[index] = true }
      return true
    }
    return chosen.sorted { $0.range.lowerBound < $1.range.lowerBound }
  }
}
