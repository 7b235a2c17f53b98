import Transformer

/// Phi-3, Phi-3.5 and Phi-4 (Abdin et al. 2024): Llama with q, k and v in one tensor, gate and up in another, possibly
/// a part of each head rotated, and frequencies that differ beyond the first context.
enum Phi3: Family {
  static let modelType = "phi3"
  private static let usual = UsualValues(contextLength: 4096, beginToken: 1, endToken: 32_000, normEpsilon: 1e-5)

  static func shape(_ document: HostDocument) throws -> HostShape {
    let root = document.root
    let sizes = try DecoderSizes(document, usual: usual)
    let rotary = try RotaryDocument(
      root, sizes,
      RotaryDocument.Usual(
        isPartial: true, longRopeNames: ["longrope", "su", "yarn"], originalContextLength: 4096)
    ).rotary()
    let windows = try WindowDocument(root, sizes, rule: .always).windows()
    let function = try document.activation("hidden_act", usual: .silu)
    return sizes.phi3(rotary, window: windows.length, function)
  }
}

extension DecoderSizes {
  fileprivate func phi3(_ rotary: HeadRotary, window: Int?, _ function: Activation.Function) -> HostShape {
    let fused = queryWidth + 2 * keyValueWidth
    return shape(embedding("embed_tokens"), readout(rmsNorm("norm"))) {
      [
        rmsNorm("input_layernorm"),
        key("self_attn.qkv_proj", storage: .part(from: queryWidth, of: fused)),
        value("self_attn.qkv_proj", storage: .part(from: queryWidth + keyValueWidth, of: fused)),
        query("self_attn.qkv_proj", storage: .part(from: 0, of: fused)),
      ] + rotations(rotary) + [
        attention(window: window),
        output("self_attn.o_proj"),
        rmsNorm("post_attention_layernorm"),
        gate("mlp.gate_up_proj", storage: .part(from: 0, of: 2 * intermediateSize)),
        up("mlp.gate_up_proj", storage: .part(from: intermediateSize, of: 2 * intermediateSize)),
        gated(function),
        down("mlp.down_proj"),
      ]
    }
  }
}
