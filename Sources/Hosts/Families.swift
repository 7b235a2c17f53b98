/// The families that are computed: a line each.
enum Families {
  static let all: [any Family.Type] = [
    Llama.self,
    Mistral.self,
    Qwen2.self,
    Qwen3.self,
    Gemma3.self,
    Gemma2.self,
    GPT2.self,
    GPTNeoX.self,
    Phi3.self,
    OLMo2.self,
    GPTNeo.self,
    OPT.self,
    SmolLM3.self,
    Falcon.self,
    BLOOM.self,
    ViT.self,
    TimmViT.self,
  ]

  /// The family that a configuration names by `model_type` or, where that is absent, by what else it says.
  static func family(of document: ConfigurationObject) throws -> any Family.Type {
    if let type = try document.text("model_type") {
      guard let family = all.first(where: { $0.modelTypes.contains(type) }) else {
        throw document.refusal(ForeignArchitecture(type, document).sentence(supported: supported))
      }
      return family
    }
    guard let family = try all.first(where: { try $0.claims(document) }) else {
      throw document.refusal("it has no model_type; \(supported), so write the one that is meant")
    }
    return family
  }

  private static var supported: String {
    "the architectures supported are \(all.flatMap { $0.modelTypes }.joined(separator: ", "))"
  }
}
