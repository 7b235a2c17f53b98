import ArgumentParser
import Clouds
import Studies
import Transformer

/// How the features of a sparse autoencoder are found in text.
struct FeatureOptions: ParsableArguments {
  @Option(help: "The model: a folder in Hugging Face layout, a GGUF file or a llama2.c file.")
  var model: String?

  @Option(
    help: """
      The sparse autoencoder: its safetensors or .npz file, or the folder that holds it and its settings (cfg.json, \
      hyperparams.json, config.json).
      """)
  var sae: String?

  @Option(help: "A folder of texts, whose names end in .txt, or one file.")
  var text: String?

  @Option(help: "The layer whose activations the autoencoder reads, 0 first; by default the one of its settings.")
  var layer: Int?

  @Option(
    help: """
      Where in the layer: \(Site.allCases.map(\.rawValue).joined(separator: ", ")). By default where its settings say, \
      otherwise \(Site.residualAfter.rawValue).
      """)
  var hook: Site?

  @Option(help: "The tokenizer, if it is not in the model's folder.")
  var tokenizer: String?

  @Option(help: "The k of a top-k autoencoder; overrides its settings.")
  var topK: Int?

  @Flag(
    inversion: .prefixedNo,
    help: """
      Whether the decoder's bias is subtracted before encoding; overrides the autoencoder's settings. Without settings \
      it is subtracted unless each feature has a threshold.
      """)
  var subtractDecoderBias: Bool?

  @Option(help: "A feature fires where its activation is above this.")
  var threshold: Float = 1

  @Option(help: "Tokens of a block, which is a document.")
  var block = 256

  @Option(help: "Tokens that the model sees at a time; by default its context, 2,048 at most.")
  var context: Int?

  @Option(help: ArgumentHelp("Write the firing record to this HDF5 file.", valueName: "file"))
  var keepFirings: String?

  var isUsed: Bool { model != nil || sae != nil || text != nil || layer != nil }

  /// All files and folders that are named, and those of the settings beside the autoencoder.
  var paths: [String] {
    [model, sae, text, tokenizer].compactMap { $0 } + (sae.map { AutoencoderFile.settingsPaths(besides: $0) } ?? [])
  }

  /// What the options ask for; an error unless model, autoencoder and texts are all named.
  func request() throws -> FeatureRequest {
    guard let model, let sae, let text else {
      throw CommandError("cannot count firings: --model, --sae and --text belong together; give all three")
    }
    var request = FeatureRequest(model: model, autoencoder: sae, texts: text)
    (request.tokenizer, request.site, request.layer) = (tokenizer, hook, layer)
    (request.topK, request.subtractsDecoderBias) = (topK, subtractDecoderBias)
    (request.threshold, request.blockTokens, request.contextTokens) = (threshold, block, context)
    return request
  }

  /// The options that the firings depend on besides files, in words.
  var distinctions: [(name: String, value: String)] {
    let usual = { (value: Any?) in value.map { "\($0)" } ?? "the usual" }
    return [
      ("layer", usual(layer)), ("hook", usual(hook?.rawValue)), ("k", usual(topK)),
      ("taking off of the decoder's bias", usual(subtractDecoderBias)), ("threshold", "\(threshold)"),
      ("block", "\(block)"), ("context", usual(context)),
    ]
  }

  func validate() throws {
    guard threshold >= 0, threshold.isFinite else {
      throw ValidationError("--threshold is \(threshold); give a number from 0 up.")
    }
    for (name, number) in [("--block", block), ("--top-k", topK ?? 1)] where number < 1 {
      throw ValidationError("\(name) is \(number); give a number from 1 up.")
    }
    if let layer, layer < 0 { throw ValidationError("--layer is \(layer); give a number from 0 up.") }
    if let context, context < 2 { throw ValidationError("--context is \(context); give a number from 2 up.") }
  }
}

extension Site: ExpressibleByArgument {}
