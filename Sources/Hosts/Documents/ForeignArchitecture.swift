import Basics
import StrictJSON

/// What a configuration says of a model that no family here computes.
struct ForeignArchitecture {
  private let type: String
  private let root: ConfigurationObject

  init(_ type: String, _ root: ConfigurationObject) {
    self.type = type
    self.root = root
  }

  /// What the model is and what to do, as it follows "config.json: "; `supported` says which models are computed.
  func sentence(supported: String) -> String {
    "model_type is \(type.quoted(limit: 60))\(kind.map { ", \($0)" } ?? ""); \(supported), so take a model of these"
  }

  /// What kind of model it is, of those that are met with most; nil for others.
  private var kind: String? {
    for object in [root] + inner {
      for key in ForeignKeys.experts {
        if let count = object.value(key)?.number, count > 1 {
          return
            "a mixture of experts (\(object.name(key)) is \(Int(count.rounded()))), and only dense models are computed"
        }
      }
    }
    if let key = Self.senses.first(where: { root.value($0)?.members != nil }) {
      return "a model that reads more than text (\(key)), and of such only Gemma 3 is computed, for its text"
    }
    if root.value("is_encoder_decoder")?.flag == true {
      return "an encoder with a decoder (is_encoder_decoder), and only decoders alone are computed"
    }
    if Self.maskedEncoders.contains(type) { return "an encoder, which continues no text" }
    return nil
  }

  private var inner: [ConfigurationObject] {
    Self.languageModels.compactMap { try? root.object($0) }
  }

  private static let languageModels = ["text_config", "llm_config", "language_config"]
  private static let senses = ["vision_config", "vision_tower_config", "audio_config", "img_processor", "visual"]
  private static let maskedEncoders: Set<String> = [
    "albert", "bert", "camembert", "deberta", "deberta-v2", "distilbert", "electra", "modernbert", "roberta",
    "xlm-roberta",
  ]
}
