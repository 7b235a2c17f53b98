import Basics
import Geometry
import Testing

struct CofiringTests {
  /// Features that fire on shares of documents between `least` and `most`, one never and one always.
  private func record(_ features: Int, documents: Int, least: Double, most: Double, seed: UInt64 = 1) -> FiringRecord {
    var random = RandomStream(seed: seed, stream: 2, index: 0)
    return FiringRecord(
      documentCount: documents,
      documentsOfFeatures: (0..<features).map { feature in
        let share = feature == 0 ? 0 : feature == 1 ? 1 : least + (most - least) * random.uniform()
        return (0..<documents).filter { _ in random.uniform() < share }.map(Int32.init)
      })
  }

  private func table(_ record: FiringRecord, parts: [Range<Int>]) -> [UInt32] {
    let counts = CofiringCounts(record)
    var table = Array(repeating: UInt32.max, count: record.featureCount * record.featureCount)
    for rows in parts {
      counts.forEachTile(of: rows) { tile in
        for (place, row) in tile.rows.enumerated() {
          for (column, value) in zip(tile.columns, tile[row: place]) {
            #expect(table[row * record.featureCount + column] == .max)
            table[row * record.featureCount + column] = value
          }
        }
      }
    }
    return table
  }

  private func byIntersection(_ record: FiringRecord) -> [UInt32] {
    let sets = (0..<record.featureCount).map { Set(record[feature: $0]) }
    return sets.flatMap { own in sets.map { UInt32(own.intersection($0).count) } }
  }

  /// Sparse ones are counted one by one, dense ones bit by bit, and mixed ones in both ways.
  @Test(arguments: [(0.002, 0.004), (0.2, 0.9), (0.0, 0.3)])
  func countsAreThoseOfIntersections(shares: (least: Double, most: Double)) {
    let record = record(150, documents: 900, least: shares.least, most: shares.most)
    #expect(table(record, parts: [0..<150]) == byIntersection(record))
  }

  @Test func rowsDoNotDependOnTheirCompany() {
    let record = record(700, documents: 60, least: 0, most: 0.5)
    let whole = table(record, parts: [0..<700])
    #expect(whole == table(record, parts: [0..<1, 1..<300, 300..<699, 699..<700]))
    #expect(whole == byIntersection(record))
  }

  @Test func anyColumnsCanBeAskedFor() {
    let record = record(60, documents: 20_000, least: 0, most: 0.01)
    let whole = table(record, parts: [0..<60])
    let columns = [59, 3, 3, 17]
    CofiringCounts(record).withTile(of: 20..<50, columns: columns) { tile in
      for (place, row) in tile.rows.enumerated() {
        #expect(Array(tile[row: place]) == columns.map { whole[row * 60 + $0] })
      }
    }
  }

  /// More documents than a line's number can count.
  @Test func manyDocuments() {
    let record = record(40, documents: 70_000, least: 0.05, most: 0.4)
    #expect(table(record, parts: [0..<40]) == byIntersection(record))
  }

  @Test func smallest() {
    let one = FiringRecord(documentCount: 1, documentsOfFeatures: [[0], [], [0]])
    #expect(table(one, parts: [0..<3]) == [1, 0, 1, 0, 0, 0, 1, 0, 1])
    #expect(table(FiringRecord(documentCount: 0, documentsOfFeatures: [[]]), parts: [0..<1]) == [0])
    #expect(table(FiringRecord(documentCount: 3, documentsOfFeatures: []), parts: [0..<0]).isEmpty)
  }
}
