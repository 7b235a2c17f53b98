import LinearAlgebra
import MessagePassing

/// How much better texts fall into classes than the same words would if they were dealt to the texts at random.
///
/// The statistic is the largest silhouette over the numbers of classes. The null keeps the length of every text and the
/// number of every word; it is clustered in the same way, choice of the number of classes included.
public struct ClassSeparation: Sendable {
  /// Texts that are compared at most: the null takes a hundred times as long as the texts themselves.
  public static let textLimit = 1000

  public let silhouette: Double
  /// Of the null.
  public let mean: Double
  public let deviation: Double
  /// Of a silhouette as large.
  public let probability: Double
  public let permutations: Int

  /// Standard deviations above the null; not a number if the null does not vary.
  public var score: Double { deviation > 0 ? (silhouette - mean) / deviation : .nan }

  /// Whether the texts fall into classes beyond chance, at the level of all families of tests.
  public var isFinding: Bool { probability <= FalseDiscoveryRate.level }

  /// Takes the numbers of each text's words; the ranks of a communicator share the permutations. Collective.
  package init(
    _ texts: [[Int32]], classCounts: [Int], seed: UInt64, permutations: Int = 99, communicator: Communicator? = nil
  ) throws {
    let sharing = WorkSharing(communicator)
    try self.init(texts, classCounts: classCounts, seed: seed, permutations: permutations, sharing: sharing)
  }

  init(_ texts: [[Int32]], classCounts: [Int], seed: UInt64, permutations: Int = 99, sharing: WorkSharing) throws {
    let step = max(1, (texts.count + ClassSeparation.textLimit - 1) / ClassSeparation.textLimit)
    let texts = stride(from: 0, to: texts.count, by: step).map { texts[$0] }
    self.permutations = permutations
    silhouette = ClassSeparation.silhouette(texts, classCounts, seed)
    let null = try sharing.map(silhouette.isNaN ? 0 : permutations) { permutation in
      let dealt = ClassSeparation.deal(texts, seed: seed, permutation: permutation)
      return [ClassSeparation.silhouette(dealt, classCounts, seed)]
    }.joined()
    let moments = SampleMoments(null)
    mean = moments.mean
    deviation = moments.variance.squareRoot()
    let observed = silhouette
    probability = null.isEmpty ? .nan : Double(1 + null.count { $0 >= observed }) / Double(null.count + 1)
  }

  /// The largest over the numbers of classes; not a number for too few texts.
  private static func silhouette(_ texts: [[Int32]], _ classCounts: [Int], _ seed: UInt64) -> Double {
    let counts = texts.map { WordCounts($0) }
    let wordCount = Int(texts.joined().max() ?? -1) + 1
    let weights = TermWeights(counts, wordCount: wordCount)
    var rows = SparseRows(dimension: weights.dimension)
    for count in counts {
      let entries = weights.entries(count)
      if !entries.isEmpty { rows.append(entries) }
    }
    let even = Array(repeating: 1.0, count: rows.count)
    let silhouettes = classCounts.filter { $0 < rows.count }.map { count in
      TextClusters(rows, weights: even, classCount: count, starts: 1, seed: seed).silhouette(rows)
    }
    return silhouettes.max() ?? .nan
  }

  /// Deals all words to the texts at random (Fisher and Yates 1938), each as many as it had.
  private static func deal(_ texts: [[Int32]], seed: UInt64, permutation: Int) -> [[Int32]] {
    var random = RandomNumbers(seed: seed, stream: 0x6465_616c, index: UInt32(permutation))
    var words = Array(texts.joined())
    for place in stride(from: words.count - 1, to: 0, by: -1) { words.swapAt(place, random.below(place + 1)) }
    var start = 0
    return texts.map { text in
      defer { start += text.count }
      return Array(words[start..<start + text.count])
    }
  }
}
