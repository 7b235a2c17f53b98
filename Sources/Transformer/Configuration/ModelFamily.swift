import Weights

/// The architectures that the decoder computes, with what transformers 5.24 takes where their files leave a key out
/// (`configuration_llama.py` and its like).
enum ModelFamily: String, CaseIterable {
  case llama, mistral, qwen2

  /// The family that a configuration names by `model_type` or, where that is absent, by the class of the model.
  init(_ document: ConfigurationObject) throws {
    let type = try document.text("model_type")
    let architecture = try document.texts("architectures")?.first
    let named =
      type
      ?? ModelFamily.allCases.first { architecture?.lowercased().hasPrefix($0.rawValue + "for") ?? false }?.rawValue
    guard let named else {
      throw document.refusal("it has no model_type; \(ModelFamily.supported), so write the one that is meant")
    }
    guard let family = ModelFamily(rawValue: named) else {
      throw document.refusal("model_type is '\(named)'; \(ModelFamily.supported), so take a model of these")
    }
    self = family
  }

  private static var supported: String {
    "the architectures supported are \(allCases.map(\.rawValue).joined(separator: ", "))"
  }

  // MARK: Where a key is absent

  /// nil: as many as heads for queries.
  var keyValueHeadCount: Int? {
    switch self {
    case .llama: nil
    case .mistral: 8
    case .qwen2: 32
    }
  }

  var contextLength: Int {
    switch self {
    case .llama: 2048
    case .mistral: 4096 * 32
    case .qwen2: 32_768
    }
  }

  /// The window where Qwen2 switches one on without giving its size.
  var slidingWindow: Int? { self == .llama ? nil : 4096 }

  var beginToken: Int32? { self == .qwen2 ? nil : 1 }
  var endToken: Int32? { self == .qwen2 ? nil : 2 }
}
