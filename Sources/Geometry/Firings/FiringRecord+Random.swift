import Basics
import Foundation

extension FiringRecord {
  /// Every feature fires on each document with the probability `density`, above 0, whatever else fires. Keyed by (seed,
  /// feature).
  public init(featureCount: Int, documentCount: Int, density: Double, seed: UInt64) {
    precondition(density > 0 && density <= 1, "a probability above 0")
    let scale = log1p(-density)
    let documents = (0..<featureCount).map { feature in
      var random = RandomStream(seed: seed, stream: .firings, index: feature)
      var (own, next): ([Int32], Int) = ([], 0)
      while true {
        // So many documents are passed over between two firings.
        let gap = log(random.uniform()) / scale
        guard gap < Double(documentCount - next) else { return own }
        own.append(Int32(next + Int(gap)))
        next += Int(gap) + 1
      }
    }
    self.init(documentCount: documentCount, documentsOfFeatures: documents)
  }
}
