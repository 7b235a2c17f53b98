import Basics
import Statistics

/// The correlations of severities by halves of the inputs, averaged over ways to halve them: within each of two
/// screens, and from a half of one to the other half of the other.
struct HalvedScreens {
  let first: RankCorrelations
  let second: RankCorrelations
  private let across: RankCorrelations

  /// Halves the inputs that are compared, those of each task evenly; the same inputs are halved alike in both screens.
  init(
    _ one: RegionScores, _ other: RegionScores, inputs: InputJoin, tasks: (first: [String], second: [String]),
    groups: [[Int]], seed: UInt64
  ) {
    var (ofFirst, ofSecond, ofBoth): ([RankCorrelations], [RankCorrelations], [RankCorrelations]) = ([], [], [])
    let (left, right) = (inputs.strata.flatMap(\.first), inputs.strata.flatMap(\.second))
    for halving in 0..<MapCorrelation.halvingCount where left.count > 1 && right.count > 1 {
      func sides(_ count: Int, _ tasks: [String], _ index: Int) -> [Int] {
        HalvedScreens.sides(count, tasks: tasks, seed: seed, index: index)
      }
      let ownSides = sides(left.count, left.map { tasks.first[$0] }, 2 * halving)
      let otherSides =
        inputs.basis == .inputs ? ownSides : sides(right.count, right.map { tasks.second[$0] }, 2 * halving + 1)
      let own = HalvedScreens.ranks(one, left, ownSides, groups)
      let others = HalvedScreens.ranks(other, right, otherSides, groups)
      ofFirst.append(own[0].correlations(with: own[1]))
      ofSecond.append(others[0].correlations(with: others[1]))
      ofBoth += [own[0].correlations(with: others[1]), own[1].correlations(with: others[0])]
    }
    (first, second, across) = (ofFirst.mean, ofSecond.mean, ofBoth.mean)
  }

  /// The correlation across over what both halves allow; not a number where a screen's halves hardly agree.
  var corrected: RankCorrelations {
    func ratio(_ across: Double, _ one: Double, _ other: Double) -> Double {
      one > HalvedScreens.leastReliability && other > HalvedScreens.leastReliability
        ? across / (one * other).squareRoot() : .nan
    }
    return RankCorrelations(
      overall: ratio(across.overall, first.overall, second.overall),
      within: ratio(across.within, first.within, second.within))
  }

  /// Below this a quotient says nothing.
  private static let leastReliability = 0.05

  /// The half of each input, 0 or 1.
  private static func sides(_ count: Int, tasks: [String], seed: UInt64, index: Int) -> [Int] {
    var random = RandomStream(seed: seed, stream: .halves, index: index)
    let order = random.permutation(count).sorted { tasks[$0] < tasks[$1] }
    var sides = Array(repeating: 0, count: count)
    for (place, input) in order.enumerated() { sides[input] = place % 2 }
    return sides
  }

  /// The ranks of the severities by each half.
  private static func ranks(
    _ scores: RegionScores, _ inputs: [Int], _ sides: [Int], _ groups: [[Int]]
  ) -> [GroupedRanks] {
    (0...1).map { side in
      var weights = Array(repeating: 0.0, count: scores.inputCount)
      for (place, input) in inputs.enumerated() where sides[place] == side { weights[input] = 1 }
      return GroupedRanks(scores.shares(weights), groups: groups)
    }
  }
}

extension StreamName {
  /// The halves of inputs.
  fileprivate static let halves: StreamName = "half"
}

extension [RankCorrelations] {
  fileprivate var mean: RankCorrelations {
    RankCorrelations(overall: map(\.overall).mean, within: map(\.within).mean)
  }
}
