/// A merge that may be made at a place of the text.
struct MergeCandidate: Comparable {
  let rank: Int32
  /// The index of the left token.
  let position: Int
  let token: Int32

  /// Whether the first merge is made before the second: by rank, then from the left.
  static func < (first: MergeCandidate, second: MergeCandidate) -> Bool {
    first.rank != second.rank ? first.rank < second.rank : first.position < second.position
  }
}
