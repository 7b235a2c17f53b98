import Clouds
import Foundation
import LinearAlgebra
import Testing
import TestSupport

/// Every library's encoder gives what its definition gives, written out here in double precision, by the settings that
/// stand beside the weights.
@Suite(.serialized) struct AutoencoderDefinitionTests {
  /// The definitions' parts on one token.
  struct Definition: Sendable {
    static let (width, count) = (6, 12)
    let encoder = TensorWriter.numbers(width * count, seed: 1)
    let decoder = TensorWriter.numbers(width * count, seed: 2)
    let bias = TensorWriter.numbers(count, seed: 3)
    let shift = TensorWriter.numbers(width, seed: 4)
    let thresholds = TensorWriter.numbers(count, seed: 5).map { abs($0) }
    let gateBias = TensorWriter.numbers(count, seed: 6)
    let scale = TensorWriter.numbers(count, seed: 7)
    let magnitudeBias = TensorWriter.numbers(count, seed: 8)

    /// W (x − s) + b.
    func sums(_ token: [Double], subtracting: Bool = true, adding: Bool = true) -> [Double] {
      (0..<Definition.count).map { feature in
        (0..<Definition.width).reduce(adding ? Double(bias[feature]) : 0) {
          $0 + Double(encoder[feature * Definition.width + $1])
            * (token[$1] - (subtracting ? Double(shift[$1]) : 0))
        }
      }
    }

    var norms: [Double] {
      (0..<Definition.count).map { feature in
        (0..<Definition.width).reduce(0.0) { $0 + pow(Double(decoder[feature * Definition.width + $1]), 2) }
          .squareRoot()
      }
    }

    func scaled(_ sums: [Double]) -> [Double] { zip(sums, norms).map { $0 * $1 } }

    /// The values of the largest ranks, 0 elsewhere.
    func top(_ count: Int, _ values: [Double], by ranks: [Double]? = nil) -> [Double] {
      let ranks = ranks ?? values
      let kept = Set(ranks.indices.sorted { ranks[$0] > ranks[$1] }.prefix(count))
      return values.indices.map { kept.contains($0) ? values[$0] : 0 }
    }

    func jump(_ values: [Double], by ranks: [Double]? = nil, at threshold: Double? = nil) -> [Double] {
      values.indices.map { (ranks ?? values)[$0] > threshold ?? Double(thresholds[$0]) ? values[$0] : 0 }
    }

    func gated(_ token: [Double], subtracting: Bool = true) -> [Double] {
      zip(
        sums(token, subtracting: subtracting, adding: false).indices,
        sums(token, subtracting: subtracting, adding: false)
      )
      .map { feature, sum in
        sum + Double(gateBias[feature]) > 0
          ? max(0, exp(Double(scale[feature])) * sum + Double(magnitudeBias[feature])) : 0
      }
    }

    func constantNorm(_ token: [Double]) -> [Double] {
      let norm = token.reduce(0) { $0 + $1 * $1 }.squareRoot()
      return token.map { $0 * Double(Definition.width).squareRoot() / norm }
    }

    func standardized(_ token: [Double]) -> [Double] {
      let mean = token.reduce(0, +) / Double(token.count)
      let deviation = (token.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / Double(token.count - 1)).squareRoot()
      return token.map { ($0 - mean) / (deviation + 1e-5) }
    }

    // MARK: Tensors

