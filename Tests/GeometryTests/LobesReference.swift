import Foundation
import TestSupport

/// The values that Fixtures/lobes.py made with scikit-learn and SciPy.
struct LobesReference: Decodable {
  struct Agreement: Decodable {
    struct Case: Decodable {
      let left, right: [Int32]
      let mutual, adjustedMutual, adjustedRand: Double
    }
    struct Large: Decodable { let adjustedMutual, adjustedRand: Double }
    let cases: [Case]
    let large: Large
  }
  struct Silhouette: Decodable {
    let dimension: Int
    let points: [Float]
    let labels: [Int32]
    let euclidean, cosine: [Double]
  }
  struct Affinities: Decodable {
    let documents: [[Int32]]
    let documentCount: Int
    let simpleMatching, jaccard, dice, overlap, phi: [Double]
  }
  struct Regression: Decodable {
    let dimension: Int
    let points: [Float]
    let labels: [Int32]
    let accuracy, balancedAccuracy: Double
    let probabilities: [Double]
  }

  let agreement: Agreement
  let silhouette: Silhouette
  let affinities: Affinities
  let regression: [Regression]

  static func read() throws -> LobesReference {
    let path = URL(fileURLWithPath: Places.root + "/Tests/GeometryTests/Fixtures/lobes.json")
    let decoder = JSONDecoder()
    decoder.keyDecodingStrategy = .convertFromSnakeCase
    return try decoder.decode(LobesReference.self, from: Data(contentsOf: path))
  }
}
