import Transformer

/// A family of models: what its files are called by, and how they become a shape.
protocol Family: Sendable {
  /// What `model_type` of `config.json` is; names of classes begin with it too.
  static var modelType: String { get }
  /// Another `model_type`, of files in which the language model is a part.
  static var wrapperType: String? { get }
  /// Whether a configuration without a `model_type` is one of this family's.
  static func claims(_ document: ConfigurationObject) throws -> Bool
  /// What `config.json` says of the language model: all of it, unless a family's files hold more.
  static func languageModel(in document: ConfigurationObject) throws -> ConfigurationObject
  /// The shape of a model whose files say this; refuses what would be computed otherwise. Keys that change results and
  /// that it does not ask for are refused after it.
  static func shape(_ document: HostDocument) throws -> HostShape
}

extension Family {
  static var wrapperType: String? { nil }
  static func languageModel(in document: ConfigurationObject) throws -> ConfigurationObject { document }

  static func claims(_ document: ConfigurationObject) throws -> Bool {
    let name = try document.texts("architectures")?.first?.lowercased() ?? ""
    return classNames.contains(where: name.hasPrefix)
  }

  static var modelTypes: [String] { [modelType, wrapperType].compactMap { $0 } }

  /// What names of transformers' classes of language models begin with, in small letters.
  static var classNames: [String] {
    modelTypes.map { $0.replacing("_", with: "") }.flatMap { [$0 + "for", $0 + "lmhead"] }
  }
}
