/// How parameters follow their gradients.
public enum UpdateRule: Equatable, Sendable {
  /// Adam, a parameter at a time.
  case adam(Adam)
  /// Muon, a matrix at a time; its tensor must be whole in the layout.
  case muon(Muon)
}
