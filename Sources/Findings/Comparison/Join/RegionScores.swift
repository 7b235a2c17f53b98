/// What mutants of each region do on each input of one screen, the kinds that both screens have taken together.
struct RegionScores {
  /// The inputs of the screen.
  let inputCount: Int
  /// The mutations of each region.
  let kindCounts: [Int]
  /// Non-silent verdicts, `[region, input]`.
  private(set) var changed: [UInt8]
  /// The mean divergence over the kinds in nats, `[region, input]`; empty where it is not compared.
  private(set) var divergence: [Float]

  init(kindCounts: [Int], inputCount: Int, hasDivergence: Bool) {
    self.inputCount = inputCount
    self.kindCounts = kindCounts
    changed = Array(repeating: 0, count: kindCounts.count * inputCount)
    divergence = hasDivergence ? Array(repeating: 0, count: changed.count) : []
  }

  /// The number of regions.
  var regionCount: Int { kindCounts.count }

  /// Takes in the verdicts on a mutation of a region, one for each input.
  mutating func add(region: Int, firstChange: ArraySlice<Int16>, divergence own: ArraySlice<Float>) {
    let start = region * inputCount
    for (input, step) in firstChange.enumerated() where step >= 0 { changed[start + input] += 1 }
    guard !divergence.isEmpty else { return }
    let kinds = Float(kindCounts[region])
    for (input, value) in own.enumerated() { divergence[start + input] += value / kinds }
  }

  /// The non-silent verdicts on a region and an input.
  func changed(_ region: Int, _ input: Int) -> Int { Int(changed[region * inputCount + input]) }

  // MARK: Means

  /// The share of non-silent verdicts on each region, inputs weighted: to 2⁻⁴⁰, so that equal ones are equal.
  func shares(_ weights: [Double]) -> [Double] {
    (0..<regionCount).map { region in
      var sum = 0.0
      for (input, weight) in weights.enumerated() where weight > 0 { sum += weight * Double(changed(region, input)) }
      return (sum / Double(kindCounts[region]) * 0x1p40).rounded() * 0x1p-40
    }
  }

  /// The mean divergence of a region in nats, inputs weighted; not a number where it is not compared.
  func meanDivergence(_ region: Int, _ weights: [Double]) -> Double {
    guard !divergence.isEmpty else { return .nan }
    var sum = 0.0
    for (input, weight) in weights.enumerated() where weight > 0 {
      sum += weight * Double(divergence[region * inputCount + input])
    }
    return sum
  }

  /// The share of non-silent verdicts on some regions, for each input.
  func shares(ofInputsOn regions: [Int]) -> [Double] {
    let verdicts = regions.reduce(0) { $0 + kindCounts[$1] }
    return (0..<inputCount).map { input in
      Double(regions.reduce(0) { $0 + changed($1, input) }) / Double(verdicts)
    }
  }
}
