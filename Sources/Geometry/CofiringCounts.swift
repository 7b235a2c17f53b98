import CKernels

/// On how many documents pairs of features fire together (n11), exact, some rows of the table at a time.
///
/// A row comes about in one of two ways, whichever takes fewer operations; both give the same whole numbers. One that fires
/// rarely goes through its documents and counts the features of each: n1 · (features of a document) operations. Rows that fire
/// often are taken 512 at a time: a document is a line of 512 bits, and the lines of a feature's documents are added up bit by
/// bit, for all rows at once.
public struct CofiringCounts: Sendable {
  public let record: FiringRecord
  /// The features of each document.
  private let features: FiringRecord
  /// Documents of which the bits stay near the processor together, and how many times so many there are.
  private let chunk: Int
  private let chunkCount: Int
  /// The numbers of each feature's documents in a chunk, chunk by chunk, filled up to sixteens with the number after the last.
  private let lines: [UInt16]
  /// Where those begin, and behind them the end, `[chunks, features]` and one more.
  private let starts: [Int]

  /// Of rows and columns of the table that are counted together: it stays near the processor.
  private static let (rowLimit, columnLimit) = (LOCUS_COFIRING_ROWS, 512)
  /// Measured, in counters that are raised: what a line costs that is added to 512 rows, and what a feature costs besides.
  private static let (lineCost, featureCost) = (0.75, 200.0)

  public init(_ record: FiringRecord) {
    self.record = record
    features = record.transposed
    // Chunks of one size, so that none is as good as empty.
    let chunkCount = max(1, (record.documentCount + LOCUS_COFIRING_DOCUMENTS - 1) / LOCUS_COFIRING_DOCUMENTS)
    let chunk = max(1, (record.documentCount + chunkCount - 1) / chunkCount)
    var (places, lines, starts) = (record.offsets, [UInt16](), [0])
    lines.reserveCapacity(record.documents.count + 8 * record.featureCount * chunkCount)
    for first in stride(from: 0, to: chunkCount * chunk, by: chunk) {
      for feature in 0..<record.featureCount {
        while places[feature] < record.offsets[feature + 1], record.documents[places[feature]] < first + chunk {
          lines.append(UInt16(Int(record.documents[places[feature]]) - first))
          places[feature] += 1
        }
        while lines.count % 16 > 0 { lines.append(UInt16(chunk)) }
        starts.append(lines.count)
      }
    }
    (self.chunk, self.chunkCount, self.lines, self.starts) = (chunk, chunkCount, lines, starts)
  }

  /// Calls `body` with each of these rows, some of its columns, and the counts of those, `[columns]`: every column of a row
  /// once, in order; rows and columns may come interleaved. The count of a feature with itself is its n1.
  public func forEachPart(
    of rows: Range<Int>, _ body: (_ row: Int, _ columns: Range<Int>, _ counts: UnsafeBufferPointer<UInt32>) -> Void
  ) {
    precondition(rows.lowerBound >= 0 && rows.upperBound <= record.featureCount, "rows of the table")
    for first in stride(from: rows.lowerBound, to: rows.upperBound, by: CofiringCounts.rowLimit) {
      let part = first..<min(first + CofiringCounts.rowLimit, rows.upperBound)
      let together = rowsToAdd(of: part)
      addLines(of: together, body)
      raiseCounters(of: part.filter { !together.contains($0) }, body)
    }
  }

  // MARK: Private

  /// The rows whose lines are added, ascending; perhaps none.
  private func rowsToAdd(of rows: Range<Int>) -> [Int] {
    let meanLength = Double(record.documents.count) / Double(max(1, record.documentCount))
    func cost(_ row: Int) -> Double { Double(record.offsets[row + 1] - record.offsets[row]) * meanLength }
    let together =
      CofiringCounts.lineCost * Double(lines.count) + CofiringCounts.featureCost * Double(starts.count)
    let often = rows.filter { cost($0) * Double(CofiringCounts.rowLimit) > together }
    return often.reduce(0) { $0 + cost($1) } > together ? often : []
  }

  private func raiseCounters(of rows: [Int], _ body: (Int, Range<Int>, UnsafeBufferPointer<UInt32>) -> Void) {
    var counters = Array(repeating: UInt32(0), count: record.featureCount)
    for row in rows {
      counters.withUnsafeMutableBufferPointer { counters in
        counters.update(repeating: 0)
        features.documents.withUnsafeBufferPointer { list in
          for document in record[feature: row] {
            for place in features.offsets[Int(document)]..<features.offsets[Int(document) + 1] {
              counters[Int(list[place])] &+= 1
            }
          }
        }
        body(row, 0..<counters.count, UnsafeBufferPointer(counters))
      }
    }
  }

  private func addLines(of rows: [Int], _ body: (Int, Range<Int>, UnsafeBufferPointer<UInt32>) -> Void) {
    guard !rows.isEmpty else { return }
    let words = CofiringCounts.rowLimit / 32
    // Of each document, `[chunks, chunk + 1, words]`; the last line of a chunk is zero. A line is a cache line.
    let memory = UnsafeMutableRawBufferPointer.allocate(byteCount: chunkCount * (chunk + 1) * words * 4, alignment: 64)
    defer { memory.deallocate() }
    let bits = memory.bindMemory(to: UInt32.self)
    bits.update(repeating: 0)
    for (place, row) in rows.enumerated() {
      for document in record[feature: row].lazy.map(Int.init) {
        bits[(document + document / chunk) * words + place / 32] |= UInt32(1) << UInt32(place % 32)
      }
    }
    // An odd number of cache lines to a row, so that rows do not compete for places in the cache.
    let stride = CofiringCounts.columnLimit + 16
    var table = Array(repeating: UInt32(0), count: rows.count * stride)
    for first in Swift.stride(from: 0, to: record.featureCount, by: CofiringCounts.columnLimit) {
      let columns = first..<min(first + CofiringCounts.columnLimit, record.featureCount)
      table.withUnsafeMutableBufferPointer { table in
        count(columns, with: UnsafeBufferPointer(bits), rows: rows.count, to: table, stride: stride)
        for (place, row) in rows.enumerated() {
          body(row, columns, UnsafeBufferPointer(rebasing: table[place * stride..<place * stride + columns.count]))
        }
      }
    }
  }

  private func count(
    _ columns: Range<Int>, with bits: UnsafeBufferPointer<UInt32>, rows: Int,
    to table: UnsafeMutableBufferPointer<UInt32>, stride: Int
  ) {
    lines.withUnsafeBufferPointer { lines in
      starts.withUnsafeBufferPointer { starts in
        guard let bits = bits.baseAddress, let starts = starts.baseAddress else { return }
        for number in 0..<chunkCount {
          var arguments = locus_cofiring_arguments(
            bits: bits + number * (chunk + 1) * CofiringCounts.rowLimit / 32, lines: lines.baseAddress,
            starts: starts + number * record.featureCount + columns.lowerBound, features: columns.count,
            counts: table.baseAddress, stride: stride, rows: rows, adding: number > 0)
          locus_count_cofirings(&arguments)
        }
      }
    }
  }
}
