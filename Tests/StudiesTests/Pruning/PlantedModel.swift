import Foundation
import Hosts
import Studies
import TestSupport
import Transformer

/// A model of two layers in which it is known which unit says what follows which token: each of 20 tokens has one that
/// answers to it alone. Tokens 2 to 11 follow one another in a circle, and so do 12 to 21.
struct PlantedModel {
  static let (vocabulary, hidden, width) = (24, 48, 24)
  /// The units of the tokens 2 to 11, numbered through both layers, those of even tokens in the first.
  static let first = [3, 4, 5, 6, 7, 27, 28, 29, 30, 31]
  /// The units of the tokens 12 to 21.
  static let second = [10, 11, 12, 13, 14, 34, 35, 36, 37, 38]

  /// The unit of a token, and the token that follows it.
  private static let rules = (2..<22).map { token -> (token: Int, unit: Int, next: Int) in
    let (circle, place) = (token < 12 ? 0 : 1, (token - 2) % 10)
    let unit = [first, second][circle][place % 2 * 5 + place / 2]
    return (token, unit, 2 + 10 * circle + (place + 1) % 10)
  }

  /// Writes the model into a folder.
  static func write(to folder: String) throws {
    let configuration: [String: Any] = [
      "model_type": "llama", "hidden_size": hidden, "intermediate_size": width, "num_hidden_layers": 2,
      "num_attention_heads": 2, "num_key_value_heads": 2, "vocab_size": vocabulary, "max_position_embeddings": 64,
      "bos_token_id": 0, "tie_word_embeddings": false,
    ]
    try JSONSerialization.data(withJSONObject: configuration).write(to: URL(fileURLWithPath: folder + "/config.json"))
    let shapes = Model.tensorShapes(try HostShape.load(path: folder))
    try TensorWriter.write(
      folder + "/model.safetensors", shapes.enumerated().map { tensor($1.name, $1.shape, seed: UInt64($0 + 1)) })
  }

  static func load() throws -> Model {
    try Places.withTemporaryFolder { folder in
      try write(to: folder)
      return try Model.load(path: folder)
    }
  }

  /// The stream holds the token in its first numbers, and what is to follow in its last.
  private static func tensor(_ name: String, _ shape: [Int], seed: UInt64) -> TensorWriter.Tensor {
    var values = TensorWriter.numbers(shape.reduce(1, *), seed: seed).map { $0 * 0.3 }
    let layer = name.contains("layers.1") ? 1 : 0
    let rules = rules.filter { $0.unit / width == layer }
    if shape.count == 1 {
      values = values.map { _ in 1 }
    } else if name.hasSuffix("embed_tokens.weight") {
      for place in values.indices { values[place] = place / hidden == place % hidden ? 1 : 0 }
    } else if name.hasSuffix("lm_head.weight") {
      for place in values.indices { values[place] = place / hidden + vocabulary == place % hidden ? 1 : 0 }
    } else if name.contains("o_proj") {
      values = values.map { _ in 0 }
    } else if name.contains("gate_proj") || name.contains("up_proj") {
      for rule in rules {
        for place in 0..<hidden { values[rule.unit % width * hidden + place] = place == rule.token ? 1 : 0 }
      }
    } else if name.contains("down_proj") {
      // Other units answer to all tokens, and nothing comes of it.
      values = values.map { _ in 0 }
      for rule in rules {
        for place in 0..<hidden {
          values[place * width + rule.unit % width] = place == vocabulary + rule.next ? 0.1 : 0
        }
      }
    }
    return .init(name, shape, values)
  }

  // MARK: Texts

  /// Rows of a circle, each from another token on.
  static func circle(_ number: Int, from starts: Range<Int>) -> [[Int32]] {
    starts.map { start in [0] + (0..<20).map { Int32(2 + 10 * number + (start + $0) % 10) } }
  }

  /// Rows that go round both circles and jump at random.
  static func mixture(_ count: Int, _ numbers: inout SeededNumbers) -> [[Int32]] {
    (0..<count).map { _ in
      var token = Int32(2 + numbers.below(20))
      return [0]
        + (0..<20).map { _ in
          defer {
            token = numbers.happens(30) ? Int32(2 + numbers.below(20)) : (token - 2) / 10 * 10 + 2 + (token - 1) % 10
          }
          return token
        }
    }
  }

  /// The two circles under the names `one` and `two`, and others of their rows as `more_one` and `more_two`.
  static var circles: StudyTexts {
    StudyTexts([
      TextSet(name: "one", rows: circle(0, from: 0..<5)), TextSet(name: "two", rows: circle(1, from: 0..<5)),
      TextSet(name: "more_one", rows: circle(0, from: 5..<10)),
      TextSet(name: "more_two", rows: circle(1, from: 5..<10)),
    ])
  }
}
