import CKernels

/// On how many documents pairs of features fire together (n11), exact, some rows of the table at a time.
///
/// A row comes about in one of two ways, whichever takes fewer operations; both give the same whole numbers. One that
/// fires rarely goes through its documents and counts the features of each: n1 · (features of a document) operations.
/// Rows that fire often are taken 512 at a time: a document is a line of 512 bits, and the lines of a feature's
/// documents are added up bit by bit, for all rows at once.
public struct CofiringCounts: Sendable {
  /// The firings that are counted.
  public let record: FiringRecord
  /// The features of each document.
  let features: FiringRecord
  /// Documents of which the bits stay near the processor together.
  private let chunk: Int
  private let chunkCount: Int
  /// The numbers of each feature's documents in a chunk, chunk by chunk, filled up to sixteens with the number after
  /// the last.
  private let lines: [UInt16]
  /// Where those begin, and behind them the end, `[chunks, features]` and one more.
  private let starts: [Int]

  /// The most rows and columns of a tile: it stays near the processor.
  static let (rowLimit, columnLimit) = (LOCUS_COFIRING_ROWS, 512)
  /// Rows of counters that are raised before they are used.
  private static let counterRows = 16
  /// Measured, in counters that are raised: what a line costs that is added to 512 rows, and what a feature costs
  /// besides.
  private static let (lineCost, featureCost) = (0.75, 200.0)

  /// Takes a record; nothing is counted yet.
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

  // MARK: Tiles

  /// Calls `body` with tiles that make up these rows. The columns of a row come in order, and in the same tiles
  /// whichever rows are asked for; the rows come in any order.
  public func forEachTile(of rows: Range<Int>, _ body: (CofiringTile) -> Void) {
    precondition(rows.lowerBound >= 0 && rows.upperBound <= record.featureCount, "rows of the table")
    for part in rows.pieces(of: CofiringCounts.rowLimit) {
      let often = rowsToAdd(of: part)
      addLines(
        of: often, columns: (0..<record.featureCount).pieces(of: CofiringCounts.columnLimit).map(Array.init),
        body)
      let chosen = Set(often)
      let others = part.filter { !chosen.contains($0) }
      for some in others.indices.pieces(of: CofiringCounts.counterRows) {
        raiseCounters(of: Array(others[some]), body)
      }
    }
  }

  /// Calls `body` with the tile of at most 512 rows and any columns.
  public func withTile(of rows: Range<Int>, columns: [Int], _ body: (CofiringTile) -> Void) {
    addLines(of: Array(rows), columns: [columns], body)
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

  private func raiseCounters(of rows: [Int], _ body: (CofiringTile) -> Void) {
    let count = record.featureCount
    var counters = Array(repeating: UInt32(0), count: rows.count * count)
    counters.withUnsafeMutableBufferPointer { counters in
      for (place, row) in rows.enumerated() {
        let own = UnsafeMutableBufferPointer(rebasing: counters[place * count..<(place + 1) * count])
        features.documents.withUnsafeBufferPointer { list in
          for document in record[feature: row] {
            for place in features.offsets[Int(document)]..<features.offsets[Int(document) + 1] {
              own[Int(list[place])] &+= 1
            }
          }
        }
      }
      for columns in (0..<count).pieces(of: CofiringCounts.columnLimit) {
        let some = UnsafeBufferPointer(rebasing: counters[columns.lowerBound...])
        body(CofiringTile(rows: rows, columns: Array(columns), counts: some, stride: count))
      }
    }
  }

  private func addLines(of rows: [Int], columns tiles: [[Int]], _ body: (CofiringTile) -> Void) {
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
    let stride = ((tiles.map(\.count).max() ?? 0) / 16 | 1) * 16 + 16
    var table = Array(repeating: UInt32(0), count: rows.count * stride)
    for columns in tiles {
      table.withUnsafeMutableBufferPointer { table in
        count(columns, with: UnsafeBufferPointer(bits), rows: rows.count, to: table, stride: stride)
        body(CofiringTile(rows: rows, columns: columns, counts: UnsafeBufferPointer(table), stride: stride))
      }
    }
  }

  private func count(
    _ columns: [Int], with bits: UnsafeBufferPointer<UInt32>, rows: Int, to table: UnsafeMutableBufferPointer<UInt32>,
    stride: Int
  ) {
    for number in 0..<chunkCount {
      let places = columns.map { number * record.featureCount + $0 }
      let (begins, ends) = (places.map { starts[$0] }, places.map { starts[$0 + 1] })
      lines.withUnsafeBufferPointer { lines in
        begins.withUnsafeBufferPointer { begins in
          ends.withUnsafeBufferPointer { ends in
            var arguments = locus_cofiring_arguments(
              bits: bits.baseAddress.map { $0 + number * (chunk + 1) * CofiringCounts.rowLimit / 32 },
              lines: lines.baseAddress, starts: begins.baseAddress, ends: ends.baseAddress, features: columns.count,
              counts: table.baseAddress, stride: stride, rows: rows, adding: number > 0)
            locus_count_cofirings(&arguments)
          }
        }
      }
    }
  }
}

/// Some of the counts, for as long as the call takes that they are given to.
public struct CofiringTile {
  /// The features whose counts the tile has.
  public let rows: [Int]
  /// The features with which they are counted.
  public let columns: [Int]
  fileprivate let counts: UnsafeBufferPointer<UInt32>
  fileprivate let stride: Int

  /// Counts of a row with the columns, `[columns]`; that of a feature with itself is on how many documents it fires.
  public subscript(row place: Int) -> UnsafeBufferPointer<UInt32> {
    UnsafeBufferPointer(rebasing: counts[place * stride..<place * stride + columns.count])
  }

  /// Places of rows of which one follows the other, at most so many together.
  func runs(limit: Int) -> [Range<Int>] {
    let starts = rows.indices.filter { $0 == 0 || rows[$0 - 1] + 1 != rows[$0] }
    return zip(starts, starts.dropFirst() + [rows.count]).flatMap { ($0..<$1).pieces(of: limit) }
  }
}
