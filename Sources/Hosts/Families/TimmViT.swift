import Transformer

/// The same transformer as the library timm writes it: the configuration names an architecture, of which `model_args`
/// may change parts, and q, k and v are one tensor.
enum TimmViT: Family {
  static let modelType = "timm_wrapper"
  private static let keys = SizeKeys(
    layerCount: ["depth"], headCount: ["num_heads"], keyValueHeadCount: [], headSize: [], hiddenSize: ["embed_dim"],
    intermediateSize: [], vocabularyCount: [], contextLength: [], normEpsilon: [])

  static func claims(_ document: ConfigurationObject) throws -> Bool {
    try document.text("architecture") != nil && (document.has("pretrained_cfg") || document.has("num_classes"))
  }

  static func shape(_ document: HostDocument) throws -> HostShape {
    let root = document.root
    let variant = try TimmVariant(root)
    let arguments = try root.object("model_args") ?? root.empty
    try variant.check(arguments)
    let classNames = try classNames(root, arguments)
    let grid = try PatchGrid(
      arguments, PatchGrid.Keys(image: "img_size", patch: "patch_size", channels: "in_chans"),
      usual: PatchGrid.Usual(image: variant.image, patch: variant.patch))
    var usual = UsualValues(
      headCount: variant.headCount, expansion: 4, vocabularyCount: classNames.count,
      contextLength: grid.positionCount, normEpsilon: 1e-6)
    (usual.hiddenSize, usual.layerCount) = (variant.width, variant.layerCount)
    var sizes = try DecoderSizes(document.described(by: arguments), keys: keys, usual: usual)
    if let ratio = try arguments.number("mlp_ratio") {
      guard ratio.isFinite, (0..<4096) ~= ratio else {
        throw root.refusal("\(arguments.name("mlp_ratio")) is \(ratio), which is absurd; correct it")
      }
      sizes.intermediateSize = Int(Double(sizes.hiddenSize) * ratio)
      try sizes.check(path: document.folder)
    }
    let pretrained = try root.object("pretrained_cfg")
    let embedding = PatchEmbedding(
      PatchEmbedding.Names(projection: "patch_embed.proj", classToken: "cls_token", positions: "pos_embed"),
      width: sizes.hiddenSize, image: grid.image, patch: grid.patch,
      scale: try pretrained.flatMap {
        try PixelScale.normalizing($0, mean: "mean", deviation: "std", factor: 1.0 / 255, channels: grid.image.channels)
      })
    return sizes.timm(.patches(embedding), classNames, bias: try arguments.flag("qkv_bias") ?? true)
  }

  /// The names that the configuration has, or the numbers of the classes.
  private static func classNames(_ root: ConfigurationObject, _ arguments: ConfigurationObject) throws -> [String] {
    let names = try root.texts("label_names")
    let stated = try root.integer("num_classes") ?? arguments.integer("num_classes")
    let count = stated ?? names?.count ?? 1000
    guard 1...ClassNames.limit ~= count else {
      throw root.refusal(
        "num_classes is \(count), so the model names no classes; take one that was trained to classify images")
    }
    guard let names else { return (0..<count).map(String.init) }
    guard names.count == count else {
      throw root.refusal("label_names has \(names.count) names for \(count) classes; correct one of them")
    }
    return try names.enumerated().map { try ClassNames.checked($1, of: $0, root, key: "label_names") }
  }
}

extension DecoderSizes {
  fileprivate func timm(_ embedding: Embedding, _ classNames: [String], bias: Bool) -> HostShape {
    let width = hiddenSize
    return shape(
      embedding, readout(layerNorm("norm"), classifier: "head", classNames), layers: "blocks", prefix: ""
    ) {
      [
        layerNorm("norm1"),
        key("attn.qkv", bias: bias, storage: .part(from: width, of: 3 * width)),
        value("attn.qkv", bias: bias, storage: .part(from: 2 * width, of: 3 * width)),
        query("attn.qkv", bias: bias, storage: .part(from: 0, of: 3 * width)),
        attention(isCausal: false),
        output("attn.proj", bias: true),
        layerNorm("norm2"),
        up("mlp.fc1", bias: true),
        activation(.gelu),
        down("mlp.fc2", .up, bias: true),
      ]
    }
  }
}
