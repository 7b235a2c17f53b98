import LinearAlgebra

/// A place of a block where activations can be seen and changed.
public enum Place: Hashable, Sendable {
  /// One of the sites that interpretability libraries have names for.
  case site(Site)
  /// The product of a matrix: what it is applied to, and what it makes of it.
  case product(WeightMatrix)
  /// What a slot holds behind a step.
  case value(Block.Value)

  /// The order among the places behind one step: products, then values by their slots, then sites.
  fileprivate var order: Int {
    switch self {
    case .product(let matrix): matrix.index
    case .value(let value): WeightMatrix.ofBlocks.count + value.slot.rawValue
    case .site(let site): WeightMatrix.ofBlocks.count + Slot.allCases.count + (Site.allCases.firstIndex(of: site) ?? 0)
    }
  }
}

/// What is called at places of blocks while a pass runs: the one way to see activations, and to change them.
public protocol Hook {
  /// The places of layer `layer` at which the hook is called; it is called nowhere else.
  func places(ofLayer layer: Int) -> Set<Place>
  /// Called before a product is added to the residual stream; `values` hold the stream without it.
  func expect(_ visit: Visit)
  /// Called where the values have been computed; whatever the hook writes is what later steps read.
  func visit(_ visit: Visit)
}

extension Hook {
  public func expect(_ visit: Visit) {}
}

/// What a hook is shown at a place.
public struct Visit {
  /// The place at which the hook is called.
  public let place: Place
  /// The layer of the block, counted from 0.
  public let layer: Int
  /// The rows of the panel, of which the values have all, or the scored ones where `isScoredOnly`.
  public let rows: RowSet
  /// Whether the values are those of the scored rows alone.
  public let isScoredOnly: Bool
  /// The values, `[rows, width]`: the residual stream with the product where one is added to it, else the product.
  public let values: MutableMatrixView
  /// What the matrix was applied to, `[rows, columns]`, where the place is a product.
  public let input: MatrixView?

  /// Rows of each span of the row set among those of the values.
  public var ranges: [Range<Int>] { isScoredOnly ? rows.scoredRanges : rows.ranges }
}

/// The visits that hooks make in one block, in the order of its steps.
///
/// Behind one step, the caller's hook first sees products, which it may compute anew; then units become zero that the
/// model has at zero; then it sees values and sites as the model has them.
struct HookedPlaces {
  private let visits: [(step: Int, hook: any Hook, place: Place)]

  /// The places of a block that are named by `hook` or have units of `zero`; nil where there are none.
  init?(_ hook: (any Hook)?, zero: ZeroUnits?, _ block: Block, layer: Int) {
    let places = hook?.places(ofLayer: layer) ?? []
    let zeroPlaces = zero?.places(ofLayer: layer) ?? []
    guard !places.isEmpty || !zeroPlaces.isEmpty else { return nil }
    var all: [(turn: Turn, hook: any Hook, place: Place)] = []
    if let hook { all += places.map { (Turn(of: $0, in: block, isOfZero: false), hook, $0) } }
    if let zero { all += zeroPlaces.map { (Turn(of: $0, in: block, isOfZero: true), zero, $0) } }
    // In one order in every process: a set has another one in each.
    visits = all.sorted { $0.turn < $1.turn }.map { ($0.turn.step, $0.hook, $0.place) }
  }

  /// When a place has its turn.
  private struct Turn: Comparable {
    let step: Int
    /// 0 for the caller's products, 1 for units that become zero, 2 for all else.
    let group: Int
    let order: Int

    init(of place: Place, in block: Block, isOfZero: Bool) {
      step = block.value(at: place).step
      let isProduct = if case .product = place { true } else { false }
      group = isOfZero ? 1 : isProduct ? 0 : 2
      order = place.order
    }

    static func < (one: Turn, other: Turn) -> Bool {
      (one.step, one.group, one.order) < (other.step, other.group, other.order)
    }
  }

  /// Calls the hook at what enters the block.
  func enter(_ work: BlockWork) { show(-1, work) }

  /// Calls `expect` of the hook before a product is added to the residual stream.
  func expect(_ step: Int, _ work: BlockWork) {
    for (index, hook, place) in visits where index == step {
      guard case .product(let matrix) = place, work.block.product(of: matrix).step.isAdding else { continue }
      hook.expect(visit(place, work))
    }
  }

  /// Calls the hook at the places behind a step.
  func show(_ step: Int, _ work: BlockWork) {
    for (index, hook, place) in visits where index == step { hook.visit(visit(place, work)) }
  }

  private func visit(_ place: Place, _ work: BlockWork) -> Visit {
    Visit(
      place: place, layer: work.layer, rows: work.rows, isScoredOnly: work.isScoredOnly,
      values: work(work.block.value(at: place).slot), input: work.block.input(at: place).map { work($0.slot).reading })
  }
}

extension Block {
  /// Places of the block and the steps behind which they are, -1 for what enters, in the order in which a pass comes to
  /// them. It is the same in every process; that of a set is not.
  func inOrder(_ places: Set<Place>) -> [(step: Int, place: Place)] {
    places.map { (value(at: $0).step, $0) }
      .sorted { $0.step == $1.step ? $0.place.order < $1.place.order : $0.step < $1.step }
  }

  /// What is to be seen at a place.
  func value(at place: Place) -> Value {
    switch place {
    case .product(let matrix):
      let (index, product) = product(of: matrix)
      return Value(slot: product.output, step: index)
    case .value(let value): return value
    case .site(let site):
      guard let value = value(at: site) else {
        preconditionFailure(
          "the block has a site \(site.rawValue); it has \(sites.map(\.rawValue).joined(separator: ", "))")
      }
      return value
    }
  }

  /// What a matrix is applied to at a place that is a product.
  func input(at place: Place) -> Value? {
    guard case .product(let matrix) = place else { return nil }
    return reads[product(of: matrix).index].first
  }
}
