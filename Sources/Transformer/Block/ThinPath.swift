/// The way of a change of some rows of a matrix through its block, as far as it stays in some columns: derived from the
/// list of steps.
///
/// A change of rows of q, k or v stays in heads up to the product with o, one of gate or up in the same hidden units
/// up to the product with down; that product, the passage, takes the columns to the residual stream, or through a
/// norm to it. A matrix whose own product goes there has no passage. Where there is no such way, as behind a norm
/// over all heads, the path is whole: the block is computed anew.
public struct ThinPath: Sendable {
  /// The place of the mutated matrix's product in the list.
  public let index: Int
  /// The product of the mutated matrix.
  public let product: Product
  /// Whether a change has no thin way, and all of the block is computed with the mutated matrix.
  public let isWhole: Bool
  /// The steps behind it that work on the changed columns alone, with the slot by which the change enters each.
  public let steps: [(index: Int, entering: Slot)]
  /// The product that takes the changed columns to whole rows; nil where the mutated one does so itself.
  public let passage: (index: Int, step: Product)?
  /// The steps on whole rows behind the last product of the path, a norm and a sum: empty where that product is added
  /// to the residual stream itself.
  public let tail: [Int]
  /// The residual stream without the last product of the path.
  public let streamBefore: Block.Value
  /// The residual stream with the last product of the path, where the whole block is computed from then on.
  public let streamBehind: Block.Value
  /// Products that are added to the residual stream between the path's and `streamBehind`, and read nothing of the
  /// path: those of the part that stands beside it.
  public let beside: [Int]
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
  /// Floats of a row of all these values together, which is what a trace keeps of a token.
  public let width: Int
  private let list: [any Step]
  private let reads: [[Block.Value]]

  /// The path of a change of rows of the matrix whose product is step `index` of a block; `whole`, even where there is
  /// a thin way.
  init(
    of product: Product, at index: Int, in list: [any Step], reads: [[Block.Value]], widths: [Int],
    whole: Bool = false
  ) {
    self.index = index
    self.product = product
    self.list = list
    self.reads = reads
    let way = whole ? nil : Way(of: product, at: index, in: list, reads: reads)
    isWhole = way == nil
    steps = way?.steps ?? []
    passage = way?.passage
    tail = way?.tail ?? []
    resume = way?.resume ?? list.count
    let resume = resume
    let writers = list.indices.filter { $0 < resume && list[$0].outputs.contains(.residual) }
    streamBehind = Block.Value(slot: .residual, step: writers.last ?? -1)
    streamBefore = way.map { $0.streamBefore } ?? .entering
    beside = way.map { way in writers.filter { $0 > way.last } } ?? []
    let entering = list.indices.first { list[$0] is Attention && list[$0].inputs.contains(product.output) }
    let indices = isWhole ? [entering].compactMap { $0 } : steps.map(\.index)
    attention =
      indices.lazy.compactMap { at in (list[at] as? Attention).map { (at, $0) } }.first.map { at, step in
        (at, step, way?.steps.first { $0.index == at }?.entering ?? product.output)
      }
    activation =
      steps.lazy.compactMap { at in (list[at.index] as? Activation).map { (at.index, $0, at.entering) } }.first
    values = ThinPath.values(way, behind: streamBehind, beside: beside, index: index, list: list, reads: reads)
    width = values.reduce(0) { $0 + widths[$1.slot.rawValue] }
  }

  private static func values(
    _ way: Way?, behind: Block.Value, beside: [Int], index: Int, list: [any Step], reads: [[Block.Value]]
  ) -> [Block.Value] {
    var values: [Block.Value] = []
    func add(_ more: [Block.Value]) { for value in more where !values.contains(value) { values.append(value) } }
    guard let way else {
      add([.entering, reads[index][0], behind])
      return values
    }
    for step in [index] + way.steps.map(\.index) + (way.passage.map { [$0.index] } ?? []) {
      add(reads[step] + list[step].outputs.map { Block.Value(slot: $0, step: step) })
    }
    add([way.streamBefore, behind] + beside.map { reads[$0][0] })
    return values
  }

  /// The steps of a thin way.
  private struct Way {
    var steps: [(index: Int, entering: Slot)] = []
    var passage: (index: Int, step: Product)?
    var tail: [Int] = []
    /// The step that brings the change to the residual stream.
    let last: Int
    let streamBefore: Block.Value
    let resume: Int

    /// nil where two steps read what changed, or where a step spreads it that is neither a product nor behind one.
    init?(of product: Product, at index: Int, in list: [any Step], reads: [[Block.Value]]) {
      var changed = Block.Value(slot: product.output, step: index)
      while changed.slot != .residual {
        let readers = list.indices.filter { reads[$0].contains(changed) }
        guard let next = readers.first, readers.count == 1 else { return nil }
        let isNarrow = passage == nil && tail.isEmpty && !(list[next] is Add)
        if isNarrow, case .columns(_, let slot) = list[next].reach(of: 0..<1, in: changed.slot) {
          steps.append((next, changed.slot))
          changed = Block.Value(slot: slot, step: next)
        } else if isNarrow, let product = list[next] as? Product {
          passage = (next, product)
          changed = Block.Value(slot: product.output, step: next)
        } else if list[next] is Norm || list[next] is Add {
          tail.append(next)
          changed = Block.Value(slot: list[next].outputs[0], step: next)
        } else {
          return nil
        }
      }
      let last = changed.step
      guard let stream = reads[last].first(where: { $0.slot == .residual }) else { return nil }
      self.last = last
      streamBefore = stream
      // Products and sums that are added to the stream take no notice of what is in it.
      resume = list.indices.first { $0 > last && list[$0].inputs.first == .residual } ?? list.count
      let resume = resume
      let behind = list.indices.filter { $0 > last && $0 < resume && list[$0].outputs.contains(.residual) }
      guard tail.isEmpty ? behind.allSatisfy({ list[$0] is Product }) : behind.isEmpty else { return nil }
    }
  }

  // MARK: Along the path

  /// What the mutated matrix is applied to.
  public var input: Block.Value { reads[index][0] }
  /// What the mutated matrix makes of its input.
  public var output: Block.Value { Block.Value(slot: product.output, step: index) }

  /// What the last product of the path makes of its input, where a tail goes on from there.
  public var contribution: Block.Value {
    passage.map { Block.Value(slot: $0.step.output, step: $0.index) } ?? output
  }

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
