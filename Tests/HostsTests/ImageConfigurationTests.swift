import Foundation
import Hosts
import Testing
import TestSupport
import Transformer

/// Configurations of vision transformers, and what is refused of them by its key.
@Suite struct ImageConfigurationTests {
  /// The shape of a folder with this `config.json`, and perhaps a `preprocessor_config.json`.
  private func load(_ text: String, preprocessor: String? = nil) throws -> HostShape {
    try Places.withTemporaryFolder { folder in
      try Data(text.utf8).write(to: URL(fileURLWithPath: folder + "/config.json"))
      if let preprocessor {
        try Data(preprocessor.utf8).write(to: URL(fileURLWithPath: folder + "/preprocessor_config.json"))
      }
      return try HostShape.load(path: folder)
    }
  }

  private func refusal(_ text: String, preprocessor: String? = nil) -> String {
    do {
      _ = try load(text, preprocessor: preprocessor)
      return "accepted"
    } catch {
      return "\(error)"
    }
  }

  private func text(_ keys: String) throws -> String {
    let sizes = #""hidden_size": 32, "intermediate_size": 48, "num_hidden_layers": 2, "num_attention_heads": 4"#
    let documents = try [#""model_type": "vit", \#(sizes)"#, keys].map { text in
      try JSONSerialization.jsonObject(with: Data("{\(text)}".utf8)) as? [String: Any] ?? [:]
    }
    let whole = documents[0].merging(documents[1]) { $1 }
    return String(decoding: try JSONSerialization.data(withJSONObject: whole), as: UTF8.self)
  }

  @Test func theUsualValues() throws {
    let shape = try load(try text(""))
    let patches = try #require(shape.embedding.patches)
    #expect(patches.image == ImageSize(channels: 3, height: 224, width: 224) && patches.patchCount == 196)
    #expect(shape.contextLength == 197 && shape.classNames == ["LABEL_0", "LABEL_1"] && patches.scale == nil)
    #expect(shape.readout.norm.epsilon == 1e-12 && shape.attention?.isCausal == false)
    #expect(shape.matrices == [.q, .k, .v, .o, .up, .down])
    #expect(shape.blocks[0].description.contains("a = attention(q, k, v) both ways"))
  }

  @Test func sidesOfImagesAndPatches() throws {
    let keys = #""image_size": [10, 13], "patch_size": [3, 4], "num_channels": 1"#
    let patches = try #require(try load(try text(keys)).embedding.patches)
    // What is left of an image behind its last whole patch is not read.
    #expect(patches.patchCount == 9 && patches.image.description == "1 × 10 × 13")
  }

