import Basics
import LinearAlgebra
import MessagePassing

/// Parameters that all ranks have and update together.
///
/// A batch is divided into shards, whose number is no one's but the plan's. A rank makes the gradients of neighbouring
/// shards; it owns a slice of the parameters, for which it gets the gradients of all shards, adds them in the order of
/// the shards, and takes the step; then all ranks have all slices. So the bits do not depend on the number of ranks.
public final class SharedOptimizer {
  /// The parameters, the same on every rank between two updates.
  public let parameters: ParameterValues
  /// Shards of a batch.
  public let shardCount: Int
  /// The shards of this rank.
  public let ownShards: Range<Int>
  /// Updates that were made.
  public private(set) var step = 0
  private let rules: [UpdateRule]
  private let sharing: Sharing
  private let slices: [Range<Int>]
  /// The gradients of this rank's shards.
  private let gradients: [ParameterValues]
  /// The sum over shards; of it only this rank's slice is filled.
  private let sum: ParameterValues
  private let first: ParameterValues
  private let second: ParameterValues
  private let workspace: ProductWorkspace

  private var layout: ParameterLayout { parameters.layout }
  private var own: Range<Int> { slices[sharing.rank] }

  /// An optimizer of parameters, each tensor by the rule that `rule` gives for it.
  public init(
    _ parameters: ParameterValues, shards: Int, sharing: Sharing, rule: (ParameterLayout.Tensor) -> UpdateRule
  ) {
    precondition(shards > 0, "a batch has shards")
    self.parameters = parameters
    self.sharing = sharing
    shardCount = shards
    ownShards = sharing.ownRange(of: shards)
    rules = parameters.layout.tensors.map(rule)
    slices = parameters.layout.slices(sharing.rankCount)
    gradients = ownShards.map { _ in ParameterValues(parameters.layout) }
    sum = ParameterValues(parameters.layout)
    first = ParameterValues(parameters.layout)
    second = ParameterValues(parameters.layout)
    workspace = ProductWorkspace(threads: sharing.threads)
  }

  /// Bytes of a rank, at most, for parameters of a layout in so many shards over so many ranks.
  public static func byteCount(_ layout: ParameterLayout, shards: Int, ranks: Int) -> Int {
    (4 + (shards + ranks - 1) / ranks) * layout.count * MemoryLayout<Float>.stride
  }

  // MARK: Gradients

  /// Where the gradient of one of this rank's shards is to be written.
  public func gradient(ofShard shard: Int) -> ParameterValues { gradients[shard - ownShards.lowerBound] }

  /// The sum of the gradients of all shards, on every rank. Collective.
  public func sharedGradient() throws -> [Float] {
    try addShards()
    return try sharing.ofAllRanks(Array(sum.all[own]))
  }

  /// Adds the gradients of all shards in their order, for this rank's slice. Collective.
  private func addShards() throws {
    let slice = own
    func add(_ numbers: UnsafeBufferPointer<Float>, isFirst: Bool) {
      guard let target = sum.all.baseAddress, let source = numbers.baseAddress, !numbers.isEmpty else { return }
      let place = target + slice.lowerBound
      if isFirst { return place.update(from: source, count: numbers.count) }
      for index in 0..<numbers.count { place[index] += source[index] }
    }
    guard sharing.rankCount > 1 else {
      for (shard, gradient) in gradients.enumerated() { add(UnsafeBufferPointer(gradient.all), isFirst: shard == 0) }
      return
    }
    let parts = slices.map { other in gradients.flatMap { $0.all[other] } }
    var isFirst = true
    for part in try sharing.exchange(parts) where !slice.isEmpty {
      part.withUnsafeBufferPointer { numbers in
        for start in stride(from: 0, to: numbers.count, by: slice.count) {
          add(UnsafeBufferPointer(rebasing: numbers[start..<start + slice.count]), isFirst: isFirst)
          isFirst = false
        }
      }
    }
  }

  // MARK: Updating

