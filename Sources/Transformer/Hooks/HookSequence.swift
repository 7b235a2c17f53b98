/// Several hooks as one: at each place they are called one after the other, so that each sees what the one before it
/// has changed.
public struct HookSequence: Hook {
  private let hooks: [any Hook]

  /// The hooks in the order in which they are called; those that are nil are left out.
  public init(_ hooks: [(any Hook)?]) { self.hooks = hooks.compactMap { $0 } }

  /// All places at which one of the hooks is called.
  public func places(ofLayer layer: Int) -> Set<Place> {
    hooks.reduce(into: []) { $0.formUnion($1.places(ofLayer: layer)) }
  }

  public func expect(_ visit: Visit) {
    for hook in hooks where hook.places(ofLayer: visit.layer).contains(visit.place) { hook.expect(visit) }
  }

  public func visit(_ visit: Visit) {
    for hook in hooks where hook.places(ofLayer: visit.layer).contains(visit.place) { hook.visit(visit) }
  }
}
