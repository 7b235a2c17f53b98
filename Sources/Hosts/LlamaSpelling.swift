/// What the files of a family like Llama call the keys and the modules of a model; each is Llama's own word where a
/// family does not say otherwise.
struct LlamaSpelling: Equatable, Sendable {
  // Keys of config.json.
  var layerCount = "num_hidden_layers"
  var headCount = "num_attention_heads"
  var keyValueHeadCount = "num_key_value_heads"
  var hiddenSize = "hidden_size"
  var intermediateSize = "intermediate_size"
  var vocabularyCount = "vocab_size"
  var contextLength = "max_position_embeddings"
  var normEpsilon = "rms_norm_eps"
  var activation = "hidden_act"

  // Modules behind the model's prefix.
  var embedding = "embed_tokens"
  var layers = "layers"
  var norm = "norm"
  var head = "lm_head"

  // Modules of a layer.
  var attentionNorm = "input_layernorm"
  var query = "self_attn.q_proj"
  var key = "self_attn.k_proj"
  var value = "self_attn.v_proj"
  var output = "self_attn.o_proj"
  var feedForwardNorm = "post_attention_layernorm"
  var gate = "mlp.gate_proj"
  var up = "mlp.up_proj"
  var down = "mlp.down_proj"
}
