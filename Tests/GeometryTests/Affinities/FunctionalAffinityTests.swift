import Basics
import Geometry
import LinearAlgebra
import MessagePassing
import Testing

struct FunctionalAffinityTests {
  private func reference() throws -> (record: FiringRecord, expected: [FiringMeasure: [Double]]) {
    let values = try LobesReference.read().affinities
    let record = FiringRecord(documentCount: values.documentCount, documentsOfFeatures: values.documents)
    return (
      record,
      [
        .simpleMatching: values.simpleMatching, .jaccard: values.jaccard, .dice: values.dice, .overlap: values.overlap,
        .phi: values.phi,
      ]
    )
  }

  @Test func affinitiesAreThoseOfTheReference() throws {
    let (record, expected) = try reference()
    for measure in FiringMeasure.allCases {
      // The reference leaves out what a measure says nothing of; simple matching says something of all.
      let features = Array(measure == .simpleMatching ? 0..<14 : measure == .phi ? 2..<14 : 1..<14)
      let values = try #require(expected[measure])
      CofiringCounts(record).forEachTile(of: 0..<14) { tile in
        for (place, row) in tile.rows.enumerated() where features.contains(row) {
          for column in features {
            let value = measure.value(
              both: Int(tile[row: place][column]), first: record.counts[row], second: record.counts[column],
              documents: record.documentCount)
            let first = features[0]
            #expect(abs(value - values[(row - first) * features.count + column - first]) < 1e-12, "\(measure) \(row)")
          }
        }
      }
    }
  }

  /// In memory, entry by entry, and by products alone.
  @Test(arguments: FiringMeasure.allCases) func allFormsAreOneMatrix(measure: FiringMeasure) throws {
    let (record, expected) = try reference()
    let affinity = FunctionalAffinity(record, measure: measure)
    #expect(affinity.neverFiring == 1)
    #expect(affinity.alwaysFiring == (measure == .phi ? 1 : 0))
    #expect(affinity.features == Array(measure == .phi ? 2..<14 : 1..<14))
    let labels = affinity.labelsOfAll(Array(repeating: 3, count: affinity.count))
    #expect(labels.count { $0 < 0 } == (measure == .phi ? 2 : 1))
    let count = affinity.count
    let values = try #require(expected[measure])
    let first = measure == .simpleMatching ? 1 : 0
    let width = count + first
    let matrix = DoubleMatrix(
      rows: count, columns: count,
      values: (0..<count * count).map { place in
        let (row, column) = (place / count, place % count)
        return row == column ? 0 : max(0, values[(row + first) * width + column + first])
      })
    let one = DoubleMatrix(diagonal: Array(repeating: 1, count: count))
    let forms = [
      affinity.product(of: 0..<count, with: one),
      DenseAffinity(affinity, sharing: Sharing()).product(of: 0..<count, with: one),
    ]
    for form in forms {
      #expect(zip(form.values, matrix.values).allSatisfy { abs($0 - $1) < 1e-6 }, "\(measure)")
    }
    let entries = Matrix(rows: 2, columns: 3)
    affinity.write(3..<5, [4, 0, 3], to: entries.view, in: ProductWorkspace())
    for (place, row) in [3, 4].enumerated() {
      for (column, other) in [4, 0, 3].enumerated() {
        #expect(abs(Double(entries.view[place, column]) - matrix[row, other]) < 1e-6)
      }
    }
  }

  @Test func uncutPhiIsCorrelation() throws {
    let (record, expected) = try reference()
    let affinity = FunctionalAffinity(record, measure: .phi, isCut: false)
    let one = DoubleMatrix(diagonal: Array(repeating: 1, count: 12))
    let product = affinity.product(of: 0..<12, with: one)
    let values = try #require(expected[.phi])
    for place in 0..<144 where place / 12 != place % 12 { #expect(abs(product.values[place] - values[place]) < 1e-12) }
    #expect((product.values.min() ?? 0) < -0.05)
  }

  /// Sparse rows and dense ones, in one piece and in several.
  @Test(arguments: FiringMeasure.allCases) func productsOfRowsDoNotDependOnTheOthers(measure: FiringMeasure) {
    var random = RandomStream(seed: 3, stream: 3, index: 0)
    let record = FiringRecord(
      documentCount: 200,
      documentsOfFeatures: (0..<900).map { feature in
        (0..<200).filter { _ in random.uniform() < (feature % 50 == 0 ? 0.5 : 0.01) }.map(Int32.init)
      })
    let affinity = FunctionalAffinity(record, measure: measure)
    let block = DoubleMatrix(
      rows: affinity.count, columns: 3, values: (0..<affinity.count * 3).map { _ in random.normal() })
    let whole = affinity.product(of: 0..<affinity.count, with: block)
    let cuts = [0, 1, 7, 450, affinity.count]
    let parts = zip(cuts, cuts.dropFirst()).flatMap { affinity.product(of: $0..<$1, with: block).values }
    #expect(parts == whole.values)
  }

  @Test func componentsAreJoinedByDocuments() throws {
    let record = FiringRecord(documentCount: 6, documentsOfFeatures: [[0, 1], [1], [2], [3, 4], [4], [], [5]])
    let jaccard = try FunctionalAffinity(record, measure: .jaccard).components(sharing: Sharing())
    #expect(jaccard.labels == [0, 0, 2, 1, 1, 3])
    let phi = try FunctionalAffinity(record, measure: .phi).components(sharing: Sharing())
    #expect(phi.labels == jaccard.labels)
  }
}
