import LinearAlgebra

/// What is called at places of blocks while gradients are pulled back, or tangents pushed forward.
///
/// What the hook leaves in the derivative goes on from there: so it may add the gradient of a term that a loss has at
/// that place, or undo what an edit of the forward pass does to gradients. Where a `Hook` has replaced values, the
/// gradient shown is that of the values that it has left; rows that it has overwritten depend on nothing before them,
/// so a hook of gradients at the same place has to set their gradients to 0. An edit that only adds lets gradients
/// through as they are.
public protocol DerivativeHook {
  /// The places of layer `layer` at which the hook is called; it is called nowhere else.
  func places(ofLayer layer: Int) -> Set<Place>
  /// Called where the derivative is complete, before it is taken to earlier steps, or to later ones.
  func visit(_ visit: DerivativeVisit)
}

/// What a hook of derivatives is shown at a place.
public struct DerivativeVisit {
  /// The place at which the hook is called.
  public let place: Place
  /// The layer of the block, counted from 0.
  public let layer: Int
  /// The positions and sequences of the rows; all of them are there, scored or not.
  public let rows: RowSet
  /// The forward values, `[rows, width]`, as hooks have left them: the residual stream with the product where one is
  /// added to it.
  public let values: MatrixView
  /// What the matrix was applied to, `[rows, columns]`, where the place is a product.
  public let input: MatrixView?
  /// The gradient or tangent of the values, `[rows, width]`. The gradient of a product that is added to the residual
  /// stream is that of the sum.
  public let derivative: MutableMatrixView
}

/// The visits that a hook makes in one block.
struct HookedDerivatives {
  private let hook: any DerivativeHook
  private let rows: RowSet
  private let visits: [(step: Int, place: Place)]

  /// The places of a block that `hook` names; nil where it names none there.
  init?(_ hook: (any DerivativeHook)?, _ block: Block, layer: Int, rows: RowSet) {
    guard let places = hook?.places(ofLayer: layer), let hook, !places.isEmpty else { return nil }
    self.hook = hook
    self.rows = rows
    visits = block.inOrder(places)
  }

  /// Calls the hook at the places behind a step, in the order of a forward pass or against it.
  func show(_ step: Int, _ work: DerivativeWork, reversed: Bool) {
    let places = visits.filter { $0.step == step }.map(\.place)
    for place in reversed ? places.reversed() : places {
      let value = work.block.value(at: place)
      hook.visit(
        DerivativeVisit(
          place: place, layer: work.layer, rows: rows, values: work.values[value],
          input: work.block.input(at: place).map { work.values[$0] }, derivative: work.derivative(value.slot)))
    }
  }
}
