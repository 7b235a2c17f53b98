import Statistics

/// The test of regions whose verdicts changed by more than those of their matrix and layer did.
///
/// Inputs are what a screen has several of: a region's score on an input is how many of its mutants are non-silent
/// there. The null exchanges the scores of an input, or of inputs of one task, between the screens, and leaves the
/// scores of both together as they are, as McNemar's and Fisher's exact tests do. A screen that is more severe than the
/// other as a whole makes exchanges in its favour likelier: by a log odds ratio that all regions of a matrix of a layer
/// share, which is fitted to all others of them, and by one of each input or task.
struct VerdictShift {
  /// What was found of a region.
  struct Outcome {
    /// The difference of the shares that the shift leaves to be expected, first less second.
    let expected: Double
    let probability: Double
    /// The smallest probability that the scores of the region could give.
    let least: Double
  }

  private let first: RegionScores
  private let second: RegionScores
  private let strata: [InputJoin.Stratum]
  private let groupOfRegion: [Int]
  private let shift: CommonShift
  private let catalogue: DrawnSumCatalogue
  /// The drawn sum of each region and stratum, as a place in the catalogue, `[region, stratum]`.
  private let places: [Int32]

  /// The shift of all regions as a log odds ratio of the first screen.
  var overall: Double { shift.overall }

  /// Fits the shifts of two screens.
  init(_ first: RegionScores, _ second: RegionScores, inputs: InputJoin, groups: [[Int]]) {
    (self.first, self.second, strata) = (first, second, inputs.strata)
    var groupOfRegion = Array(repeating: 0, count: first.regionCount)
    for (number, group) in groups.enumerated() { for region in group { groupOfRegion[region] = number } }
    var catalogue = DrawnSumCatalogue()
    var places: [Int32] = []
    places.reserveCapacity(first.regionCount * strata.count)
    var cells: [CellKey: CommonShift.Cell] = [:]
    for region in 0..<first.regionCount {
      for (number, stratum) in strata.enumerated() {
        let own = stratum.first.map { first.changed(region, $0) }
        let place = catalogue.place(own, stratum.second.map { second.changed(region, $0) })
        places.append(Int32(place))
        let key = CellKey(group: groupOfRegion[region], stratum: number, place: place)
        let drawn = catalogue[place]
        guard !drawn.isFixed else { continue }
        cells[key, default: .init(group: key.group, stratum: number, drawn: drawn)].count += 1
        cells[key]?.sum += own.reduce(0, +)
      }
    }
    self.groupOfRegion = groupOfRegion
    self.catalogue = catalogue
    self.places = places
    // In an order of their own, so that sums have the same bits on every run.
    shift = CommonShift(
      cells.sorted { $0.key < $1.key }.map(\.value), groupCount: groups.count, stratumCount: strata.count)
  }

  private struct CellKey: Hashable, Comparable {
    let group: Int
    let stratum: Int
    let place: Int

    static func < (left: CellKey, right: CellKey) -> Bool {
      (left.group, left.stratum, left.place) < (right.group, right.stratum, right.place)
    }
  }

  /// Tests a region against the shift of the others.
  func outcome(_ region: Int) -> Outcome {
    // What the first screen has, what it would have of the scores of both without any difference, and all weights.
    var (found, even, weight) = (0, 0.0, 0.0)
    var own: [(drawn: DrawnSum, sum: Int)] = []
    for (number, stratum) in strata.enumerated() {
      let sum = stratum.first.reduce(0) { $0 + first.changed(region, $1) }
      let all = sum + stratum.second.reduce(0) { $0 + second.changed(region, $1) }
      own.append((catalogue[Int(places[region * strata.count + number])], sum))
      found += sum
      even += Double(all * stratum.first.count) / Double(stratum.first.count + stratum.second.count)
      weight += stratum.weight
    }
    let shifts = shift.values(group: groupOfRegion[region], without: own)
    let null = ShiftedSum(zip(own, shifts).map { (sum: $0.drawn, shift: $1) })
    return Outcome(
      expected: (null.mean - even) / (weight * Double(first.kindCounts[region])),
      probability: null.probability(of: found), least: null.leastProbability)
  }
}

/// Drawn sums by the scores that they are of, each made once.
private struct DrawnSumCatalogue {
  private struct Key: Hashable {
    let scores: [Int]
    let drawn: Int
  }

  private var places: [Key: Int] = [:]
  private var sums: [DrawnSum] = []

  subscript(place: Int) -> DrawnSum { sums[place] }

  /// The place of the sum of one side's scores, where both sides' may change places.
  mutating func place(_ own: [Int], _ others: [Int]) -> Int {
    let key = Key(scores: (own + others).sorted(), drawn: own.count)
    if let place = places[key] { return place }
    sums.append(DrawnSum(key.scores, drawing: key.drawn))
    places[key] = sums.count - 1
    return sums.count - 1
  }
}