  @Test func scalesOfPixels() throws {
    func scale(_ preprocessor: String) throws -> PixelScale? {
      try load(try text(""), preprocessor: preprocessor).embedding.patches?.scale
    }
    let usual = try #require(try scale(#"{"image_mean": [0.5, 0.4, 0.3], "image_std": [0.5, 0.25, 0.2]}"#))
    #expect(usual(255, channel: 0) == 1 && usual(0, channel: 2) == -0.3 / Float(0.2))
    let one = try #require(try scale(#"{"image_mean": 0.5, "image_std": 0.5, "rescale_factor": 0.01}"#))
    #expect(one(100, channel: 2) == 1)
    let bare = try #require(try scale(#"{"do_normalize": false, "do_rescale": false}"#))
    #expect(bare(7, channel: 1) == 7)
    #expect(try scale(#"{"image_mean": [0.5], "image_std": [0.5, 0.5]}"#) == nil)
    #expect(try scale("{}") == nil)
    #expect(
      refusal(try text(""), preprocessor: #"{"image_mean": 0.5, "image_std": 0}"#).contains("image_std or the factor"))
  }

  @Test func architecturesOfTimm() throws {
    let base = try load(#"{"architecture": "vit_base_patch16_224", "num_classes": 10, "global_pool": "token"}"#)
    #expect(base.hiddenSize == 768 && base.layerCount == 12 && base.attention?.headCount == 12)
    #expect(base.width(of: .up) == 3072 && base.contextLength == 197 && base.readout.norm.epsilon == 1e-6)
    #expect(base.classNames == (0..<10).map(String.init))
    let small = try load(
      #"{"architecture": "vit_small_patch8_32", "num_classes": 2, "label_names": ["a", "b"], "model_args": {"#
        + #""depth": 3, "embed_dim": 36, "num_heads": 3, "mlp_ratio": 1.5, "img_size": 16, "drop_rate": 0.1}, "#
        + #""pretrained_cfg": {"mean": [0.5, 0.5, 0.5], "std": [0.5, 0.5, 0.5]}}"#)
    #expect(small.hiddenSize == 36 && small.layerCount == 3 && small.width(of: .up) == 54 && small.contextLength == 5)
    #expect(small.classNames == ["a", "b"] && small.embedding.patches?.scale?(255, channel: 1) == 1)
  }

  @Test(
    arguments: [
      (#""num_channels": 0"#, "num_channels is 0, which is not in 1…1024"),
      (#""image_size": 8"#, "patch_size is larger than image_size"),
      (#""image_size": [8]"#, "image_size is [8]"),
      (#""image_size": 0"#, "image_size is [0, 0]"),
      (#""image_size": "large""#, "'image_size' is 'large'"),
      (#""patch_size": 100000"#, "patch_size is [100000, 100000]"),
      (#""image_size": 16384, "patch_size": 1"#, "context is 268435457"),
      (#""num_attention_heads": 5"#, "hidden_size 32 is no multiple of num_attention_heads 5"),
      (#""hidden_act": "mish""#, "hidden_act is 'mish'"),
      (#""layer_norm_eps": 0"#, "layer_norm_eps is 0"),
      (#""id2label": {"0": "a", "2": "b"}"#, "none for class 1"),
      (#""id2label": {"0": "a", "1": ""}"#, "the name of class 1 is empty"),
      (#""num_labels": 0"#, "num_labels is 0"),
    ]) func refusedByTheirKeys(_ keys: String, _ words: String) throws
  {
    let sentence = refusal(try text(keys))
    #expect(sentence.contains(words), "\(sentence)")
    #expect(!sentence.contains("\n"))
  }

  @Test(
    arguments: [
      (#""architecture": "resnet50", "num_classes": 3"#, "architecture is 'resnet50'; of timm's models"),
      (#""architecture": "vit_base_patch16_siglip_224", "num_classes": 3"#, "'vit_base_patch16_siglip_224'"),
      (#""architecture": "vit_base_patch16_224", "num_classes": 0"#, "the model names no classes"),
      (#""architecture": "vit_base_patch16_224", "num_classes": 3, "global_pool": "avg""#, "global_pool is 'avg'"),
      (
        #""architecture": "vit_base_patch16_224", "num_classes": 3, "model_args": {"reg_tokens": 4}"#,
        "model_args.reg_tokens is 4"
      ),
      (
        #""architecture": "vit_base_patch16_224", "num_classes": 3, "model_args": {"class_token": false}"#,
        "model_args.class_token is false"
      ),
      (#""architecture": "vit_base_patch16_224", "num_classes": 3, "label_names": ["a"]"#, "1 names for 3 classes"),
    ]) func refusedOfTimm(_ keys: String, _ words: String) throws
  {
    let sentence = refusal("{\(keys)}")
    #expect(sentence.contains(words), "\(sentence)")
  }

  @Test func aModelWithoutAClassifierIsNamed() throws {
    try Places.withTemporaryFolder { folder in
      let host = TinyImageHost()
      try host.write(to: folder)
      let model = try Model.load(path: folder)
      #expect(model.shape.classNames == TinyImageHost.classNames && model.shape.layerCount == 3)
      let tensors = Model.tensorShapes(model.shape).filter { !$0.name.hasPrefix("classifier") }
      try TensorWriter.write(
        folder + "/model.safetensors",
        tensors.map { TensorWriter.Tensor($0.name, $0.shape, TensorWriter.numbers($0.shape.reduce(1, *), seed: 1)) })
      let error = #expect(throws: (any Error).self) { try Model.load(path: folder) }
      #expect("\(try #require(error))".contains("has no classifier.weight, so it names no classes"))
    }
  }

  @Test func untrainedTwinsHaveTheShape() throws {
    try Places.withTemporaryFolder { folder in
      try TinyImageHost().write(to: folder)
      let trained = try Model.load(path: folder)
      for way in UntrainedWeights.Way.allCases {
        let twin = try Model.untrained(like: trained, UntrainedWeights(seed: 1, way: way))
        let pass = ForwardPass(model: twin, positionCount: 8)
        let logits = Prefill([.image(TinyImageHost.images(1)[0])], firstScored: [6], pass: pass).logits().view.reading
        #expect((0..<logits.columns).allSatisfy { logits[0, $0].isFinite })
      }
    }
  }
}
