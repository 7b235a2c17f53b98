import CKernels

/// The smallest piece of work: consecutive mutations of one matrix of one layer.
public struct Unit: Equatable, Sendable {
  public let index: Int
  /// Positions in the plan's list of mutations.
  public let positions: Range<Int>
}

/// The mutations of a screen and their division into units: a function of the configuration alone.
public struct UnitPlan: Sendable {
  /// Mutants of a full unit; each unit has a null mutant besides.
  public static let mutantsPerUnit = 64

  public let space: MutationSpace
  public let units: [Unit]
  /// Indices into the space, ascending; nil: all of it.
  private let sample: [Int]?

  /// All mutations of a space, or `sampleCount` of them drawn with `seed`.
  public init(space: MutationSpace, sampleCount: Int? = nil, seed: UInt64 = 0) {
    self.space = space
    let sample = sampleCount.map { UnitPlan.draw($0, of: space.count, seed: seed) }
    self.sample = sample
    var units: [Unit] = []
    for layer in space.layers.indices {
      for matrix in space.matrices.indices {
        let range = space.range(layer: layer, matrix: matrix)
        let start = sample?.firstPosition(notBelow: range.lowerBound) ?? range.lowerBound
        let end = sample?.firstPosition(notBelow: range.upperBound) ?? range.upperBound
        for first in stride(from: start, to: end, by: UnitPlan.mutantsPerUnit) {
          units.append(Unit(index: units.count, positions: first..<min(first + UnitPlan.mutantsPerUnit, end)))
        }
      }
    }
    self.units = units
  }

  /// Columns of the regions, where all have the same number but at the edges of matrices.
  public var blockColumns: Int? { space.regionColumns }

  public var mutationCount: Int { sample?.count ?? space.count }

  /// The mutation at a position of the plan's list.
  public func mutation(at position: Int) -> Mutation { space[sample?[position] ?? position] }

  /// The mutations of a unit, in order.
  public func mutations(of unit: Unit) -> [Mutation] { unit.positions.map { mutation(at: $0) } }

  /// The positions of consecutive units' mutations.
  public func positions(of units: Range<Int>) -> Range<Int> {
    guard let first = units.first, let last = units.last else { return 0..<0 }
    return self.units[first].positions.lowerBound..<self.units[last].positions.upperBound
  }

  /// The units that mutations at these positions are of; not for no positions.
  public func units(around positions: Range<Int>) -> Range<Int> {
    precondition(!positions.isEmpty && positions.upperBound <= mutationCount, "positions of the plan")
    let starts = units.map(\.positions.lowerBound)
    let first = starts.firstPosition(notBelow: positions.lowerBound + 1) - 1
    return first..<starts.firstPosition(notBelow: positions.upperBound)
  }

  // MARK: Sampling

  /// `count` distinct indices below `total`, ascending: Floyd's algorithm (Bentley and Floyd 1987) with draws keyed by the
  /// seed and the index.
  private static func draw(_ count: Int, of total: Int, seed: UInt64) -> [Int] {
    precondition(count >= 0 && count <= total, "a sample is no larger than the space")
    var chosen: Set<Int> = []
    for upper in total - count..<total {
      let candidate = Int(random(seed: seed, index: UInt64(upper)).multipliedFullWidth(by: UInt64(upper) + 1).high)
      chosen.insert(chosen.contains(candidate) ? upper : candidate)
    }
    return chosen.sorted()
  }

  /// 64 random bits as a function of (seed, index).
  private static func random(seed: UInt64, index: UInt64) -> UInt64 {
    let counter = [UInt32(truncatingIfNeeded: index), UInt32(truncatingIfNeeded: index >> 32), 0x6d75_7461, 0]
    let key = [UInt32(truncatingIfNeeded: seed), UInt32(truncatingIfNeeded: seed >> 32)]
    var output: [UInt32] = [0, 0, 0, 0]
    locus_philox(counter, key, &output)
    return UInt64(output[0]) << 32 | UInt64(output[1])
  }
}

extension [Int] {
  /// The first position of this ascending list whose element is not below `value`.
  fileprivate func firstPosition(notBelow value: Int) -> Int {
    var low = 0
    var high = count
    while low < high {
      let middle = (low + high) / 2
      if self[middle] < value { low = middle + 1 } else { high = middle }
    }
    return low
  }
}