  /// Takes a step by the gradients that were written for all shards.
  ///
  /// `adjust` may change rows of the sum before the step, and `finish` rows of the parameters behind it: a tensor, its
  /// numbers, and those of its rows that this rank owns. A gradient whose norm is above `clip` is shortened to it.
  /// Returns the norm before that, where there is a `clip`. Collective.
  @discardableResult
  public func update(
    rate: Double, clip: Double? = nil, adjust: (_ rows: OwnedRows) -> Void = { _ in },
    finish: (_ rows: OwnedRows) -> Void = { _ in }
  ) throws -> Double? {
    try addShards()
    let owned = layout.rows(in: own)
    for rows in owned { adjust(OwnedRows(rows.tensor.name, sum.view(of: rows.tensor), rows.rows)) }
    let norm = try clip.map { try clipGradient(to: $0) }
    step += 1
    for (tensor, rows) in owned { follow(tensor, rows, rate: rate) }
    for rows in owned { finish(OwnedRows(rows.tensor.name, parameters.view(of: rows.tensor), rows.rows)) }
    if sharing.rankCount > 1 { parameters.take(try sharing.ofAllRanks(Array(parameters.all[own]))) }
    return norm
  }

  /// Shortens the gradient; returns its norm before. Squares are summed row by row in double, then over all rows in
  /// their order. Collective.
  private func clipGradient(to limit: Double) throws -> Double {
    let squares = layout.rows(in: own).flatMap { tensor, rows in
      let view = sum.view(of: tensor)
      return rows.map { Vectors.squares(view.row($0), tensor.columns) }
    }
    let norm = try sharing.ofAllRanks(squares).reduce(0, +).squareRoot()
    guard norm > limit else { return norm }
    let factor = Float(limit / norm)
    let numbers = sum.all
    for place in own { numbers[place] *= factor }
    return norm
  }

  private func follow(_ tensor: ParameterLayout.Tensor, _ rows: Range<Int>, rate: Double) {
    guard let number = layout.tensors.firstIndex(of: tensor) else { return }
    let skipped = rows.lowerBound * tensor.columns
    let moments = UpdatedMoments(
      count: rows.count * tensor.columns, values: parameters.view(of: tensor).base + skipped,
      gradient: UnsafePointer(sum.view(of: tensor).base + skipped), first: first.view(of: tensor).base + skipped,
      second: second.view(of: tensor).base + skipped)
    switch rules[number] {
    case .adam(let adam): adam.update(moments, rate: rate, step: step)
    case .muon(let muon):
      precondition(rows.count == tensor.rows, "a tensor of Muon's is whole")
      muon.update(moments, rows: tensor.rows, columns: tensor.columns, rate: rate, in: workspace)
    }
  }

  /// Forgets the moments of a row, on whichever rank owns it.
  public func forget(_ name: String, row: Int) {
    let tensor = layout[name]
    for moments in [first, second] {
      moments.view(of: tensor).row(row).update(repeating: 0, count: tensor.columns)
    }
  }

  // MARK: State

  /// Everything that a later start needs to go on. Collective.
  public func state() throws -> OptimizerState {
    OptimizerState(
      step: step, parameters: parameters.numbers, first: try sharing.ofAllRanks(Array(first.all[own])),
      second: try sharing.ofAllRanks(Array(second.all[own])))
  }

  /// Goes on from the state of an optimizer of as many parameters.
  public func restore(_ state: OptimizerState) {
    step = state.step
    parameters.take(state.parameters)
    first.take(state.first)
    second.take(state.second)
  }
}

/// Rows of a tensor that one rank owns.
public struct OwnedRows {
  /// The tensor's name.
  public let name: String
  /// The whole tensor, `[rows, columns]`, of which other rows must not be touched.
  public let values: MutableMatrixView
  /// The rows.
  public let rows: Range<Int>

  init(_ name: String, _ values: MutableMatrixView, _ rows: Range<Int>) {
    self.name = name
    self.values = values
    self.rows = rows
  }
}
