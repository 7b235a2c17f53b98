import Clouds
import Foundation
import Testing
import TestSupport
import Transformer

/// Where settings are found, what goes before what, and what is refused by its name.
@Suite(.serialized) struct AutoencoderSettingsTests {
  private static var tensors: [TensorWriter.Tensor] {
    [
      .init("W_enc", [4, 6], TensorWriter.numbers(24, seed: 1)),
      .init("W_dec", [6, 4], TensorWriter.numbers(24, seed: 2)),
      .init("b_enc", [6], TensorWriter.numbers(6, seed: 3)), .init("b_dec", [4], TensorWriter.numbers(4, seed: 4)),
    ]
  }

  /// An autoencoder in `folder` with a file of settings.
  private static func write(
    _ bench: Bench, _ settings: String, as name: String = "cfg.json", in folder: String = "sae",
    weights: String = "sae_weights.safetensors", more: [TensorWriter.Tensor] = []
  ) throws -> String {
    let path = bench.path(folder + "/" + weights)
    try FileManager.default.createDirectory(
      atPath: URL(fileURLWithPath: path).deletingLastPathComponent().path, withIntermediateDirectories: true)
    try bench.write(folder + "/" + name, settings)
    try TensorWriter.write(path, tensors + more)
    return path
  }

  private func read(
    _ path: String, as reading: SparseAutoencoder.Reading = .init()
  ) throws -> SparseAutoencoder {
    try SparseAutoencoder.read(path, width: 4, hook: "res_post", as: reading)
  }

