import Basics
import Testing

struct BinaryHeapTests {
  @Test func elementsComeOutInOrder() {
    var random = RandomStream(seed: 1, stream: "heap", index: 0)
    for count in [0, 1, 2, 3, 100] {
      let numbers = (0..<count).map { _ in random.below(40) }
      var heap = BinaryHeap<Int>(capacity: count)
      for number in numbers { heap.insert(number) }
      var sorted: [Int] = []
      while let number = heap.popFirst() { sorted.append(number) }
      #expect(sorted == numbers.sorted())
      #expect(heap.first == nil)
    }
  }

  @Test func theFirstIsReplaced() {
    var heap = BinaryHeap<Int>()
    for number in [5, 3, 8] { heap.insert(number) }
    heap.replaceFirst(9)
    #expect(heap.first == 5)
    heap.replaceFirst(1)
    #expect([heap.popFirst(), heap.popFirst(), heap.popFirst(), heap.popFirst()] == [1, 8, 9, nil])
  }
}
