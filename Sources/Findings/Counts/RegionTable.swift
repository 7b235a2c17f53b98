import Perturbations
import Statistics

/// What was counted of each region of a screen, in canonical order.
public struct RegionTable: Sendable {
  /// The number of inputs.
  public let inputCount: Int
  /// The regions in canonical order.
  public private(set) var regions: [Region] = []
  /// The sum of the divergences in nats of all verdicts on each region, `[region]`.
  public private(set) var divergenceSum: [Double] = []
  /// The largest divergence in nats of a verdict on each region, `[region]`.
  public private(set) var largestDivergence: [Double] = []
  /// Non-silent verdicts, `[region, kind]`; −1 where the mutation was not screened.
  private var nonSilent: [Int32] = []

  private static let kinds = Kind.allCases
  private static let places = Dictionary(uniqueKeysWithValues: kinds.enumerated().map { ($1, $0) })

  init(inputCount: Int) { self.inputCount = inputCount }

  /// The number of regions.
  public var count: Int { regions.count }

  // MARK: Counts

  /// The verdicts on one kind of mutation of a region; nil where it was not screened.
  public func verdicts(region: Int, kind: Kind) -> Proportion? {
    let count = nonSilent[place(region, kind)]
    return count < 0 ? nil : Proportion(count: Int(count), total: inputCount)
  }

  /// The verdicts on all mutations of a region.
  public func verdicts(region: Int) -> Proportion {
    RegionTable.kinds.reduce(Proportion()) { $0 + (verdicts(region: region, kind: $1) ?? Proportion()) }
  }

  /// The regions of each matrix of each layer, in canonical order.
  public var matrices: [Range<Int>] {
    var ranges: [Range<Int>] = []
    var start = 0
    for index in 1..<max(count, 1) {
      let (last, next) = (regions[index - 1], regions[index])
      guard last.layer != next.layer || last.matrix != next.matrix else { continue }
      ranges.append(start..<index)
      start = index
    }
    return count > 0 ? ranges + [start..<count] : []
  }

  // MARK: Counting

  mutating func append(_ region: Region) {
    regions.append(region)
    divergenceSum.append(0)
    largestDivergence.append(0)
    nonSilent.append(contentsOf: repeatElement(-1, count: RegionTable.kinds.count))
  }

  /// Takes in the verdicts on a mutation of the last region, one for each input.
  mutating func record(_ kind: Kind, nonSilent count: Int, divergences: ArraySlice<Float>) {
    let last = self.count - 1
    nonSilent[place(last, kind)] = Int32(count)
    for divergence in divergences {
      divergenceSum[last] += Double(divergence)
      // A divergence that is not a number stays so.
      if divergence.isNaN || Double(divergence) > largestDivergence[last] {
        largestDivergence[last] = Double(divergence)
      }
    }
  }

  private func place(_ region: Int, _ kind: Kind) -> Int {
    region * RegionTable.kinds.count + (RegionTable.places[kind] ?? 0)
  }
}
