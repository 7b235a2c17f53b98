import Geometry
import LinearAlgebra
import Perturbations
import Transformer

/// The clusters of states that the samples of each prompt fall into, beside those of points that have none.
package struct SampleFalls: Sendable {
  /// The states of the samples of each prompt.
  package let spaces: [SampleSpace]
  /// The clusters of each prompt's samples.
  package let clusters: [PortableClusters]
  /// The silhouette of each prompt's clusters.
  package let silhouettes: [Double]
  /// That of the one shuffle that other programs make too.
  package let shuffled: [Double]
  /// The silhouettes of the draws of each null, `[prompt][null][draw]`.
  package let draws: [[[Double]]]

  private static let drawsOfPiece = 10

  /// Takes the states of all samples, and clusters them.
  init(of study: Diversity, _ prompts: [[Int32]], _ samples: [[[Int32]]], on ground: StudyGround) throws {
    let states = try ground.states(
      zip(prompts, samples).map { prompt, texts in texts.map { (prompt, $0) } }, layer: study.layer(ground.shape),
      phase: "reading states")
    let spaces = states.map(SampleSpace.init)
    let nulls = SampleSpace.Null.allCases
    let blocks = stride(from: 0, to: study.draws, by: Self.drawsOfPiece).map {
      $0..<min($0 + Self.drawsOfPiece, study.draws)
    }
    let one = Double(study.samples * (10 * 15 * study.k + study.samples) * ground.shape.hiddenSize)
    let all = spaces.indices.flatMap { prompt in nulls.flatMap { null in blocks.map { (prompt, null, $0) } } }
    let pieces = try ground.stages.evaluate(
      "clustering draws", costs: all.map { Double($0.2.count) * one }, sizes: all.map { $0.2.count }
    ) { piece in
      let (prompt, null, block) = all[piece]
      return block.map { spaces[prompt].silhouette(null, draw: $0, count: study.k, seed: study.seed) }
    }
    let drawn = try pieces.all()
    self.init(spaces, count: study.k, seed: study.seed) { prompt, null in
      let first = (prompt * nulls.count + null) * blocks.count
      return Array(drawn[first..<first + blocks.count].joined())
    }
  }

  /// Clusters points; `draws` gives the silhouettes of a prompt's draws of a null.
  package init(_ spaces: [SampleSpace], count: Int, seed: Int, draws: (_ prompt: Int, _ null: Int) -> [Double]) {
    self.spaces = spaces
    clusters = spaces.map { PortableClusters($0.points, count: count, seed: seed) }
    silhouettes = zip(clusters, spaces).map { $0.silhouette($1.points) }
    shuffled = spaces.map { space in
      let points = space.shuffled("shuffle", seed: seed)
      return PortableClusters(points, count: count, seed: seed).silhouette(points)
    }
    self.draws = spaces.indices.map { prompt in
      SampleSpace.Null.allCases.indices.map { draws(prompt, $0) }
    }
  }

  /// Whether a prompt's silhouette is beyond all draws of a null: where its probability is yet no finding, so few draws
  /// could not have given any.
  package func isBeyondAll(_ null: SampleSpace.Null, prompt: Int) -> Bool {
    let place = SampleSpace.Null.allCases.firstIndex(of: null) ?? 0
    return draws[prompt][place].allSatisfy { $0 < silhouettes[prompt] - 1e-12 }
  }

  /// The probability that a null gives each prompt a silhouette as large, for all prompts together: how many draws are
  /// in some prompt as far out among that prompt's draws (minimal p, Westfall and Young 1993, Resampling-Based Multiple
  /// Testing, 2.5), because states of one prompt may be nearer to clusters than those of another by chance alone.
  package func chances(_ null: SampleSpace.Null) -> [PermutationProbability] {
    let place = SampleSpace.Null.allCases.firstIndex(of: null) ?? 0
    // For each prompt, how many of its silhouettes and draws are as large as its own, and as each of its draws.
    let ranks = zip(silhouettes, draws).map { own, draws in
      let all = [own] + draws[place]
      let ascending = all.sorted()
      return all.map { ascending.count - ascending.places(below: $0 - 1e-12) }
    }
    let count = draws.first?[place].count ?? 0
    let least = (0..<count).map { draw in ranks.map { $0[draw + 1] }.min() ?? 0 }
    return ranks.map { ranks in
      PermutationProbability(reached: least.count { $0 <= ranks[0] }, of: count)
    }
  }
}

extension [Double] {
  /// How many values of an ascending array are smaller than one, by halving.
  fileprivate func places(below value: Double) -> Int {
    var (low, high) = (0, count)
    while low < high {
      let middle = (low + high) / 2
      if self[middle] < value { low = middle + 1 } else { high = middle }
    }
    return low
  }
}
