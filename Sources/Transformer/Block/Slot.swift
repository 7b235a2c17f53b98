/// A named buffer of a panel, `[rows, width]`, that steps of a block read and write.
public enum Slot: Int, CaseIterable, Sendable {
  /// The residual stream.
  case residual
  /// What a norm makes of the residual stream.
  case normed
  /// Queries, head by head; behind a rotation they are rotated.
  case query
  /// The weighted values of attention, head by head.
  case attended
  /// Keys, head by head; behind a rotation they are rotated.
  case key
  /// Values, head by head.
  case value
  /// The gate of the feed-forward layer; behind its activation the hidden units.
  case gate
  /// What the gate is multiplied with.
  case up
  /// What a part of the block adds to the residual stream, where that goes through a norm first.
  case contribution

  /// The letter that equations have for it.
  var letter: String {
    switch self {
    case .residual: "x"
    case .normed: "n"
    case .query: "q"
    case .attended: "a"
    case .key: "k"
    case .value: "v"
    case .gate: "g"
    case .up: "u"
    case .contribution: "c"
    }
  }
}
