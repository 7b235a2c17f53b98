/// A merge that may be made at a place of the text.
struct MergeCandidate {
  let rank: Int32
  /// The index of the left token.
  let position: Int
  let token: Int32

  /// Whether this merge is made before `other`: by rank, then from the left.
  func precedes(_ other: MergeCandidate) -> Bool {
    rank != other.rank ? rank < other.rank : position < other.position
  }
}

/// The merges still to be made, best first: a binary heap.
struct MergeQueue {
  private var heap: [MergeCandidate] = []

  mutating func push(_ candidate: MergeCandidate) {
    var child = heap.count
    heap.append(candidate)
    while child > 0 {
      let parent = (child - 1) / 2
      guard candidate.precedes(heap[parent]) else { break }
      heap[child] = heap[parent]
      child = parent
    }
    heap[child] = candidate
  }

  mutating func pop() -> MergeCandidate? {
    guard let best = heap.first, let moved = heap.popLast() else { return nil }
    guard !heap.isEmpty else { return best }
    var parent = 0
    while 2 * parent + 1 < heap.count {
      var child = 2 * parent + 1
      if child + 1 < heap.count, heap[child + 1].precedes(heap[child]) { child += 1 }
      guard heap[child].precedes(moved) else { break }
      heap[parent] = heap[child]
      parent = child
    }
    heap[parent] = moved
    return best
  }
}
