import Basics
import StrictJSON

/// The model `llama`: neighbours are joined as long as what they make is a token, the best score first and of equal
/// ones the leftmost; what is no token in the end becomes its bytes.
///
/// There are no merges in the file: the score of a token is its rank. Two neighbours are joined by what they spell
/// together, also where one of them is no token itself.
struct ScoredMerges: GGUFModel {
  /// Two neighbours that may be joined.
  private struct Candidate: Comparable {
    let score: Float
    /// The index of the left one.
    let position: Int
    /// What the two had together; other counts show that one of them was joined since.
    let count: Int

    static func < (first: Candidate, second: Candidate) -> Bool {
      first.score != second.score ? first.score > second.score : first.position < second.position
    }
  }

  let addsSpace: Bool
  private let vocabulary: Vocabulary
  private let scores: [Float]
  private let longest: Int
  private let byteTokens: [Int32?]
  private let unknownToken: Int32?

  init(_ file: GGUFVocabulary, _ tokens: GGUFTokens) throws {
    guard let scores = file.scores else {
      throw file.refusal("scores", "is not there, by which tokens are merged; name the model's tokenizer.json")
    }
    try file.checkCount(scores.count, "scores")
    if let id = scores.firstIndex(where: { $0.isNaN }) {
      throw file.refusal("scores", "is nan at \(id); fetch the file again")
    }
    self.scores = scores
    addsSpace = file.addsSpacePrefix ?? true
    vocabulary = tokens.vocabulary
    longest = tokens.spellings.lazy.map(\.count).max() ?? 0
    byteTokens = (UInt8.min...UInt8.max).map {
      tokens.vocabulary.id(ByteToken.spelling(of: $0)) ?? tokens.vocabulary.id(ByteString([$0]))
    }
    unknownToken = tokens.first(.unknown)
  }

  func bytes(of spelling: [UInt8]) -> [UInt8] {
    spelling.replacing(SentencePieceNormalizer.mark, with: [UInt8(ascii: " ")])
  }

  func append(_ text: ArraySlice<UInt8>, to result: inout [Int32]) throws {
    let spaced = addsSpace ? [UInt8(ascii: " ")] + text : Array(text)
    let marked = spaced.replacing([UInt8(ascii: " ")], with: SentencePieceNormalizer.mark)
    for part in merged(marked) {
      if let token = vocabulary.id(ByteString(marked[part])) {
        result.append(token)
      } else {
        for byte in marked[part] {
          guard let token = byteTokens[Int(byte)] ?? unknownToken else {
            throw MissingUnknownToken(text: marked[part].text)
          }
          result.append(token)
        }
      }
    }
  }

  // MARK: Merging

  /// Returns the ranges of `text` that are left when nothing can be joined, in order.
  private func merged(_ text: [UInt8]) -> [Range<Int>] {
    // A linked list in arrays, so that joining moves nothing; an empty range is one that was joined to its left.
    var parts: [Range<Int>] = []
    var offset = 0
    for scalar in text.text.unicodeScalars {
      parts.append(offset..<offset + UTF8.width(scalar))
      offset = parts[parts.count - 1].upperBound
    }
    var previous = parts.indices.map { $0 - 1 }
    var next = parts.indices.map { $0 + 1 }
    var queue = BinaryHeap<Candidate>()
    for position in parts.indices.dropLast() { propose(position, text, parts, next, &queue) }
    while let candidate = queue.popFirst() {
      let left = candidate.position
      let right = next[left]
      guard right < parts.count, !parts[left].isEmpty, parts[left].count + parts[right].count == candidate.count else {
        continue
      }
      parts[left] = parts[left].lowerBound..<parts[right].upperBound
      parts[right] = parts[right].upperBound..<parts[right].upperBound
      next[left] = next[right]
      if next[left] < parts.count { previous[next[left]] = left }
      propose(left, text, parts, next, &queue)
      if previous[left] >= 0 { propose(previous[left], text, parts, next, &queue) }
    }
    return parts.filter { !$0.isEmpty }
  }

  private func propose(
    _ position: Int, _ text: [UInt8], _ parts: [Range<Int>], _ next: [Int], _ queue: inout BinaryHeap<Candidate>
  ) {
    guard next[position] < parts.count else { return }
    let range = parts[position].lowerBound..<parts[next[position]].upperBound
    guard range.count <= longest, let token = vocabulary.id(ByteString(text[range])) else { return }
    queue.insert(Candidate(score: scores[Int(token)], position: position, count: range.count))
  }
}
