import Hosts
import Testing
import TestSupport
import Transformer

/// The blocks of every family as equations, with heads of 8 components in a stream of 32.
@Suite struct FamilyEquationTests {
  /// The equations of a layer, a line each.
  private func block(_ type: String, _ keys: String = "", layer: Int = 0) throws -> String {
    "\(try FamilyConfiguration(type).load(keys).blocks[layer])"
  }

  /// Expected equations, of which a line may hold several.
  private func lines(_ text: String) -> String {
    text.split(separator: "\n").flatMap { $0.components(separatedBy: "; ") }.joined(separator: "\n")
  }

  @Test func llamaLikes() throws {
    let llama = """
      n = norm(x); k = k·n; v = v·n; q = q·n; q = rotate(q); k = rotate(k)
      a = attention(q, k, v); x += o·a
      n = norm(x); g = gate·n; u = up·n; g = silu(g)·u; x += down·g
      """
    #expect(try block("llama") == lines(llama))
    #expect(try block("phi3") == lines(llama))
    #expect(
      try block("phi3", #""sliding_window": 6"#)
        == lines(llama.replacing("attention(q, k, v)", with: "attention(q, k, v) within 6")))
    #expect(try block("smollm3", layer: 2) == lines(llama))
    #expect(try block("smollm3", layer: 3) == lines(llama.replacing("; q = rotate(q); k = rotate(k)", with: "")))
    let biased = ["k·n", "v·n", "q·n"].reduce(llama) { $0.replacing("= \($1)", with: "= \($1) + b") }
    #expect(try block("qwen2") == lines(biased))
  }

  @Test func qwen3() throws {
    let equations = """
      n = norm(x); k = k·n; v = v·n; q = q·n; q = norm(q) by each of 4; k = norm(k) by each of 2
      q = rotate(q); k = rotate(k); a = attention(q, k, v); x += o·a
      n = norm(x); g = gate·n; u = up·n; g = silu(g)·u; x += down·g
      """
    #expect(try block("qwen3", #""head_dim": 8"#) == lines(equations))
    let keys = #""head_dim": 8, "use_sliding_window": true, "sliding_window": 5, "max_window_layers": 3"#
    #expect(try block("qwen3", keys, layer: 2) == lines(equations))
    #expect(try block("qwen3", keys, layer: 3) == lines(equations.replacing("k, v)", with: "k, v) within 5")))
  }

  @Test func gemmas() throws {
    let equations = """
      n = norm(x) by 1 + gain; k = k·n; v = v·n; q = q·n; NORMSq = rotate(q); k = rotate(k)
      a = attention(q, k, v) WAY; c = o·a; c = norm(c) by 1 + gain; x += c
      n = norm(x) by 1 + gain; g = gate·n; u = up·n; g = gelu_tanh(g)·u
      c = down·g; c = norm(c) by 1 + gain; x += c
      """
    func expected(_ norms: String, _ way: String) -> String {
      lines(equations.replacing("NORMS", with: norms).replacing(" WAY", with: way))
    }
    let second = #""head_dim": 8, "query_pre_attn_scalar": 8, "sliding_window": 6"#
    #expect(try block("gemma2", second) == expected("", " within 6 capped at 50.0"))
    #expect(try block("gemma2", second, layer: 1) == expected("", " capped at 50.0"))
    #expect(
      try block("gemma2", second + #", "attn_logit_softcapping": null, "query_pre_attn_scalar": 4"#, layer: 1)
        == expected("", " scaled by 0.5"))
    let norms = "q = norm(q) by each of 4, 1 + gain; k = norm(k) by each of 2, 1 + gain; "
    let third = #""head_dim": 8, "query_pre_attn_scalar": 8, "sliding_window": 6, "sliding_window_pattern": 3"#
    #expect(try block("gemma3_text", third) == expected(norms, " within 6"))
    #expect(try block("gemma3_text", third, layer: 2) == expected(norms, ""))
  }

