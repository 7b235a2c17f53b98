import Transformer

/// ViT (Dosovitskiy et al. 2021) as transformers writes it: norms before each part, attention over all patches, and a
/// classifier on the token of the class.
enum ViT: Family {
  static let modelType = "vit"
  private static let keys = SizeKeys(
    keyValueHeadCount: [], headSize: [], vocabularyCount: [], contextLength: [], normEpsilon: ["layer_norm_eps"])

  static func shape(_ document: HostDocument) throws -> HostShape {
    let root = document.root
    let classNames = try ClassNames.read(root)
    let grid = try PatchGrid(
      root, PatchGrid.Keys(image: "image_size", patch: "patch_size", channels: "num_channels"),
      usual: PatchGrid.Usual(image: 224, patch: 16))
    let sizes = try DecoderSizes(
      document, keys: keys,
      usual: UsualValues(
        vocabularyCount: classNames.count, contextLength: grid.positionCount, normEpsilon: 1e-12))
    let function = try document.activation("hidden_act", usual: .gelu)
    let bias = try root.flag("qkv_bias") ?? true
    let embedding = PatchEmbedding(
      PatchEmbedding.Names(
        projection: "embeddings.patch_embeddings.projection", classToken: "embeddings.cls_token",
        positions: "embeddings.position_embeddings"),
      width: sizes.hiddenSize, image: grid.image, patch: grid.patch,
      scale: try PixelScale.read(document.preprocessor(), channels: grid.image.channels))
    return sizes.shape(
      .patches(embedding), sizes.readout(sizes.layerNorm("layernorm"), classifier: "classifier", classNames),
      layers: "encoder.layer", prefix: "vit.",
      passedOver: ["pooler.dense.weight", "pooler.dense.bias", "embeddings.mask_token"]
    ) {
      [
        sizes.layerNorm("layernorm_before"),
        sizes.key("attention.attention.key", bias: bias),
        sizes.value("attention.attention.value", bias: bias),
        sizes.query("attention.attention.query", bias: bias),
        sizes.attention(isCausal: false),
        sizes.output("attention.output.dense", bias: true),
        sizes.layerNorm("layernorm_after"),
        sizes.up("intermediate.dense", bias: true),
        sizes.activation(function),
        sizes.down("output.dense", .up, bias: true),
      ]
    }
  }
}
