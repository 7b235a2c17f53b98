/// The families that are computed: a line each.
enum Families {
  static let all: [any Family.Type] = [
    Llama.self,
    Mistral.self,
    Qwen2.self,
  ]

  /// The family that a configuration names by `model_type` or, where that is absent, by the class of the model.
  static func family(of document: ConfigurationObject) throws -> any Family.Type {
    let type = try document.text("model_type")
    let architecture = try document.texts("architectures")?.first?.lowercased()
    let named = type ?? all.first { architecture?.hasPrefix($0.modelType + "for") ?? false }?.modelType
    guard let named else {
      throw document.refusal("it has no model_type; \(supported), so write the one that is meant")
    }
    guard let family = all.first(where: { $0.modelType == named }) else {
      throw document.refusal("model_type is '\(named)'; \(supported), so take a model of these")
    }
    return family
  }

  private static var supported: String {
    "the architectures supported are \(all.map { $0.modelType }.joined(separator: ", "))"
  }
}