  @Test func aFolderNamesItsFiles() throws {
    try Bench.run { bench in
      for (index, weights) in ["sae_weights.safetensors", "sae.safetensors", "any.safetensors"].enumerated() {
        let path = try AutoencoderSettingsTests.write(
          bench, #"{"architecture": "topk", "k": 2}"#, in: "sae\(index)", weights: weights)
        for name in [path, bench.path("sae\(index)"), bench.path("sae\(index)/")] {
          #expect(try AutoencoderFile(path: name).path == path)
          #expect(try read(name).activation == .topK(2))
        }
      }
      // Llama Scope has its weights one folder below.
      let path = try AutoencoderSettingsTests.write(
        bench, #"{"act_fn": "topk", "top_k": 3}"#, as: "hyperparams.json", in: "scope",
        weights: "checkpoints/final.safetensors")
      for name in [path, bench.path("scope")] { #expect(try read(name).activation == .topK(3)) }
      try FileManager.default.createDirectory(atPath: bench.path("empty"), withIntermediateDirectories: true)
      #expect(refusal { try read(bench.path("empty")) }.contains("holds nothing"))
    }
  }

  @Test func whatIsAskedForGoesBeforeTheSettings() throws {
    try Bench.run { bench in
      let path = try AutoencoderSettingsTests.write(bench, #"{"architecture": "topk", "k": 2}"#)
      let asked = try read(path, as: .init(topK: 3, subtractsDecoderBias: false))
      #expect(asked.activation == .topK(3) && asked.shift == nil && asked.notices.count == 2)
      #expect(asked.notices[0].contains("--top-k 3 goes before cfg.json"))
      #expect(asked.notices[1].contains("--no-subtract-decoder-bias goes before apply_b_dec_to_input of cfg.json"))
      let same = try read(path, as: .init(topK: 2, subtractsDecoderBias: true))
      #expect(same.notices.isEmpty && same.activation == .topK(2) && same.shift != nil)
    }
  }

  @Test func placesAreThoseOfTheSettings() throws {
    try Bench.run { bench in
      let places: [(String, Site, Int)] = [
        ("blocks.3.hook_resid_pre", .residualBefore, 3), ("blocks.3.hook_resid_mid", .residualMiddle, 3),
        ("blocks.3.hook_resid_post", .residualAfter, 3), ("blocks.12.attn.hook_z", .attentionOutput, 12),
        ("blocks.0.mlp.hook_post", .mlpHidden, 0), ("model.layers.7", .residualAfter, 7),
      ]
      for (name, hook, layer) in places {
        let file = try AutoencoderFile(path: AutoencoderSettingsTests.write(bench, #"{"hook_name": "\#(name)"}"#))
        #expect(try file.place(hook: nil, layer: nil) == ReadPlace(hook: hook, layer: layer))
        #expect(try file.place(hook: hook, layer: layer) == ReadPlace(hook: hook, layer: layer))
        let sentence = refusal { try file.place(hook: nil, layer: layer + 1) }
        #expect(sentence.contains("hook_name '\(name)'") && sentence.contains("--layer"), "\(sentence)")
      }
      // A block's end is the next one's beginning.
      let path = try AutoencoderSettingsTests.write(bench, #"{"hook_name": "blocks.3.hook_resid_pre"}"#)
      #expect(
        try AutoencoderFile(path: path).place(hook: .residualAfter, layer: 2)
          == ReadPlace(hook: .residualAfter, layer: 2))
      let block = try AutoencoderSettingsTests.write(bench, #"{"k": 2, "num_latents": 6}"#, in: "layers.5")
      #expect(
        try AutoencoderFile(path: block).place(hook: nil, layer: nil) == ReadPlace(hook: .residualAfter, layer: 5))
      try FileManager.default.removeItem(atPath: bench.path("sae/cfg.json"))
      #expect(try AutoencoderFile(path: path).place(hook: nil, layer: 1) == ReadPlace(hook: .residualAfter, layer: 1))
      #expect(refusal { try AutoencoderFile(path: path).place(hook: nil, layer: nil) }.contains("give --layer"))
    }
  }

  @Test func aFactorOfTheTrainingIsUsed() throws {
    try Bench.run { bench in
      let path = try AutoencoderSettingsTests.write(
        bench, #"{"normalize_activations": "expected_average_only_in", "d_sae": 6}"#)
      #expect(refusal { try read(path) }.contains("activation_scaler.json"))
      try bench.write("sae/activation_scaler.json", #"{"scaling_factor": 0.5, "has_whitening": false}"#)
      #expect(try read(path).normalization == .factor(0.5))
      try bench.write("sae/activation_scaler.json", #"{"scaling_factor": null, "has_whitening": true}"#)
      #expect(refusal { try read(path) }.contains("has_whitening"))
    }
  }

  /// What is not known to be harmless is told.
  @Test func tensorsThatAreLeftOutAreNamed() throws {
    try Bench.run { bench in
      let more: [TensorWriter.Tensor] = [
        .init("W_skip", [4, 4], Array(repeating: 0, count: 16)), .init("odd", [1], [1]),
      ]
      let path = try AutoencoderSettingsTests.write(bench, #"{"d_sae": 6}"#, more: more)
      #expect(try read(path).notices.map { $0.hasSuffix("left out: 'odd'") } == [true])
      let silent = try AutoencoderSettingsTests.write(bench, #"{"d_sae": 6, "prepend_bos": false}"#, in: "bos")
      #expect(try read(silent).notices.first?.contains("prepend_bos") == true)
    }
  }

  struct Refused: Sendable, CustomTestStringConvertible {
    let settings: String
    let words: [String]
    var file = "cfg.json"

    init(_ settings: String, _ words: String..., file: String = "cfg.json") {
      (self.settings, self.words, self.file) = (settings, words, file)
    }

    var testDescription: String { settings }
  }

  static let refused = [
    Refused(#"{"architecture": "matching_pursuit"}"#, "architecture to 'matching_pursuit'"),
    Refused(#"{"architecture": "temporal"}"#, "architecture to 'temporal'"),
    Refused(#"{"architecture": "batchtopk", "k": 3}"#, "architecture to 'batchtopk'", "threshold"),
    Refused(#"{"architecture": "topk"}"#, "names no k", "--top-k"),
    Refused(#"{"architecture": "topk", "k": 7}"#, "k is 7", "6 features"),
    Refused(#"{"architecture": "gated"}"#, "gated", "b_gate"),
    Refused(#"{"architecture": "jumprelu"}"#, "no threshold"),
    Refused(#"{"d_sae": 6, "activation_fn": "tanh-relu"}"#, "activation_fn to 'tanh-relu'"),
    Refused(
      #"{"d_sae": 6, "normalize_activations": "covariance_whitening"}"#,
      "normalize_activations to 'covariance_whitening'"),
    Refused(#"{"d_sae": 6, "normalize_activations": true}"#, "normalize_activations to true"),
    Refused(#"{"d_sae": 6, "apply_b_dec_to_input": "yes"}"#, "apply_b_dec_to_input to 'yes'", "true or false"),
    Refused(#"{"d_sae": 6, "hook_head_index": 3}"#, "hook_head_index to 3"),
    Refused(#"{"hook_name": "blocks.1.hook_mlp_out"}"#, "hook_name to 'blocks.1.hook_mlp_out'"),
    Refused(#"{"hook_name": "blocks.1.hook_resid_post", "reshape_activations": "hook_z"}"#, "reshape_activations"),
    Refused(#"{"d_in": 8, "d_sae": 6}"#, "8 numbers", "for 4"),
    Refused(#"{"d_in": 4, "d_sae": 9}"#, "9 features", "for 6"),
    Refused(#"{"hello": 1}"#, "neither", "SAELens", "sparsify"),
    Refused(#"{"k": 2, "activation": "batchtopk"}"#, "activation to 'batchtopk'"),
    Refused(#"{"k": 2, "encoder_pkm": true}"#, "encoder_pkm to true"),
    Refused(#"{"k": 4, "num_latents": 6, "activation": "groupmax"}"#, "6 features", "4 groups"),
    Refused(#"{"act_fn": "batchtopk"}"#, "act_fn to 'batchtopk'", file: "hyperparams.json"),
    Refused(#"{"act_fn": "jumprelu"}"#, "jump_relu_threshold", file: "hyperparams.json"),
    Refused(
      #"{"act_fn": "relu", "norm_activation": "batch-wise"}"#, "norm_activation to 'batch-wise'",
      file: "hyperparams.json"),
    Refused(#"{"act_fn": "relu", "norm_activation": "dataset-wise"}"#, "dataset_average", file: "hyperparams.json"),
    Refused(#"{"act_fn": "relu", "use_glu_encoder": true}"#, "use_glu_encoder to true", file: "hyperparams.json"),
    Refused(#"{"sae_type": "crosscoder"}"#, "sae_type to 'crosscoder'", file: "config.json"),
    Refused(#"{"trainer": {"dict_class": "IdentityDict"}}"#, "dict_class to 'IdentityDict'", file: "config.json"),
    Refused(
      #"{"trainer": {"dict_class": "AutoEncoderNew", "layer": 1, "submodule_name": "mlp_out_layer_1"}}"#,
      "submodule_name",
      file: "config.json"),
    Refused(
      #"{"architecture": "x", "hf_hook_point_in": "model.layers.1.output"}"#, "architecture to 'x'", file: "config.json"
    ),
    Refused(#"{"d_sae": 6"#, "not JSON", "cfg.json"),
  ]

  @Test(arguments: refused) func whatIsNotFollowedIsRefusedByItsName(_ refused: Refused) throws {
    try Bench.run { bench in
      let path = try AutoencoderSettingsTests.write(bench, refused.settings, as: refused.file)
      let sentence = refusal { try read(path) }
      for word in refused.words { #expect(sentence.contains(word), "\(word) in \(sentence)") }
    }
  }

  @Test func tensorsThatContradictTheSettingsAreRefused() throws {
    try Bench.run { bench in
      let thresholds = TensorWriter.Tensor("threshold", [6], Array(repeating: 1, count: 6))
      let gate = TensorWriter.Tensor("b_gate", [6], Array(repeating: 1, count: 6))
      let standard = #"{"architecture": "standard"}"#
      let first = try AutoencoderSettingsTests.write(bench, standard, more: [thresholds])
      #expect(refusal { try read(first) }.contains("it has thresholds"))
      let second = try AutoencoderSettingsTests.write(bench, standard, in: "gate", more: [gate])
      #expect(refusal { try read(second) }.contains("tensor b_gate"))
    }
  }

  /// A file of PyTorch's is refused with a line that converts it; a shell takes the line as it is.
  @Test func aFileOfPyTorchIsRefusedWithALineThatConvertsIt() throws {
    try Bench.run { bench in
      let path = bench.path("it's an ae.pt")
      // PyTorch's magic number, pickled.
      let magic: [UInt8] = [0x80, 0x02, 0x8A, 0x0A, 0x6C, 0xFC, 0x9C, 0x46, 0xF9, 0x20, 0x6A, 0xA8, 0x50, 0x19, 0x2E]
      try Data(magic).write(to: URL(fileURLWithPath: path))
      let sentence = refusal { try read(path) }
      for word in ["safetensors file with tensors such as W_enc", "weights_only=True", #"'it'\''s an ae.safetensors'"#]
      {
        #expect(sentence.contains(word), "\(word) in \(sentence)")
      }
      #expect(!sentence.contains("AutoModel"))
    }
  }
}
