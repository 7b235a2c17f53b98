/// The keys of `config.json` that hold the sizes of a model. Each has several spellings where a family has had several;
/// none where the family leaves a size to others.
struct SizeKeys: Equatable, Sendable {
  var layerCount = ["num_hidden_layers"]
  var headCount = ["num_attention_heads"]
  var keyValueHeadCount = ["num_key_value_heads"]
  var headSize = ["head_dim"]
  var hiddenSize = ["hidden_size"]
  var intermediateSize = ["intermediate_size"]
  var vocabularyCount = ["vocab_size"]
  var contextLength = ["max_position_embeddings"]
  var normEpsilon = ["rms_norm_eps"]
}
