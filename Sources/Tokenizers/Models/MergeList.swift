import Basics
import StrictJSON

/// The merges of a byte-pair model in the order of their ranks: `merges` of a tokenizer.json.
struct MergeList {
  private(set) var table: MergeTable

  /// Reads the merges of tokens of `vocabulary`; `prefix` stands before every right one and is left out of what they
  /// make.
  init(_ node: JSONNode, _ vocabulary: Vocabulary, prefix: [UInt8]) throws {
    let values = try node.values()
    table = MergeTable(capacity: values.count)
    for (rank, value) in values.enumerated() {
      // The first line of a merges.txt, which some files carry along.
      if case .text(let text) = value, text.bytes.starts(with: "#version".utf8) { continue }
      guard let (left, right) = Self.pair(value) else {
        throw node.refusal("has at \(rank) something that is not two tokens; fetch the file again")
      }
      let joined = left.bytes + right.bytes.dropFirst(right.bytes.starts(with: prefix) ? prefix.count : 0)
      guard let leftToken = vocabulary.id(left), let rightToken = vocabulary.id(right),
        let token = vocabulary.id(ByteString(joined))
      else {
        throw node.refusal(
          "joins \(left.text.quoted) and \(right.text.quoted) at \(rank), but the vocabulary lacks one of them or "
            + "the result")
      }
      guard let rank = Int32(exactly: rank) else { throw node.refusal("has too many merges") }
      table[leftToken, rightToken] = Merge(rank: rank, token: token)
    }
  }

  private static func pair(_ value: JSONValue) -> (ByteString, ByteString)? {
    switch value {
    case .text(let text):
      let parts = text.bytes.split(separator: UInt8(ascii: " "), omittingEmptySubsequences: false)
      return parts.count == 2 ? (ByteString(parts[0]), ByteString(parts[1])) : nil
    case .list(let elements):
      guard elements.count == 2, case .text(let left) = elements[0], case .text(let right) = elements[1] else {
        return nil
      }
      return (left, right)
    default: return nil
    }
  }
}
