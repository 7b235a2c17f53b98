import Basics
import Transformer

/// The smallest piece of work: consecutive mutations of one matrix of one layer.
public struct Unit: Equatable, Sendable {
  /// The unit's number, from 0.
  public let index: Int
  /// The positions of the unit's mutations in the plan, counted from 0.
  public let positions: Range<Int>
}

/// The mutations of a screen and their division into units: a function of the configuration alone.
public struct UnitPlan: Sendable {
  /// The source of a plan's mutations.
  public enum Source: Sendable {
    /// All mutations of a space.
    case space(MutationSpace)
    /// Some of a space: indices into it, ascending.
    case sample([Int], of: MutationSpace)
    /// The mutations of a list.
    case list(MutationList)
    /// All mutations of components of matrices.
    case components(ComponentSpace)
    /// Single mutations, and behind them pairs of these.
    case pairs(PairList)
  }

  /// Mutants of a full unit; each unit has a null mutant besides.
  public static let mutantsPerUnit = 64

  /// The source of the mutations.
  public let source: Source
  /// The kinds in canonical order; of a sample also those that it may have missed.
  public let kinds: [Kind]
  /// The numbers of the kinds that have one.
  public let parameters: KindParameters
  /// The units in the plan's order.
  public let units: [Unit]
  /// Weights in the regions of the unit with the most, at most.
  public let mostWeightsOfUnit: Int

  /// All mutations of a space, or `sampleCount` of them drawn with `seed`.
  public init(
    space: MutationSpace, sampleCount: Int? = nil, seed: UInt64 = 0, parameters: KindParameters = KindParameters()
  ) {
    self.init(
      space: space, sample: sampleCount.map { UnitPlan.draw($0, of: space.count, seed: seed) }, parameters: parameters)
  }

  /// Some mutations of a space by their indices, ascending, each once.
  public init(space: MutationSpace, chosen: [Int], parameters: KindParameters = KindParameters()) {
    precondition(zip(chosen, chosen.dropFirst()).allSatisfy { $0 < $1 }, "ascending indices")
    precondition(chosen.first ?? 0 >= 0 && chosen.last ?? 0 < space.count, "indices of the space")
    self.init(space: space, sample: chosen, parameters: parameters)
  }

  private init(space: MutationSpace, sample: [Int]?, parameters: KindParameters) {
    source = sample.map { .sample($0, of: space) } ?? .space(space)
    kinds = space.kinds
    self.parameters = parameters
    var units: [Unit] = []
    let stretches = space.stretches
    for range in stretches {
      let start = sample?.firstPosition(notBelow: range.lowerBound) ?? range.lowerBound
      let end = sample?.firstPosition(notBelow: range.upperBound) ?? range.upperBound
      units.append(positions: start..<end)
    }
    self.units = units
    // The first region of a matrix is a full one.
    mostWeightsOfUnit =
      stretches.filter { !$0.isEmpty }.map { range in
        let region = space[range.lowerBound].region
        return min(UnitPlan.mutantsPerUnit, range.count) * region.rows.count * region.columns.count
      }.max() ?? 0
  }

  /// The mutations of a list in canonical order, each once.
  public init(list: MutationList) {
    precondition(list.isCanonical, "a list in canonical order")
    self.init(.list(list), listed: list, pairs: [])
  }

  /// The mutations of pairs one by one, and behind them the pairs.
  public init(pairs: PairList) { self.init(.pairs(pairs), listed: pairs.singles, pairs: pairs.pairs) }

  private init(_ source: Source, listed list: MutationList, pairs: [PairList.Pair]) {
    self.source = source
    parameters = list.parameters
    kinds = Set((0..<list.count).lazy.map { list[$0].kind }).sorted()
    var units: [Unit] = []
    units.append(from: 0, count: list.count) { position in
      let region = list[position].region
      return SIMD3(region.layer, region.matrix.index, 0)
    }
    units.append(from: list.count, count: pairs.count) { position in
      let (region, other) = (list[pairs[position].first].region, list[pairs[position].second].region)
      return SIMD3(region.layer, region.matrix.index, other.layer == region.layer ? 0 : 1)
    }
    self.units = units
    func weights(_ place: Int) -> Int { list[place].region.rows.count * list[place].region.columns.count }
    mostWeightsOfUnit =
      units.map { unit in
        unit.positions.reduce(0) { sum, position in
          guard position >= list.count else { return sum + weights(position) }
          let pair = pairs[position - list.count]
          return sum + weights(pair.first) + weights(pair.second)
        }
      }.max() ?? 0
  }

  /// All mutations of components of matrices.
  public init(components space: ComponentSpace, parameters: KindParameters = KindParameters()) {
    source = .components(space)
    kinds = space.kinds
    self.parameters = parameters
    var units: [Unit] = []
    for group in space.groups.indices { units.append(positions: space.range(group: group)) }
    self.units = units
    mostWeightsOfUnit = 0
  }

  /// Columns of the regions, where all have the same number but at the edges of matrices.
  public var blockColumns: Int? {
    if let space {
      // Whole rows are one block of any matrix.
      return space.region.columns ?? 1 << 30
    }
    guard let list else { return nil }
    let columns = (0..<list.count).lazy.map { list[$0].region.columns }
    guard let widest = columns.map(\.count).max() else { return nil }
    return columns.allSatisfy { $0.lowerBound % widest == 0 } ? widest : nil
  }

