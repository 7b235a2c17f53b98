/// The way of a change of some rows of a matrix through its block, as far as it stays in some columns: derived from the
/// list of steps.
///
/// A change of rows of q, k or v stays in heads up to the product with o, one of gate or up in the same hidden units up
/// to the product with down; that product, the passage, takes the columns to the residual stream. A matrix whose
/// product is added to the residual stream has no passage.
public struct ThinPath: Sendable {
  /// The place of the mutated matrix's product in the list.
  public let index: Int
  /// The product of the mutated matrix.
  public let product: Product
  /// The steps behind it that work on the changed columns alone, with the slot by which the change enters each.
  public let steps: [(index: Int, entering: Slot)]
  /// The product that takes the changed columns to the residual stream; nil where the mutated one is added itself.
  public let passage: (index: Int, step: Product)?
  /// The residual stream without the last product of the path.
  public let streamBefore: Block.Value
  /// The residual stream with the last product of the path, where the whole block is computed from then on.
  public let streamBehind: Block.Value
  /// The step from which on the whole block is computed; the count of steps where nothing is left to compute.
  public let resume: Int
  /// Everything that a step of the path reads or writes, the mutated product's included: what a trace has to keep.
  public let values: [Block.Value]
  /// The attention on the path, with its place in the block and the slot by which the change enters it; nil without
  /// one.
  public let attention: (index: Int, step: Attention, entering: Slot)?
  /// The activation on the path, with its place in the block and the slot by which the change enters it; nil without
  /// one.
  public let activation: (index: Int, step: Activation, entering: Slot)?
  /// The rotation on the path; nil without one.
  public let rotation: Rotation?
  /// Floats of a row of all these values together, which is what a trace keeps of a token.
  public let width: Int
  private let list: [any Step]
  private let reads: [[Block.Value]]

  /// The path of a change of rows of the matrix whose product is step `index` of a block; nil where two steps read what
  /// changed, or where a step spreads it over all columns that is no product added to the residual stream.
  init?(of product: Product, at index: Int, in list: [any Step], reads: [[Block.Value]], widths: [Int]) {
    var steps: [(index: Int, entering: Slot)] = []
    var passage: (index: Int, step: Product)?
    var changed = Block.Value(slot: product.output, step: index)
    while !product.isAdding, passage == nil {
      let readers = list.indices.filter { reads[$0].contains(changed) }
      guard let next = readers.first, readers.count == 1 else { return nil }
      switch list[next].reach(of: 0..<1, in: changed.slot) {
      case .columns(_, let slot):
        steps.append((next, changed.slot))
        changed = Block.Value(slot: slot, step: next)
      case .everywhere:
        guard let product = list[next] as? Product, product.isAdding else { return nil }
        passage = (next, product)
      }
    }
    let last = passage?.index ?? index
    guard let stream = reads[last].first(where: { $0.slot == .residual }) else { return nil }
    streamBefore = stream
    self.index = index
    self.product = product
    self.steps = steps
    self.passage = passage
    self.list = list
    attention = steps.lazy.compactMap { at in (list[at.index] as? Attention).map { (at.index, $0, at.entering) } }.first
    activation =
      steps.lazy.compactMap { at in (list[at.index] as? Activation).map { (at.index, $0, at.entering) } }.first
    rotation = steps.lazy.compactMap { list[$0.index] as? Rotation }.first
    self.reads = reads
    // Products that are added to the stream take no notice of what is in it.
    let resume = list.indices.first { $0 > last && list[$0].inputs.first == .residual } ?? list.count
    self.resume = resume
    let writer = list.indices.last { $0 < resume && list[$0].outputs.contains(.residual) } ?? -1
    streamBehind = Block.Value(slot: .residual, step: writer)
    var values: [Block.Value] = []
    for step in [index] + steps.map(\.index) + (passage.map { [$0.index] } ?? []) {
      let written = list[step].outputs.map { Block.Value(slot: $0, step: step) }
      for value in reads[step] + written where !values.contains(value) { values.append(value) }
    }
    if !values.contains(streamBehind) { values.append(streamBehind) }
    self.values = values
    width = values.reduce(0) { $0 + widths[$1.slot.rawValue] }
  }

  // MARK: Along the path

  /// What the mutated matrix is applied to.
  public var input: Block.Value { reads[index][0] }
  /// What the mutated matrix makes of its input.
  public var output: Block.Value { Block.Value(slot: product.output, step: index) }

  /// What the passage is applied to, as the path changes it; the mutated product's input without a passage.
  public var passing: Block.Value { reads[passage?.index ?? index][0] }

  /// Whether the change is needed at all positions, because later positions attend to it.
  public var isAtAllPositions: Bool { attention.map { $0.entering != .query } ?? false }

  /// The columns of the passage's input that a change of these rows of the matrix reaches.
  public func columns(reachedBy rows: Range<Int>) -> Range<Int> {
    steps.reduce(rows) { columns, step in
      guard case .columns(let reached, _) = list[step.index].reach(of: columns, in: step.entering) else {
        preconditionFailure("the steps of a path keep to columns")
      }
      return reached
    }
  }
}
