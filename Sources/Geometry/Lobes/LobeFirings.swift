/// How often the features of each lobe fire on each document.
public struct LobeFirings: Sendable, Equatable {
  /// Features of each lobe.
  public let sizes: [Int]
  /// The number of documents.
  public let documentCount: Int
  /// Features of each lobe that fire on each document, `[lobes, documents]`.
  public let counts: [Int]

  /// Labels are from 0 up to `lobeCount`; features with one below 0 are left out.
  public init(_ record: FiringRecord, labels: [Int32], lobeCount: Int) {
    precondition(labels.count == record.featureCount, "a label for each feature")
    var sizes = Array(repeating: 0, count: lobeCount)
    var counts = Array(repeating: 0, count: lobeCount * record.documentCount)
    for (feature, label) in labels.enumerated() where label >= 0 {
      sizes[Int(label)] += 1
      for document in record[feature: feature] { counts[Int(label) * record.documentCount + Int(document)] += 1 }
    }
    (self.sizes, self.counts, documentCount) = (sizes, counts, record.documentCount)
  }

  /// Features of a lobe that fire on a document.
  public subscript(lobe: Int, document: Int) -> Int { counts[lobe * documentCount + document] }
}

extension FiringRecord {
  /// The class of documents that each feature fires on most, by the share of the class' documents; −1 where there is
  /// none: the feature never fires, or does so on two classes alike.
  public func leadingClasses(_ classes: [Int32], classCount: Int) -> [Int32] {
    precondition(classes.count == documentCount, "a class for each document")
    var totals = Array(repeating: 0, count: classCount)
    for label in classes { totals[Int(label)] += 1 }
    return (0..<featureCount).map { feature in
      var fires = Array(repeating: 0, count: classCount)
      for document in self[feature: feature] { fires[Int(classes[Int(document)])] += 1 }
      // Shares are compared without a division, which would round.
      func isLess(_ left: Int, _ right: Int) -> Bool { fires[left] * totals[right] < fires[right] * totals[left] }
      guard let best = (0..<classCount).max(by: isLess), fires[best] > 0 else { return -1 }
      return (0..<classCount).contains { $0 != best && fires[$0] > 0 && !isLess($0, best) } ? -1 : Int32(best)
    }
  }
}
