/// The shifts that most of many drawn sums have in common: one of all, one more of each group, and one more of each
/// stratum, by the largest posterior likelihood.
///
/// The likelihood is conditional on the scores of both sides together (Andersen 1970, J. R. Stat. Soc. B 32, 283–301),
/// so that it depends on no severity of its own. Each shift is normal about 0 with a variance of ¼ before anything is
/// known, which leaves it finite where every sum is the largest there is, and small where little is known.
public struct CommonShift: Sendable {
  /// Equal drawn sums of one group and stratum.
  public struct Cell: Sendable {
    /// The number of the group.
    public let group: Int
    /// The number of the stratum.
    public let stratum: Int
    /// How each of the sums is distributed.
    public let drawn: DrawnSum
    /// How many there are.
    public var count = 0
    /// What they were found to be, added up.
    public var sum = 0

    /// Begins with no sums.
    public init(group: Int, stratum: Int, drawn: DrawnSum) {
      self.group = group
      self.stratum = stratum
      self.drawn = drawn
    }
  }

  /// Shifts of one sort, and what is known of each: the curvature of the likelihood.
  private struct Sort {
    var values: [Double]
    var curvatures: [Double]

    init(_ count: Int) {
      values = Array(repeating: 0, count: count)
      curvatures = Array(repeating: 1 / CommonShift.variance, count: count)
    }

    /// The value without some of what it was learned from, whose slope and curvature are given: one step of Newton's.
    func value(_ number: Int, slope: Double, curvature: Double) -> Double {
      values[number] - slope / max(1 / CommonShift.variance, curvatures[number] - curvature)
    }
  }

  private var all = Sort(1)
  private var groups: Sort
  private var strata: Sort

  private static let variance = 0.25
  private static let mostRounds = 200
  private static let tolerance = 1e-10
  /// Newton's steps are cut to this, so that none goes astray.
  private static let longestStep = 1.0

  /// Fits the shifts one after the other, by Newton's method, until none moves.
  public init(_ cells: [Cell], groupCount: Int, stratumCount: Int) {
    (groups, strata) = (Sort(groupCount), Sort(stratumCount))
    let cells = cells.filter { !$0.drawn.isFixed }
    for _ in 0..<CommonShift.mostRounds {
      let steps = [
        move(\.all, cells) { _ in 0 }, move(\.groups, cells) { $0.group }, move(\.strata, cells) { $0.stratum },
      ]
      if (steps.max() ?? 0) < CommonShift.tolerance { break }
    }
  }

  /// The mean shift over groups and strata.
  public var overall: Double { all.values[0] + groups.values.mean + strata.values.mean }

  /// The shift of a group's sums in a stratum.
  public func value(group: Int, stratum: Int) -> Double {
    all.values[0] + groups.values[group] + strata.values[stratum]
  }

  /// The shifts of a group in every stratum, as they are without the sums that one of its members has in the strata.
  public func values(group: Int, without own: [(drawn: DrawnSum, sum: Int)]) -> [Double] {
    precondition(own.count == strata.values.count, "a sum in each stratum")
    var slopes: [Double] = []
    var curvatures: [Double] = []
    for (stratum, part) in own.enumerated() {
      let moments = part.drawn.moments(shift: value(group: group, stratum: stratum))
      slopes.append(part.drawn.isFixed ? 0 : Double(part.sum) - moments.mean)
      curvatures.append(moments.variance)
    }
    let (slope, curvature) = (slopes.reduce(0, +), curvatures.reduce(0, +))
    let common =
      all.value(0, slope: slope, curvature: curvature) + groups.value(group, slope: slope, curvature: curvature)
    return own.indices.map { common + strata.value($0, slope: slopes[$0], curvature: curvatures[$0]) }
  }

  /// Moves the shifts of one sort by Newton's step, of which `number` says which one a cell has; returns the longest.
  private mutating func move(_ sort: WritableKeyPath<CommonShift, Sort>, _ cells: [Cell], _ number: (Cell) -> Int)
    -> Double
  {
    var slopes = self[keyPath: sort].values.map { -$0 / CommonShift.variance }
    var curvatures = slopes.map { _ in 1 / CommonShift.variance }
    for cell in cells {
      let moments = cell.drawn.moments(shift: value(group: cell.group, stratum: cell.stratum))
      slopes[number(cell)] += Double(cell.sum) - Double(cell.count) * moments.mean
      curvatures[number(cell)] += Double(cell.count) * moments.variance
    }
    var longest = 0.0
    for place in slopes.indices {
      let step = min(CommonShift.longestStep, max(-CommonShift.longestStep, slopes[place] / curvatures[place]))
      self[keyPath: sort].values[place] += step
      longest = max(longest, abs(step))
    }
    self[keyPath: sort].curvatures = curvatures
    return longest
  }
}
