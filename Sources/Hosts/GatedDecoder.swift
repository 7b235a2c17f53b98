import Transformer
import Weights

/// What makes a decoder like Llama: its sizes, and what its blocks of norms before each part, rotary positions and a
/// gated feed-forward layer leave open. The sizes are reached as if they were its own.
@dynamicMemberLookup
public struct GatedDecoder: Equatable, Sendable {
  /// The sizes of the model, and what it reads and writes.
  public var sizes: DecoderSizes
  /// The rotary frequencies and their scaling.
  public var rotary: RotaryScaling
  /// The order in which the file keeps the rows of q and k.
  public var rowOrder: RowOrder
  /// How far back the queries of each layer see.
  public var windows: LayerWindows
  /// Whether q, k and v add a bias; `outputBias` says the same of o.
  public var inputBias: Bool
  /// Whether o adds a bias.
  public var outputBias: Bool
  /// Whether the matrices of the feed-forward layer add biases.
  public var feedForwardBias: Bool
  /// The function of the gate.
  public var activation: Activation.Function

  /// A query at position p of a layer that is not full sees the keys p − slidingWindow + 1 … p; nil: all keys up to p.
  public var slidingWindow: Int? {
    get { windows.length }
    set { windows.length = newValue }
  }

  /// Reads or changes a size.
  public subscript<Size>(dynamicMember size: WritableKeyPath<DecoderSizes, Size>) -> Size {
    get { sizes[keyPath: size] }
    set { sizes[keyPath: size] = newValue }
  }

  // MARK: Reading

  /// Reads what the files of a family say, and checks that it is computed so; each refusal names the key.
  init(_ document: HostDocument, family: any LlamaLike.Type) throws {
    let root = document.root
    let sizes = try DecoderSizes(document, usual: family.usual)
    self.sizes = sizes
    rotary = try RotaryDocument(root, sizes).rotary().scaling
    rowOrder = .halfSplit
    windows = try family.windows(root, sizes)
    (inputBias, outputBias, feedForwardBias) = try family.biases(root)
    activation = try document.activation("hidden_act", usual: .silu)
    let other = try document.activation("hidden_activation", usual: activation)
    guard other == activation else {
      throw root.refusal("hidden_activation is not hidden_act, which counts; remove the one that is not meant")
    }
  }

  /// The configuration that a llama2.c header stands for.
  public init(header: Llama2CHeader) {
    sizes = DecoderSizes(header)
    rotary = RotaryScaling(base: 10_000, kind: .none)
    rowOrder = .interleaved
    windows = LayerWindows()
    inputBias = false
    outputBias = false
    feedForwardBias = false
    activation = .silu
  }
}
