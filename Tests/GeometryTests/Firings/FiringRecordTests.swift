import Geometry
import Testing

struct FiringRecordTests {
  private let record = FiringRecord(documentCount: 4, documentsOfFeatures: [[0, 2], [], [1, 2, 3]])

  @Test func transposedTwiceIsItself() {
    #expect(record.transposed.documents == [0, 2, 0, 2, 2])
    #expect(record.transposed.transposed == record)
  }

  @Test func featuresAreChosenInOrder() {
    let chosen = record[features: [2, 0]]
    #expect(chosen.counts == [3, 2])
    #expect(Array(chosen[feature: 1]) == [0, 2])
  }
}
