import Foundation
import Geometry
import MessagePassing

/// Continuations by the nearest of some centres, which are those of a clustered sample.
struct Classification {
  /// nil where there were too few continuations to cluster.
  let clusters: SphericalKMeans?
  /// The silhouette for each number of classes that could be tried.
  let silhouettes: [Double]
  /// The class of each continuation, on the first rank; as many as there are centres for those without a vector, and
  /// `PhenotypeClasses.unclassified` for those that were not asked for.
  let classes: [UInt8]
  /// The similarity of each continuation of the sample to the centre of its class; 0 without a vector.
  let similarities: [Double]
  /// The class of each baseline, likewise.
  let baselines: [UInt8]

  /// Clusterings from other first centres, of which the best is taken.
  private static let starts = 4
  /// Vectors that are made at a time.
  private static let slab = 1 << 14

  /// Clusters the sample by its vectors, and gives every continuation its class, where `everything` makes their vectors
  /// too. Collective.
  init(
    _ sample: ContinuationSample, _ shared: SharedContinuations, vectors: TextVectors,
    baselines: (count: Int, vectors: TextVectors),
    everything: (([ContinuationText]) -> TextVectors)? = nil, seed: UInt64
  ) throws {
    let weights = vectors.places.map { 1 + log(Double(sample.mutantCounts[$0])) }
    let (clusters, silhouettes) = try Classification.cluster(
      vectors.rows, weights: weights, seed: seed, sharing: shared.sharing)
    func nearest(_ vectors: TextVectors, of count: Int) -> (classes: [UInt8], similarities: [Double]) {
      var classes = Array(repeating: UInt8(clusters?.classCount ?? 0), count: count)
      var similarities = Array(repeating: 0.0, count: count)
      for (row, place) in vectors.places.enumerated() {
        guard let nearest = clusters?.nearest(vectors.rows, row: row) else { continue }
        classes[place] = UInt8(nearest.class)
        similarities[place] = nearest.similarity
      }
      return (classes, similarities)
    }
    self.clusters = clusters
    self.silhouettes = silhouettes
    let sampled = nearest(vectors, of: sample.numbers.count)
    similarities = sampled.similarities
    self.baselines = nearest(baselines.vectors, of: baselines.count).classes

    let continuations = shared.continuations
    if let everything {
      var own: [UInt8] = []
      for start in stride(from: 0, to: shared.ownCount, by: Classification.slab) {
        let texts = (start..<min(start + Classification.slab, shared.ownCount)).map { continuations.text(of: $0) }
        own += nearest(everything(texts), of: texts.count).classes
      }
      classes = try shared.gather(own)
    } else {
      var classes = Array(repeating: PhenotypeClasses.unclassified, count: continuations.count)
      for (place, number) in sample.numbers.enumerated() where shared.sharing.isFirst {
        classes[number] = sampled.classes[place]
      }
      self.classes = classes
    }
  }

  /// The clusters of the number of classes with the largest silhouette, and the silhouettes of all that are tried. The
  /// ranks share the runs. Collective.
  private static func cluster(
    _ rows: UnitRows, weights: [Double], seed: UInt64, sharing: Sharing
  ) throws -> (best: SphericalKMeans?, silhouettes: [Double]) {
    let counts = PhenotypeClasses.classCounts.filter { $0 < rows.count }
    func run(_ count: Int, _ start: Int) -> SphericalKMeans {
      SphericalKMeans(rows, weights: weights, classCount: count, start: start, seed: seed)
    }
    let outcomes = try sharing.map(counts.count * starts) { index in
      // The long runs first.
      let clusters = run(counts[counts.count - 1 - index / starts], index % starts)
      return [clusters.objective, clusters.silhouette(rows)]
    }
    var best: (silhouette: Double, count: Int, start: Int)?
    let silhouettes = counts.indices.map { place in
      let own = Array(outcomes[(counts.count - 1 - place) * starts..<(counts.count - place) * starts])
      let start = own.indices.reduce(0) { own[$1][0] > own[$0][0] ? $1 : $0 }
      let silhouette = own[start][1]
      if silhouette > best?.silhouette ?? -.infinity { best = (silhouette, counts[place], start) }
      return silhouette
    }
    return (best.map { run($0.count, $0.start) }, silhouettes)
  }
}
