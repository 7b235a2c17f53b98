/// The weight matrices of a model that can be named, in canonical order: the seven of a decoder block, then those
/// outside of the blocks.
public enum WeightMatrix: String, CaseIterable, Sendable {
  /// The matrices of queries, keys, values and of attention's output; of the gate, of what it multiplies, and of what
  /// takes both to the residual stream.
  case q, k, v, o, gate, up, down
  /// The table of the tokens' embeddings and the head that makes logits, both `[vocabulary, hidden]`; where they are
  /// one matrix, it is the embedding.
  case embedding, head

  /// The matrices of a block, in canonical order.
  public static let ofBlocks: [WeightMatrix] = [.q, .k, .v, .o, .gate, .up, .down]
  /// The matrices that are of no block, in canonical order.
  public static let outer: [WeightMatrix] = [.embedding, .head]

  /// Whether it is of no block.
  public var isOuter: Bool { index >= WeightMatrix.embedding.index }

  /// Place in the canonical order, 0 first.
  public var index: Int {
    switch self {
    case .q: 0
    case .k: 1
    case .v: 2
    case .o: 3
    case .gate: 4
    case .up: 5
    case .down: 6
    case .embedding: 7
    case .head: 8
    }
  }
}
