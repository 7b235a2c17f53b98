import Basics
import Statistics

extension StreamName {
  /// The rows that `PatchingEffect` draws for its interval.
  static let patchingRows: StreamName = "ptch"
}

/// What a transplant does for the paragraphs of one task: how much of the gap between the opening alone and the whole
/// text it recovers, and whether that is more than another paragraph's activations do.
///
/// Gap, recovery, advantage over the mismatched transplant, and single layers are tested one after the other, each only
/// where all before it are beyond chance, so that the level holds for the whole series (Maurer, Hothorn and Lehmacher
/// 1995); it is shared evenly by the tasks.
package struct PatchingEffect: Sendable {
  /// The losses of the task's paragraphs, `[row][token]`, and of layers `[layer][row][token]`.
  package struct Losses: Sendable {
    /// The losses behind the whole text.
    let full: [[Double]]
    /// The losses behind the opening tokens alone.
    let neutral: [[Double]]
    /// The losses behind the opening tokens with the paragraph's own activations.
    let transferred: [[Double]]
    /// The losses with another paragraph's activations; nil where these were not wanted.
    let mismatched: [[Double]]?
    /// The losses with attention's activations alone.
    let attentionOnly: [[Double]]?
    /// The losses with the MLP's activations alone.
    let mlpOnly: [[Double]]?
    /// The losses with one layer's activations alone.
    let single: [[[Double]]]
    /// The losses with the activations of all layers up to one.
    let upTo: [[[Double]]]

    /// Takes the losses of all runs.
    package init(
      full: [[Double]], neutral: [[Double]], transferred: [[Double]], mismatched: [[Double]]?,
      attentionOnly: [[Double]]? = nil, mlpOnly: [[Double]]? = nil, single: [[[Double]]] = [], upTo: [[[Double]]] = []
    ) {
      self.full = full
      self.neutral = neutral
      self.transferred = transferred
      self.mismatched = mismatched
      self.attentionOnly = attentionOnly
      self.mlpOnly = mlpOnly
      self.single = single
      self.upTo = upTo
    }
  }

  /// A gain in nats a token, with its chance.
  struct Gain: Equatable, Sendable {
    /// How much less the loss is, nats a token over all tokens.
    let nats: Double
    /// The two-sided probability by sign flips of the rows' sums.
    let probability: Double
  }

  /// The level of a finding of the study.
  static let level = 0.05

  /// The task; empty where lines do not say.
  let task: String
  /// The losses.
  let losses: Losses
  /// The level of this task's tests.
  let level: Double
  /// How much the whole text is better than the opening alone.
  let gap: Gain
  /// How much of that the transplant recovers.
  let recovered: Gain
  /// How much the transplant is better than another paragraph's; nil where that was not tried.
  let own: Gain?
  /// How much the transplant of each layer alone recovers, corrected for the number of layers.
  let layers: [Gain]
  /// The interval of the recovered share of the gap.
  let interval: Interval
  /// The least probability that so many rows can give.
  let leastProbability: Double

  /// Tests the losses of a task, one of so many.
  package init(task: String, _ losses: Losses, seriesCount: Int) {
    self.task = task
    self.losses = losses
    level = Self.level / Double(max(1, seriesCount))
    let tokens = Double(losses.full.tokenCount)
    func gains(_ columns: [(worse: [[Double]], better: [[Double]])]) -> [Gain] {
      guard !columns.isEmpty else { return [] }
      let differences = columns.map { zip($0.worse.sums, $0.better.sums).map { $0 - $1 } }
      let test = SignFlipTest(differences)
      return zip(differences, test.probabilities).map { Gain(nats: $0.reduce(0, +) / tokens, probability: $1) }
    }
    func gain(_ worse: [[Double]], _ better: [[Double]]) -> Gain {
      gains([(worse, better)]).first ?? Gain(nats: .nan, probability: .nan)
    }
    gap = gain(losses.neutral, losses.full)
    recovered = gain(losses.neutral, losses.transferred)
    own = losses.mismatched.map { gain($0, losses.transferred) }
    layers = gains(losses.single.map { (losses.neutral, $0) })
    leastProbability = SignFlipTest(losses.full.sums).least
    interval = Self.interval(
      zip(losses.neutral.sums, losses.transferred.sums).map { $0 - $1 },
      of: zip(losses.neutral.sums, losses.full.sums).map { $0 - $1 })
  }

  /// The number of paragraphs.
  var rowCount: Int { losses.full.count }

  /// The recovered share of the gap, over all tokens.
  var share: Double { recovered.nats / gap.nats }

  /// The share of the gap that some losses recover.
  func share(of other: [[Double]]) -> Double { (losses.neutral.meanOfTokens - other.meanOfTokens) / gap.nats }

  // MARK: Series

  /// Whether the whole text is better beyond chance.
  package var hasGap: Bool { isBeyondChance(gap) }
  /// Whether the transplant is, too.
  package var isRecovered: Bool { hasGap && isBeyondChance(recovered) }
  /// Whether it also is better than another paragraph's.
  package var isOwn: Bool { isRecovered && own.map(isBeyondChance) == true }
  /// The single layer that recovers most, where it is beyond chance as all before it.
  package var bestLayer: Int? {
    guard isOwn, let best = layers.indices.max(by: { layers[$0].nats < layers[$1].nats }) else { return nil }
    return isBeyondChance(layers[best]) ? best : nil
  }

  private func isBeyondChance(_ gain: Gain) -> Bool { gain.nats > 0 && gain.probability <= level }

  // MARK: Interval

  private static let drawCount = 2_000

  /// The 95 % of the middle of the ratio of sums when rows are drawn anew (Efron 1979, Ann. Statist. 7, 1–26); no
  /// numbers where the divisor is not above 0 in all of it.
  private static func interval(_ values: [Double], of divisors: [Double]) -> Interval {
    guard values.count > 1 else { return Interval(low: .nan, high: .nan) }
    var random = RandomStream(seed: 0, stream: .patchingRows, index: 0)
    var ratios: [Double] = []
    for _ in 0..<drawCount {
      var (value, divisor) = (0.0, 0.0)
      for _ in values.indices {
        let row = random.below(values.count)
        value += values[row]
        divisor += divisors[row]
      }
      if divisor > 0 { ratios.append(value / divisor) }
    }
    guard ratios.count == drawCount else { return Interval(low: .nan, high: .nan) }
    ratios.sort()
    return Interval(low: ratios[drawCount / 40], high: ratios[drawCount - 1 - drawCount / 40])
  }
}
