/// A text and the words into which it is cut so far.
struct CutText {
  private(set) var text: [UInt8]
  /// The ranges of the words in the text, in order; none is empty.
  private(set) var ranges: [Range<Int>]

  /// The words.
  var words: [ArraySlice<UInt8>] { ranges.map { text[$0] } }

  /// Takes a text as one word, or as none if it is empty.
  init(_ text: [UInt8]) {
    self.text = text
    ranges = text.isEmpty ? [] : [text.indices]
  }

  /// Cuts each word into the parts that `parts` finds in it.
  mutating func cut(_ parts: (ArraySlice<UInt8>) throws -> [Range<Int>]) rethrows {
    var cut: [Range<Int>] = []
    cut.reserveCapacity(ranges.count)
    for range in ranges {
      for part in try parts(text[range]) where !part.isEmpty { cut.append(part) }
    }
    ranges = cut
  }

  /// Puts in the place of each word what `append` writes for it, given whether the word begins the text.
  mutating func rewrite(_ append: (ArraySlice<UInt8>, Bool, inout [UInt8]) -> Void) {
    var result: [UInt8] = []
    result.reserveCapacity(2 * text.count)
    var written: [Range<Int>] = []
    written.reserveCapacity(ranges.count)
    for range in ranges {
      let start = result.count
      append(text[range], range.lowerBound == 0, &result)
      if start < result.count { written.append(start..<result.count) }
    }
    text = result
    ranges = written
  }

  /// Cuts each word where scalars of a class begin and end, and by `behavior` between them; each of the class is a
  /// match of its own.
  mutating func cut(by behavior: SplitBehavior, _ isMatch: (Unicode.Scalar) -> Bool) {
    cut { word in
      var pieces: [SplitBehavior.Piece] = []
      var offset = word.startIndex
      for scalar in word.text.unicodeScalars {
        let next = offset + UTF8.width(scalar)
        let matches = isMatch(scalar)
        if !matches, let last = pieces.last, !last.isMatch {
          pieces[pieces.count - 1].range = last.range.lowerBound..<next
        } else {
          pieces.append(.init(range: offset..<next, isMatch: matches))
        }
        offset = next
      }
      return behavior.words(of: pieces)
    }
  }
}
