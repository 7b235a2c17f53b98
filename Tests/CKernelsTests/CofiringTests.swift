import CKernels
import Testing
import TestSupport

struct CofiringTests {
  /// Whether each of `count` rows fires on each of the documents, and the documents of features.
  private struct Problem {
    let documents: Int
    let fires: [[Bool]]
    let features: [[Int]]

    init(rows: Int, documents: Int, features: Int, of thousand: UInt64) {
      var random = SeededNumbers(seed: UInt64(rows * 7919 + documents))
      self.documents = documents
      fires = (0..<rows).map { _ in (0..<documents).map { _ in random.next() % 1000 < thousand } }
      self.features = (0..<features).map { feature in
        // Among them one that never fires and one that always does.
        feature == 0 ? [] : (0..<documents).filter { _ in feature == 1 || random.next() % 1000 < thousand }
      }
    }

    var expected: [UInt32] {
      fires.flatMap { row in features.map { UInt32($0.count { row[$0] }) } }
    }

    func counts(_ table: locus_kernel_table, addingTo old: UInt32? = nil) -> [UInt32] {
      let words = Int(LOCUS_COFIRING_ROWS) / 32
      var bits = Array(repeating: UInt32(0), count: (documents + 1) * words)
      for (row, fires) in fires.enumerated() {
        for (document, fires) in fires.enumerated() where fires { bits[document * words + row / 32] |= 1 << (row % 32) }
      }
      var (lines, starts) = ([UInt16](), [0])
      for own in features {
        lines += own.map(UInt16.init)
        while lines.count % 16 > 0 { lines.append(UInt16(documents)) }
        starts.append(lines.count)
      }
      let stride = features.count + 3
      var counts = Array(repeating: old ?? 77, count: fires.count * stride)
      let shape = (features: features.count, rows: fires.count)
      bits.withUnsafeBufferPointer { bits in
        lines.withUnsafeBufferPointer { lines in
          starts.withUnsafeBufferPointer { starts in
            counts.withUnsafeMutableBufferPointer { counts in
              var arguments = locus_cofiring_arguments(
                bits: bits.baseAddress, lines: lines.baseAddress, starts: starts.baseAddress,
                ends: starts.baseAddress.map { $0 + 1 }, features: shape.features,
                counts: counts.baseAddress, stride: stride, rows: shape.rows, adding: old != nil)
              table.count_cofirings(&arguments)
            }
          }
        }
      }
      for row in fires.indices {
        #expect(counts[row * stride + features.count..<(row + 1) * stride].allSatisfy { $0 == old ?? 77 })
      }
      return fires.indices.flatMap { counts[$0 * stride..<$0 * stride + features.count] }
    }
  }

  @Test(
    arguments: InstructionSets.available,
    [(1, 1, 2, 500), (33, 24, 9, 400), (512, 700, 37, 30), (300, 1000, 16, 900), (512, 16384, 3, 990)])
  func countsAreExact(set: String, shape: (rows: Int, documents: Int, features: Int, thousand: Int)) throws {
    let problem = Problem(
      rows: shape.rows, documents: shape.documents, features: shape.features, of: UInt64(shape.thousand))
    let table = try InstructionSets.table(set)
    #expect(problem.counts(table) == problem.expected)
    #expect(problem.counts(table, addingTo: 5) == problem.expected.map { $0 + 5 })
  }
}
