/// Requests of simulated ranks, the one that arrives first in front: a binary heap.
struct RequestQueue {
  struct Request: Equatable {
    /// In seconds.
    var arrival: Double
    var rank: Int32

    /// Of two that arrive at once the lower rank's is first, so that a simulation repeats itself.
    fileprivate func precedes(_ other: Request) -> Bool {
      arrival < other.arrival || (arrival == other.arrival && rank < other.rank)
    }
  }

  private var heap: [Request] = []

  init(capacity: Int) { heap.reserveCapacity(capacity) }

  var first: Request? { heap.first }

  mutating func insert(_ request: Request) {
    var place = heap.count
    heap.append(request)
    while place > 0 {
      let parent = (place - 1) / 2
      guard request.precedes(heap[parent]) else { break }
      heap[place] = heap[parent]
      place = parent
    }
    heap[place] = request
  }

  mutating func removeFirst() {
    guard let last = heap.popLast(), !heap.isEmpty else { return }
    replaceFirst(last)
  }

  /// Takes the first request out of a queue that is not empty, and puts another in.
  mutating func replaceFirst(_ request: Request) {
    heap.withUnsafeMutableBufferPointer { heap in
      var place = 0
      while true {
        var child = 2 * place + 1
        guard child < heap.count else { break }
        if child + 1 < heap.count, heap[child + 1].precedes(heap[child]) { child += 1 }
        guard heap[child].precedes(request) else { break }
        heap[place] = heap[child]
        place = child
      }
      heap[place] = request
    }
  }
}
