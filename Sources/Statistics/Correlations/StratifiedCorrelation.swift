import Basics

extension StreamName {
  /// Permutations of places within strata.
  fileprivate static let stratifiedCorrelation: StreamName = "strc"
}

/// Whether two measures of the same places rank these alike within strata, such as layers, with or without what a third
/// one explains.
///
/// The effect is Spearman's ρ of the ranks within each stratum, pooled over strata; with a third measure, of what its
/// ranks leave of theirs (the residuals of a line in each stratum), which is a partial correlation. The null exchanges
/// places within strata. Its variance is exact (Hoeffding 1951, Ann. Math. Stat. 22, 558–566), and the probability is
/// that of a normal; where fewer than 30 places can be exchanged, permutations are drawn instead.
///
/// What is one thing in all strata, as an index of the residual stream is in all layers, is exchanged in all of them at
/// once: otherwise one outlier would count once for each stratum. Costs a sort for each stratum and, of such places,
/// the product of two matrices `[stratum, place]`.
public struct StratifiedCorrelation: Equatable, Sendable {
  /// Pooled ρ, from −1 to 1; not a number where a measure is constant.
  public let value: Double
  /// The two-sided probability of chance.
  public let probability: Double
  /// Pairs of values that were compared.
  public let count: Int

  /// Permutations that are drawn where places are few.
  public static let drawCount = 9999
  private static let fewPlaces = 30

  /// Correlates `[stratum][place]`; what is no number in any of the measures is left out.
  ///
  /// `movesTogether`: a place is one thing in all strata, which have equally many places.
  public init(
    _ first: [[Double]], _ second: [[Double]], given third: [[Double]]? = nil, movesTogether: Bool, seed: UInt64 = 0
  ) {
    precondition(first.map(\.count) == second.map(\.count), "the same places")
    precondition(third.map { $0.map(\.count) == first.map(\.count) } ?? true, "the same places")
    precondition(!movesTogether || Set(first.map(\.count)).count <= 1, "as many places in each stratum")
    let known = first.indices.map { stratum in
      first[stratum].indices.filter { place in
        first[stratum][place].isFinite && second[stratum][place].isFinite
          && (third.map { $0[stratum][place].isFinite } ?? true)
      }
    }
    let scores = [first, second].map { measure in
      StratifiedCorrelation.scores(measure, given: third, known: known)
    }
    count = known.reduce(0) { $0 + $1.count }
    let pairs = StratifiedCorrelation.Pairs(scores[0], scores[1], known: known, movesTogether: movesTogether)
    value = pairs.sum / pairs.norm
    guard value.isFinite else {
      probability = .nan
      return
    }
    probability =
      pairs.exchangeableCount < StratifiedCorrelation.fewPlaces
      ? pairs.drawnProbability(seed: seed) : min(1, 2 * TailProbability.normal(abs(pairs.sum) / pairs.deviation))
  }

  // MARK: Scores

  /// Centred ranks in units of their number, less what the ranks of a third measure explain; 0 where nothing is known.
  private static func scores(_ measure: [[Double]], given third: [[Double]]?, known: [[Int]]) -> [[Double]] {
    measure.indices.map { stratum in
      let places = known[stratum]
      var own = centredRanks(places.map { measure[stratum][$0] })
      if let third {
        let other = centredRanks(places.map { third[stratum][$0] })
        let squares = other.reduce(0) { $0 + $1 * $1 }
        let slope = squares > 0 ? zip(own, other).reduce(0) { $0 + $1.0 * $1.1 } / squares : 0
        for place in own.indices { own[place] -= slope * other[place] }
      }
      var scores = [Double](repeating: 0, count: measure[stratum].count)
      for (place, score) in zip(places, own) { scores[place] = score }
      return scores
    }
  }

  /// Ranks, equal values at their mean, less the mean of all, in units of their number.
  private static func centredRanks(_ values: [Double]) -> [Double] {
    let (count, middle) = (Double(values.count), Double(values.count + 1) / 2)
    return values.midRanks.map { ($0 - middle) / count }
  }

  // MARK: Null

  /// The scores of two measures, and what exchanging places makes of the sum of their products.
  private struct Pairs {
    private let first: [[Double]]
    private let second: [[Double]]
    /// The places of each stratum that are known, or of all strata at once those that are known in any.
    private let known: [[Int]]
    private let movesTogether: Bool

    init(_ first: [[Double]], _ second: [[Double]], known: [[Int]], movesTogether: Bool) {
      (self.first, self.second, self.movesTogether) = (first, second, movesTogether)
      self.known = movesTogether ? [Set(known.joined()).sorted()] : known
    }

    var sum: Double { StratifiedCorrelation.dot(first, second) }
    var norm: Double {
      (StratifiedCorrelation.dot(first, first) * StratifiedCorrelation.dot(second, second)).squareRoot()
    }

    /// Places of a typical stratum.
    var exchangeableCount: Int { known.map(\.count).sorted()[known.count / 2] }

    /// The standard deviation of the sum under the null, whose mean is 0 because scores are centred.
    var deviation: Double {
      if !movesTogether {
        return zip(zip(first, second), known).reduce(0) { total, stratum in
          let (scores, places) = stratum
          guard places.count > 1 else { return total }
          return total + StratifiedCorrelation.dot([scores.0], [scores.0])
            * StratifiedCorrelation.dot([scores.1], [scores.1]) / Double(places.count - 1)
        }.squareRoot()
      }
      var total = 0.0
      for one in first.indices {
        for other in first.indices {
          total +=
            StratifiedCorrelation.dot([first[one]], [first[other]])
            * StratifiedCorrelation.dot([second[one]], [second[other]])
        }
      }
      return (total / Double(max(1, known[0].count - 1))).squareRoot()
    }

    func drawnProbability(seed: UInt64) -> Double {
      let least = abs(sum) * (1 - 1e-12)
      let reached = (0..<StratifiedCorrelation.drawCount).count { draw in
        var random = RandomStream(seed: seed, stream: .stratifiedCorrelation, index: draw)
        var drawn = 0.0
        for (group, places) in known.enumerated() {
          let order = random.permutation(places.count)
          for stratum in movesTogether ? first.indices : group..<group + 1 {
            for (place, other) in zip(places, order) {
              drawn += first[stratum][place] * second[stratum][places[other]]
            }
          }
        }
        return abs(drawn) >= least
      }
      return Double(reached + 1) / Double(StratifiedCorrelation.drawCount + 1)
    }
  }

  private static func dot(_ first: [[Double]], _ second: [[Double]]) -> Double {
    var sum = 0.0
    for (one, other) in zip(first, second) {
      for place in one.indices { sum += one[place] * other[place] }
    }
    return sum
  }
}