    /// The tensors as a linear layer of PyTorch holds them, under the names given.
    func tensors(_ names: [String: String]) -> [TensorWriter.Tensor] {
      let (width, count) = (Definition.width, Definition.count)
      func transposed(_ values: [Float]) -> [Float] {
        (0..<width).flatMap { column in (0..<count).map { values[$0 * width + column] } }
      }
      let known: [String: ([Int], [Float])] = [
        "encoder": ([count, width], encoder), "encoderByWidth": ([width, count], transposed(encoder)),
        "decoder": ([count, width], decoder), "decoderByWidth": ([width, count], transposed(decoder)),
        "bias": ([count], bias), "shift": ([width], shift), "thresholds": ([count], thresholds),
        "logThresholds": ([count], thresholds.map { Float(log(Double($0))) }), "single": ([1], [0.3]),
        "unset": ([1], [-1]),
        "gateBias": ([count], gateBias), "scale": ([count], scale), "magnitudeBias": ([count], magnitudeBias),
        "norm": ([1], [2]),
      ]
      return names.sorted { $0.key < $1.key }.compactMap { name, part in
        known[part].map { TensorWriter.Tensor(name, $0.0, $0.1) }
      }
    }

    static let saeLens = ["W_enc": "encoderByWidth", "W_dec": "decoder", "b_enc": "bias", "b_dec": "shift"]
    static let gated = [
      "W_enc": "encoderByWidth", "W_dec": "decoder", "b_dec": "shift", "b_gate": "gateBias", "b_mag": "magnitudeBias",
      "r_mag": "scale",
    ]
    static let sparsify = ["encoder.weight": "encoder", "encoder.bias": "bias", "W_dec": "decoder", "b_dec": "shift"]
    static let linear = ["encoder.weight": "encoder", "encoder.bias": "bias", "decoder.weight": "decoderByWidth"]
    static let scope = linear.merging(["decoder.bias": "shift"]) { $1 }
  }

  struct Case: Sendable, CustomTestStringConvertible {
    let settings: String
    let tensors: [String: String]
    var file = "cfg.json"
    var metadata: [String: String] = [:]
    let encode: @Sendable (Definition, [Double]) -> [Double]

    init(
      _ settings: String, _ tensors: [String: String], file: String = "cfg.json", metadata: [String: String] = [:],
      encode: @escaping @Sendable (Definition, [Double]) -> [Double]
    ) {
      (self.settings, self.tensors, self.file, self.metadata, self.encode) = (settings, tensors, file, metadata, encode)
    }

    var testDescription: String { file + " " + settings + metadata.values.joined() }
  }

  private static func with(_ names: [String: String], _ more: [String: String]) -> [String: String] {
    names.merging(more) { $1 }
  }