  /// The number of mutations of all units.
  public var mutationCount: Int {
    switch source {
    case .space(let space): space.count
    case .sample(let indices, _): indices.count
    case .list(let list): list.count
    case .components(let space): space.count
    case .pairs(let list): list.count
    }
  }

  /// How many regions have mutations, or components; of a sample those of its space.
  public var regionCount: Int {
    if let components { return components.componentCount }
    guard let list = list ?? pairs?.singles else { return space.map(\.regionCount) ?? 0 }
    return (0..<list.count).count { $0 == 0 || list[$0 - 1].region != list[$0].region }
  }

  /// The space of the mutations; nil for a list.
  public var space: MutationSpace? {
    switch source {
    case .space(let space), .sample(_, let space): space
    case .list, .components, .pairs: nil
    }
  }

  /// The space of the components that are mutated; nil unless they are.
  public var components: ComponentSpace? {
    guard case .components(let space) = source else { return nil }
    return space
  }

  /// The matrices outside of the layers that mutations are of, in canonical order; of a sample also those that it may
  /// have missed.
  public var outerMatrices: [WeightMatrix] {
    if let space { return space.outer }
    guard let list else { return [] }
    // They are the last of a list.
    let own = Set((0..<list.count).reversed().lazy.map { list[$0].region.matrix }.prefix(while: \.isOuter))
    return own.sorted { $0.index < $1.index }
  }

  /// The pairs with their single mutations; nil unless there are pairs.
  public var pairs: PairList? {
    guard case .pairs(let pairs) = source else { return nil }
    return pairs
  }

  /// The list of the mutations; nil unless they are listed.
  public var list: MutationList? {
    guard case .list(let list) = source else { return nil }
    return list
  }

  /// Bytes of the mutations that are listed or drawn, and of what is at hand of the regions of a unit.
  public var heldBytes: Int {
    let indices: Int
    switch source {
    case .space: indices = 0
    case .sample(let sample, _): indices = MemoryLayout<Int>.stride * sample.count
    case .list(let list): indices = list.byteCount
    case .components(let space): indices = space.heldBytes
    case .pairs(let list): indices = list.byteCount
    }
    return indices + MemoryLayout<Float>.stride * mostWeightsOfUnit
  }

  /// The mutation at a position of the plan, of a pair the first.
  public func mutation(at position: Int) -> Mutation {
    switch source {
    case .space(let space): space[position]
    case .sample(let indices, let space): space[indices[position]]
    case .list(let list): list[position]
    case .components(let space): space[position]
    case .pairs(let list): list.singles[pair(at: position)?.first ?? position]
    }
  }

  /// The mutations of a unit, in order, of pairs the first ones.
  public func mutations(of unit: Unit) -> [Mutation] { unit.positions.map { mutation(at: $0) } }

  // MARK: Pairs

  /// The pair at a position of the plan; nil where a single mutation is.
  public func pair(at position: Int) -> PairList.Pair? {
    guard let pairs, position >= pairs.singles.count else { return nil }
    return pairs.pairs[position - pairs.singles.count]
  }

  /// The second mutations of a unit of pairs, in order; none of other units.
  func partners(of unit: Unit) -> [Mutation] {
    unit.positions.compactMap { position in pair(at: position).flatMap { pairs?.singles[$0.second] } }
  }

  /// Whether the mutations of each pair of a unit of pairs are of one layer.
  func isOfPairsWithinLayer(_ unit: Unit) -> Bool {
    pair(at: unit.positions.lowerBound).flatMap { pairs?.isWithinLayer($0) } ?? false
  }

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

  /// `count` distinct indices below `total`, ascending: Floyd's algorithm (Bentley and Floyd 1987) with draws keyed by
  /// the seed and the index.
  package static func draw(_ count: Int, of total: Int, seed: UInt64) -> [Int] {
    precondition(count >= 0 && count <= total, "a sample is no larger than the space")
    var chosen: Set<Int> = []
    for upper in total - count..<total {
      let counter = SIMD4(
        UInt32(truncatingIfNeeded: upper), UInt32(truncatingIfNeeded: upper >> 32), StreamName.mutationSample.number, 0)
      var random = RandomStream(seed: seed, counter: counter)
      let candidate = random.integer(below: upper + 1)
      chosen.insert(chosen.contains(candidate) ? upper : candidate)
    }
    return chosen.sorted()
  }
}

extension [Unit] {
  /// Adds units for `count` mutations from a position on, which share a unit only where their keys are the same; `key`
  /// is given their numbers.
  fileprivate mutating func append(from first: Int, count total: Int, key: (Int) -> SIMD3<Int>) {
    var start = 0
    for number in 0..<total where number + 1 == total || key(number + 1) != key(number) {
      append(positions: first + start..<first + number + 1)
      start = number + 1
    }
  }

  /// Adds units for the mutations of a matrix, at these positions of the plan.
  fileprivate mutating func append(positions: Range<Int>) {
    for first in stride(from: positions.lowerBound, to: positions.upperBound, by: UnitPlan.mutantsPerUnit) {
      append(
        Unit(index: count, positions: first..<Swift.min(first + UnitPlan.mutantsPerUnit, positions.upperBound)))
    }
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