  @Test func olmo2() throws {
    #expect(
      try block("olmo2")
        == lines(
          """
          k = k·x; v = v·x; q = q·x; q = norm(q); k = norm(k); q = rotate(q); k = rotate(k)
          a = attention(q, k, v); c = o·a; c = norm(c); x += c
          g = gate·x; u = up·x; g = silu(g)·u; c = down·g; c = norm(c); x += c
          """))
  }

  @Test func learnedPositions() throws {
    let equations = """
      n = layernorm(x) + b; k = k·n + b; v = v·n + b; q = q·n + b; a = attention(q, k, v); x += o·a + b
      n = layernorm(x) + b; u = up·n + b; u = gelu_tanh(u); x += down·u + b
      """
    #expect(try block("gpt2") == lines(equations))
    #expect(
      try block("gpt2", #""scale_attn_weights": false, "scale_attn_by_inverse_layer_idx": true"#, layer: 3)
        == lines(equations.replacing("k, v)", with: "k, v) scaled by 0.25")))
    #expect(try block("opt") == lines(equations.replacing("gelu_tanh", with: "relu")))
    let bare = equations.replacing(" + b", with: "").replacing("gelu_tanh", with: "gelu")
    #expect(
      try block(
        "opt", #""enable_bias": false, "layer_norm_elementwise_affine": false, "activation_function": "gelu""#)
        == lines(bare))
    #expect(
      try block("opt", #""do_layer_norm_before": false"#)
        == lines(
          """
          k = k·x + b; v = v·x + b; q = q·x + b; a = attention(q, k, v); x += o·a + b; x = layernorm(x) + b
          u = up·x + b; u = relu(u); x += down·u + b; x = layernorm(x) + b
          """))
    let neo = ["k·n", "v·n", "q·n"].reduce(equations) { $0.replacing("\($1) + b", with: $1) }
    #expect(try block("gpt_neo") == lines(neo.replacing("k, v)", with: "k, v) scaled by 1.0")))
    #expect(
      try block("gpt_neo", #""window_size": 7"#, layer: 1)
        == lines(neo.replacing("k, v)", with: "k, v) within 7 scaled by 1.0")))
  }

  @Test func partsSideBySide() throws {
    let neoX = """
      n = layernorm(x) + b; k = k·n + b; v = v·n + b; q = q·n + b; q = rotate(q) in 2 of 8; k = rotate(k) in 2 of 8
      a = attention(q, k, v); n = layernorm(x) + b; u = up·n + b; u = gelu(u); x += o·a + b; x += down·u + b
      """
    #expect(try block("gpt_neox") == lines(neoX))
    #expect(
      try block("gpt_neox", #""use_parallel_residual": false, "rotary_pct": 1.0"#)
        == lines(
          neoX.replacing("; x += o·a + b", with: "").replacing("k, v)", with: "k, v); x += o·a + b")
            .replacing(" in 2 of 8", with: "")))
    let falcon = """
      n = layernorm(x) + b; k = k·n; v = v·n; q = q·n; q = rotate(q); k = rotate(k)
      a = attention(q, k, v); u = up·n; u = gelu(u); x += o·a; x += down·u
      """
    #expect(try block("falcon") == lines(falcon))
    #expect(
      try block("falcon", #""new_decoder_architecture": true, "num_kv_heads": 2"#)
        == lines(falcon.replacing("u = up", with: "n = layernorm(x) + b; u = up")))
    #expect(
      try block("falcon", #""parallel_attn": false, "multi_query": false"#)
        == lines(
          falcon.replacing("; x += o·a", with: "").replacing("u = up", with: "x += o·a; n = layernorm(x) + b; u = up")))
  }

  @Test func bloom() throws {
    let equations = """
      n = layernorm(x) + b; k = k·n + b; v = v·n + b; q = q·n + b; a = attention(q, k, v) with slopes; x += o·a + b
      n = layernorm(x) + b; u = up·n + b; u = gelu_tanh(u); x += down·u + b
      """
    #expect(try block("bloom") == lines(equations))
    #expect(
      try block("bloom", #""apply_residual_connection_post_layernorm": true"#)
        == lines(equations.replacing("n = l", with: "x = l").replacing("·n", with: "·x")))
  }
}
