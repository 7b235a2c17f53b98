import CKernels
import Testing
import TestSupport

@Suite struct NearestTests {
  /// Memory of the lists of some points.
  private struct Lists {
    let kept: Int
    var closeness: [Float]
    var numbers: [Int32]
    var counts: [Int32]
    var bounds: [Float]
    let halves: [Float]

    init(halves: [Float], kept: Int) {
      (self.halves, self.kept) = (halves, kept)
      closeness = Array(repeating: .nan, count: halves.count * 2 * kept)
      numbers = Array(repeating: -7, count: halves.count * 2 * kept)
      counts = Array(repeating: 0, count: halves.count)
      bounds = Array(repeating: -.infinity, count: halves.count)
    }

    mutating func add(
      _ table: locus_kernel_table, _ products: [Float], rows: Range<Int>, columns: Range<Int>, of count: Int
    ) {
      let block = rows.flatMap { row in columns.map { products[row * count + $0] } }
      closeness.withUnsafeMutableBufferPointer { closeness in
        numbers.withUnsafeMutableBufferPointer { numbers in
          counts.withUnsafeMutableBufferPointer { counts in
            bounds.withUnsafeMutableBufferPointer { bounds in
              halves.withUnsafeBufferPointer { halves in
                var lists = locus_nearest_lists(
                  closeness: closeness.baseAddress, numbers: numbers.baseAddress, counts: counts.baseAddress,
                  bounds: bounds.baseAddress, halves: halves.baseAddress, kept: kept)
                table.add_nearest(
                  &lists, block, columns.count, rows.lowerBound, rows.count, columns.lowerBound, columns.count)
              }
            }
          }
        }
      }
    }
  }

  @Test(arguments: InstructionSets.available, [(5, 1), (40, 3), (97, 16), (130, 7)])
  func theClosestAreKept(name: String, shape: (count: Int, kept: Int)) throws {
    let (table, count) = (try InstructionSets.table(name), shape.count)
    var random = SeededNumbers(seed: UInt64(count))
    var products = random.floats(count * count)
    for row in 0..<count {
      for column in 0..<row { products[row * count + column] = products[column * count + row] }
    }
    let halves = random.floats(count, scale: 0.1)
    // No list for the last point.
    var lists = Lists(halves: halves, kept: shape.kept)
    lists.bounds[count - 1] = .infinity
    let middle = count / 2
    lists.add(table, products, rows: 0..<middle, columns: 0..<middle, of: count)
    lists.add(table, products, rows: 0..<middle, columns: middle..<count, of: count)
    lists.add(table, products, rows: middle..<count, columns: middle..<count, of: count)
    #expect(lists.counts[count - 1] == 0)
    for point in 0..<count - 1 {
      let closeness = (0..<count).map { other in
        // The kernel takes the row's half off first.
        let (row, column) = (min(point, other), max(point, other))
        return (products[row * count + column] - halves[row]) - halves[column]
      }
      let order = (0..<count).filter { $0 != point }.sorted { closeness[$0] > closeness[$1] }
      let start = point * 2 * shape.kept
      let found = lists.numbers[start..<start + Int(lists.counts[point])].map(Int.init)
      #expect(Set(found).isSuperset(of: order.prefix(shape.kept)) && Set(found).count == found.count)
      for (place, number) in found.enumerated() { #expect(lists.closeness[start + place] == closeness[number]) }
      // What is missing is not above the bound.
      let missing = order.filter { !found.contains($0) }
      #expect(missing.allSatisfy { closeness[$0] <= lists.bounds[point] })
    }
  }
}
