import Transformer

/// A place in a model that an autoencoder reads.
public struct ReadPlace: Equatable, Sendable {
  /// The site of the block that is read.
  public let hook: Site
  /// The layer, counted from 0.
  public let layer: Int

  /// Names the site `hook` of layer `layer`; whether a model has that layer is not checked here.
  public init(hook: Site, layer: Int) {
    self.hook = hook
    self.layer = layer
  }

  /// The place that a library of interpretability calls by such a name: `blocks.3.hook_resid_post` of TransformerLens,
  /// `model.layers.3.output` of Hugging Face's modules. nil: nothing is seen there, or the name is of neither.
  init?(named name: String) {
    if name == "hook_embed" {
      self.init(hook: .residualBefore, layer: 0)
      return
    }
    for (prefix, hooks) in [("blocks.", ReadPlace.lensHooks), ("model.layers.", ReadPlace.moduleHooks)]
    where name.hasPrefix(prefix) {
      let rest = name.dropFirst(prefix.count)
      let digits = rest.prefix(while: \.isWholeNumber)
      guard let layer = Int(digits), let hook = hooks[String(rest.dropFirst(digits.count))] else { continue }
      self.init(hook: hook, layer: layer)
      return
    }
    return nil
  }

  private static let lensHooks: [String: Site] = [
    ".hook_resid_pre": .residualBefore, ".attn.hook_z": .attentionOutput, ".hook_resid_mid": .residualMiddle,
    ".mlp.hook_post": .mlpHidden,
    ".hook_resid_post": .residualAfter,
  ]
  private static let moduleHooks: [String: Site] = [
    "": .residualAfter, ".output": .residualAfter, ".input": .residualBefore,
    ".self_attn.o_proj.input": .attentionOutput,
    ".mlp.down_proj.input": .mlpHidden,
  ]

  /// Whether the same numbers flow through both: a block's end is the next one's beginning.
  func isSame(as other: ReadPlace) -> Bool { flow == other.flow }

  private var flow: ReadPlace {
    hook == .residualBefore && layer > 0 ? ReadPlace(hook: .residualAfter, layer: layer - 1) : self
  }

  /// The place as the command line names it: `res_post of layer 3`.
  var words: String { "\(hook.rawValue) of layer \(layer)" }
}
