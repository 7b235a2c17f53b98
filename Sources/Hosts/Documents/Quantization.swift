import StrictJSON
import Transformer

/// What a configuration says of weights that are kept in few bits.
struct Quantization {
  private let key: String
  private let method: String?
  private let bits: Int?

  /// transformers, an older spelling of compressed-tensors, and MLX.
  private static let keys = ["quantization_config", "compression_config", "quantization"]
  private static let methodNames = ["quant_method", "quant_algo", "format"]
  private static let bitNames = ["bits", "w_bit", "wbits", "num_bits", "weight_bits", "nbits"]

  /// nil where the configuration says nothing of the kind.
  init?(_ root: ConfigurationObject) {
    guard let key = Self.keys.first(where: { !(root.value($0)?.members ?? []).isEmpty }), let value = root.value(key)
    else {
      return nil
    }
    self.key = key
    method = Self.methodNames.lazy.compactMap { Self.find($0, in: value)?.string }.first
    bits =
      Self.bitNames.lazy.compactMap { Self.find($0, in: value)?.integer }.first
      ?? [4, 8].first { Self.find("load_in_\($0)bit", in: value)?.flag == true }
  }

  /// The refusal as it follows "config.json: ".
  var sentence: String {
    let how = (method.map { " by \($0.prefix(40))" } ?? "") + (bits.map { " to \($0) bits" } ?? "")
    return "\(key) says that the weights are quantised\(how); \(PackedWeights.remedy)"
  }

  /// The value of a name, at whatever depth; the outermost comes first.
  private static func find(_ name: String, in value: JSONValue) -> JSONValue? {
    value[name] ?? value.members?.lazy.compactMap { find(name, in: $0.value) }.first
  }
}
