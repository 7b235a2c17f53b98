/// Which features fire on which documents: mutants that are not silent on inputs, or features of a sparse autoencoder
/// in blocks of text. Kept sparse, never as a table of features × documents.
public struct FiringRecord: Sendable, Equatable {
  /// The number of features.
  public let featureCount: Int
  /// The number of documents; each number in `documents` is below it.
  public let documentCount: Int
  /// Where the documents of each feature begin, and behind them the end, `[featureCount + 1]`.
  public let offsets: [Int]
  /// The documents of all features, one feature after the other, ascending in each.
  public let documents: [Int32]

  /// Takes the record as it is stored; a precondition checks offsets, ranges and order.
  public init(featureCount: Int, documentCount: Int, offsets: [Int], documents: [Int32]) {
    precondition(
      offsets.count == featureCount + 1 && offsets.first == 0 && offsets.last == documents.count,
      "the documents of \(featureCount) features")
    precondition(documents.allSatisfy { $0 >= 0 && Int($0) < documentCount }, "documents below \(documentCount)")
    precondition(
      (0..<featureCount).allSatisfy { feature in
        let own = documents[offsets[feature]..<offsets[feature + 1]]
        return zip(own, own.dropFirst()).allSatisfy { $0 < $1 }
      }, "ascending documents")
    self.featureCount = featureCount
    self.documentCount = documentCount
    self.offsets = offsets
    self.documents = documents
  }

  /// Joins the ascending documents of each feature.
  public init(documentCount: Int, documentsOfFeatures: [[Int32]]) {
    var offsets = [0]
    for own in documentsOfFeatures { offsets.append(offsets[offsets.count - 1] + own.count) }
    self.init(
      featureCount: documentsOfFeatures.count, documentCount: documentCount, offsets: offsets,
      documents: documentsOfFeatures.flatMap { $0 })
  }

  /// The documents that a feature fires on, ascending.
  public subscript(feature feature: Int) -> ArraySlice<Int32> { documents[offsets[feature]..<offsets[feature + 1]] }

  /// n1: how many documents each feature fires on.
  public var counts: [Int] { (0..<featureCount).map { offsets[$0 + 1] - offsets[$0] } }

  /// Some features, in the order given.
  public subscript(features chosen: some Sequence<Int>) -> FiringRecord {
    FiringRecord(documentCount: documentCount, documentsOfFeatures: chosen.map { Array(self[feature: $0]) })
  }

  /// The features that fire on each document, as a record with the two exchanged.
  public var transposed: FiringRecord {
    var ends = Array(repeating: 0, count: documentCount + 1)
    for document in documents { ends[Int(document) + 1] += 1 }
    for document in 0..<documentCount { ends[document + 1] += ends[document] }
    let offsets = ends
    var features = Array(repeating: Int32(0), count: documents.count)
    for feature in 0..<featureCount {
      for document in self[feature: feature] {
        features[ends[Int(document)]] = Int32(feature)
        ends[Int(document)] += 1
      }
    }
    return FiringRecord(
      featureCount: documentCount, documentCount: featureCount, offsets: offsets, documents: features)
  }
}
