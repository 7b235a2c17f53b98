/// A queue whose smallest element comes first: a binary heap (Williams 1964). To insert or remove one of n elements
/// takes at most about 2 log₂ n comparisons; of equal elements either may come first.
public struct BinaryHeap<Element: Comparable> {
  @usableFromInline var heap: [Element] = []

  /// Makes an empty queue with room for `capacity` elements.
  @inlinable
  public init(capacity: Int = 0) { heap.reserveCapacity(capacity) }

  /// The smallest element; nil if the queue is empty.
  @inlinable
  public var first: Element? { heap.first }

  /// Puts an element in.
  @inlinable
  public mutating func insert(_ element: Element) {
    var place = heap.count
    heap.append(element)
    while place > 0 {
      let parent = (place - 1) / 2
      guard element < heap[parent] else { break }
      heap[place] = heap[parent]
      place = parent
    }
    heap[place] = element
  }

  /// Takes the smallest element out; nil if the queue is empty.
  @inlinable
  public mutating func popFirst() -> Element? {
    guard let first = heap.first, let last = heap.popLast() else { return nil }
    if !heap.isEmpty { replaceFirst(last) }
    return first
  }

  /// Takes the smallest element out of a queue that is not empty, and puts another in.
  @inlinable
  public mutating func replaceFirst(_ element: Element) {
    precondition(!heap.isEmpty, "an element to replace")
    heap.withUnsafeMutableBufferPointer { heap in
      var place = 0
      while true {
        var child = 2 * place + 1
        guard child < heap.count else { break }
        if child + 1 < heap.count, heap[child + 1] < heap[child] { child += 1 }
        guard heap[child] < element else { break }
        heap[place] = heap[child]
        place = child
      }
      heap[place] = element
    }
  }
}

extension BinaryHeap: Sendable where Element: Sendable {}