  static let saeLens: [Case] = [
    Case(
      #"{"architecture": "standard", "d_in": 6, "d_sae": 12, "hook_name": "blocks.1.hook_resid_post"}"#,
      Definition.saeLens
    ) {
      $0.sums($1)
    },
    Case(#"{"hook_point": "blocks.1.hook_resid_post", "hook_point_layer": 1}"#, Definition.saeLens) { $0.sums($1) },
    Case(#"{"d_sae": 12, "apply_b_dec_to_input": false}"#, Definition.saeLens) { $0.sums($1, subtracting: false) },
    Case(#"{"d_sae": 12, "normalize_activations": "constant_norm_rescale"}"#, Definition.saeLens) {
      $0.sums($0.constantNorm($1))
    },
    Case(#"{"d_sae": 12, "normalize_activations": "layer_norm"}"#, Definition.saeLens) { $0.sums($0.standardized($1)) },
    Case(#"{"d_sae": 12, "normalize_activations": false}"#, Definition.saeLens) { $0.sums($1) },
    Case(#"{"architecture": "gated"}"#, Definition.gated) { $0.gated($1) },
    Case(#"{"architecture": "gated", "apply_b_dec_to_input": false}"#, Definition.gated) {
      $0.gated($1, subtracting: false)
    },
    Case(#"{"architecture": "jumprelu"}"#, with(Definition.saeLens, ["threshold": "thresholds"])) {
      $0.jump($0.sums($1))
    },
    Case(#"{"architecture": "jumprelu"}"#, with(Definition.saeLens, ["log_threshold": "logThresholds"])) {
      $0.jump($0.sums($1))
    },
    Case(#"{"architecture": "topk", "k": 3}"#, Definition.saeLens) { $0.top(3, $0.sums($1)) },
    Case(#"{"d_sae": 12, "activation_fn_str": "topk", "activation_fn_kwargs": {"k": 3}}"#, Definition.saeLens) {
      $0.top(3, $0.sums($1))
    },
    Case(#"{"architecture": "topk", "k": 3, "rescale_acts_by_decoder_norm": true}"#, Definition.saeLens) {
      $0.top(3, $0.scaled($0.sums($1)))
    },
    Case(#"{"architecture": "abstopk", "k": 5}"#, Definition.saeLens) {
      $0.top(5, $0.sums($1), by: $0.sums($1).map(abs))
    },
    Case(
      #"{"architecture": "batchtopk", "k": 2.0, "rescale_acts_by_decoder_norm": true}"#,
      with(Definition.saeLens, ["topk_threshold": "single"])
    ) { $0.jump($0.scaled($0.sums($1)), at: Double(Float(0.3))) },
    Case(
      #"{"architecture": "transcoder", "metadata": {"hook_name": "blocks.1.hook_resid_post", "prepend_bos": true}}"#,
      Definition.saeLens
    ) { $0.sums($1, subtracting: false) },
  ]

  static let others: [Case] = [
    Case(#"{"d_in": 6, "expansion_factor": 2, "k": 3, "normalize_decoder": true}"#, Definition.sparsify) {
      $0.top(3, $0.sums($1))
    },
    Case(#"{"d_in": 6, "num_latents": 12, "k": 5, "signed": true}"#, Definition.sparsify) {
      $0.top(5, $0.sums($1), by: $0.sums($1).map(abs))
    },
    Case(#"{"num_latents": 12, "k": 3, "transcode": true}"#, Definition.sparsify) {
      $0.top(3, $0.sums($1, subtracting: false))
    },
    Case(#"{"num_latents": 12, "k": 4, "activation": "groupmax"}"#, Definition.sparsify) { definition, token in
      let sums = definition.sums(token)
      return sums.indices.map { feature in
        sums[feature] == sums[feature / 3 * 3..<feature / 3 * 3 + 3].max() ? sums[feature] : 0
      }
    },
    Case(
      """
      {"act_fn": "jumprelu", "jump_relu_threshold": 0.25, "d_model": 6, "d_sae": 12, \
      "norm_activation": "dataset-wise", "dataset_average_activation_norm": {"in": 2, "out": 3}, \
      "hook_point_in": "blocks.1.hook_resid_post"}
      """, Definition.scope, file: "hyperparams.json"
    ) { definition, token in
      let sums = definition.sums(token.map { $0 * 6.0.squareRoot() / 2 }, subtracting: false)
      return definition.jump(sums, by: definition.scaled(sums), at: 0.25)
    },
    Case(
      #"{"act_fn": "TopK", "top_k": 3, "norm_activation": "token-wise", "apply_decoder_bias_to_pre_encoder": true}"#,
      Definition.scope, file: "hyperparams.json"
    ) { definition, token in
      let sums = definition.sums(definition.constantNorm(token))
      return definition.top(3, sums, by: definition.scaled(sums))
    },
    Case(
      """
      {"act_fn": "jumprelu", "norm_activation": "dataset-wise", "d_model": 6, \
      "sparsity_include_decoder_norm": false}
      """,
      [
        "W_E": "encoderByWidth", "W_D": "decoder", "b_E": "bias", "b_D": "shift",
        "dataset_average_activation_norm.": "norm", "activation_function.log_jumprelu_threshold": "logThresholds",
      ], file: "config.json"
    ) { $0.jump($0.sums($1.map { $0 * 6.0.squareRoot() / 2 }, subtracting: false)) },
    Case(
      #"{"trainer": {"dict_class": "AutoEncoder"}}"#, with(Definition.linear, ["bias": "shift"]), file: "config.json"
    ) {
      $0.scaled($0.sums($1))
    },
    Case(#"{"trainer": {"dict_class": "AutoEncoderNew"}}"#, Definition.scope, file: "config.json") {
      $0.sums($1, subtracting: false)
    },
    Case(
      #"{"trainer": {"dict_class": "GatedAutoEncoder"}}"#,
      [
        "encoder.weight": "encoder", "decoder.weight": "decoderByWidth", "decoder_bias": "shift",
        "gate_bias": "gateBias",
        "mag_bias": "magnitudeBias", "r_mag": "scale",
      ], file: "config.json"
    ) { $0.gated($1) },
    Case(
      #"{"trainer": {"dict_class": "JumpReluAutoEncoder"}}"#, with(Definition.saeLens, ["threshold": "thresholds"]),
      file: "config.json"
    ) { $0.jump($0.sums($1, subtracting: false)) },
    Case(
      #"{"trainer": {"dict_class": "AutoEncoderTopK", "k": 3}}"#,
      with(Definition.linear, ["b_dec": "shift", "threshold": "unset"]), file: "config.json"
    ) { $0.top(3, $0.sums($1)) },
    Case(
      #"{"trainer": {"dict_class": "BatchTopKSAE", "k": 3}}"#,
      with(Definition.linear, ["b_dec": "shift", "threshold": "single"]), file: "config.json"
    ) { $0.jump($0.sums($1), at: Double(Float(0.3))) },
    Case(
      #"{"architecture": "jump_relu", "hf_hook_point_in": "model.layers.1.output"}"#,
      ["w_enc": "encoderByWidth", "w_dec": "decoder", "b_enc": "bias", "b_dec": "shift", "threshold": "thresholds"],
      file: "config.json"
    ) { $0.jump($0.sums($1, subtracting: false)) },
    Case(
      "{}",
      [
        "encoder.weight": "encoder", "decoder.weight": "decoderByWidth", "latent_bias": "bias", "pre_bias": "shift",
      ], file: "none.json",
      metadata: ["activation": "TopK", "activation_state_dict": #"{"k": 3, "postact_fn": "ReLU"}"#]
    ) { $0.top(3, $0.sums($0.standardized($1))) },
    // Without a file of settings the tensors tell.
    Case("{}", Definition.gated, file: "none.json") { $0.gated($1) },
    // A model's own configuration is not the autoencoder's.
    Case(#"{"model_type": "llama", "hidden_size": 6}"#, Definition.saeLens, file: "config.json") { $0.sums($1) },
  ]

  @Test(arguments: saeLens + others) func firesAsDefined(_ one: Case) throws {
    try Bench.run { bench in
      let (definition, width) = (Definition(), Definition.width)
      try bench.write(one.file, "\u{FEFF}" + one.settings)
      let path = bench.path("sae.safetensors")
      try TensorWriter.write(path, definition.tensors(one.tensors), metadata: one.metadata)
      let autoencoder = try SparseAutoencoder.read(path, width: width, hook: "res_post")
      #expect(autoencoder.notices.isEmpty && autoencoder.decoder.values == definition.decoder)
      let values = TensorWriter.numbers(40 * width, seed: 9).map { 3 * $0 }
      let tokens = Matrix(rows: 40, columns: width)
      for (place, value) in values.enumerated() { tokens.view.base[place] = value }
      let threshold = 0.2
      var found = Array(repeating: [Int](), count: 40)
      autoencoder.forEachFiring(tokens.view.reading, threshold: Float(threshold)) { found[$0].append($1) }
      for (index, own) in found.enumerated() {
        let token = (0..<width).map { Double(values[index * width + $0]) }
        let expected = one.encode(definition, token)
        #expect(own == expected.indices.filter { expected[$0] > threshold }, "token \(index)")
      }
      #expect(found.contains { !$0.isEmpty } && found.contains { $0.count < Definition.count })
    }
  }
}
