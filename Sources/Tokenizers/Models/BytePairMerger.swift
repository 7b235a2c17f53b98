import Basics

/// Joins neighbouring tokens by a merge table, best merge first, in n log n.
///
/// The tokens are a linked list in arrays, so that a merge moves nothing. One merger serves many words, to keep its
/// arrays.
struct BytePairMerger {
  private static let removed: Int32 = -1

  private var tokens: [Int32] = []
  private var previous: [Int] = []
  private var next: [Int] = []
  private var queue = BinaryHeap<MergeCandidate>()

  /// Puts a token behind the word to be merged.
  mutating func append(_ token: Int32) {
    tokens.append(token)
  }

  /// Merges the tokens appended so far, appends what is left to `result` and empties the word.
  mutating func merge(by table: MergeTable, into result: inout [Int32]) {
    link()
    for position in tokens.indices.dropLast() { propose(position, table) }
    while let candidate = queue.popFirst() {
      let left = candidate.position
      let right = next[left]
      // A candidate is stale when one of its tokens has been merged since.
      guard tokens[left] != Self.removed, right < tokens.count,
        table[tokens[left], tokens[right]]?.token == candidate.token
      else { continue }
      tokens[left] = candidate.token
      tokens[right] = Self.removed
      next[left] = next[right]
      if next[left] < tokens.count {
        previous[next[left]] = left
        propose(left, table)
      }
      if previous[left] >= 0 { propose(previous[left], table) }
    }
    for token in tokens where token != Self.removed { result.append(token) }
    tokens.removeAll(keepingCapacity: true)
  }

  private mutating func link() {
    previous.removeAll(keepingCapacity: true)
    next.removeAll(keepingCapacity: true)
    for position in tokens.indices {
      previous.append(position - 1)
      next.append(position + 1)
    }
  }

  private mutating func propose(_ position: Int, _ table: MergeTable) {
    guard let merge = table[tokens[position], tokens[next[position]]] else { return }
    queue.insert(MergeCandidate(rank: merge.rank, position: position, token: merge.token))
  }
}
