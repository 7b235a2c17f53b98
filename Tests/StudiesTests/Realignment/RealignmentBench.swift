import Archive
import Foundation
import Hosts
import Studies
import TestSupport
import Transformer

/// A small model in which one residual index is planted, and side networks on it.
struct RealignmentBench {
  static let vocabulary = 24
  static let hidden = 24
  static let planted = 7

  /// What makes the index stand out.
  enum Plant {
    /// Every token's embedding has a great number there, so that the index scales all others: an outlier dimension.
    case outlier
    /// All norms have a great gain there, whatever the matrices hold.
    case gains
  }

  /// What the study finds with three styles of twelve tokens each.
  static func found(_ plant: Plant, _ more: String) throws -> GroupReader {
    try Places.withTemporaryFolder { folder in
      try write(plant, to: folder)
      let styles = try (1...3).map { style in
        for (name, rows) in [("rows", 0..<24), ("held", 24..<30)] {
          let lines = rows.map { "{\"tokens\": \(row($0, style: style))}\n" }.joined()
          try lines.write(toFile: folder + "/\(name)\(style).jsonl", atomically: true, encoding: .utf8)
        }
        return "style\(style): {training: rows\(style).jsonl, evaluation: held\(style).jsonl}"
      }
      let text = """
        model: none
        studies:
          realignment: {styles: {\(styles.joined(separator: ", "))}, seeds: 1, steps: 80, width: 16,
            learning_rate: 0.01, decay: 1, \(more)}
        """
      let studies = try StudyConfiguration(bytes: Array(text.utf8), path: folder + "/c.yaml").studies
      guard let study = studies.first as? Realignment else { throw CocoaError(.coderInvalidValue) }
      let (model, texts) = (try Model.load(path: folder), StudyTexts([]))
      let ground = StudyGround(ForwardPass(model: model, positionCount: 64), texts: texts)
      _ = try study.cost(StudyOutline(shape: model.shape, texts: texts))
      return GroupReader(group: try study.findings(on: ground).group, path: "here")
    }
  }

  /// A walk over eight tokens of the style, in which one of two follows each.
  private static func row(_ number: Int, style: Int) -> [Int] {
    var numbers = SeededNumbers(seed: UInt64(100 * style))
    var tokens = Array(2..<vocabulary)
    for place in tokens.indices.dropLast() { tokens.swapAt(place, place + numbers.below(tokens.count - place)) }
    var walk = SeededNumbers(seed: UInt64(1000 * style + number))
    var place = walk.below(8)
    return (0..<11).map { _ in
      defer { place = (place + 1 + 2 * walk.below(2)) % 8 }
      return tokens[place]
    }
  }

  private static func write(_ plant: Plant, to folder: String) throws {
    let configuration: [String: Any] = [
      "model_type": "llama", "hidden_size": hidden, "intermediate_size": 36, "num_hidden_layers": 3,
      "num_attention_heads": 4, "num_key_value_heads": 2, "vocab_size": vocabulary, "max_position_embeddings": 64,
      "bos_token_id": 1, "tie_word_embeddings": false,
    ]
    try JSONSerialization.data(withJSONObject: configuration).write(to: URL(fileURLWithPath: folder + "/config.json"))
    let tensors = Model.tensorShapes(try HostShape.load(path: folder)).map { name, shape in
      var numbers = SeededNumbers(seed: name.utf8.reduce(UInt64(5)) { $0 &* 31 &+ UInt64($1) })
      let size: Float = name.contains("layers") ? 0.3 : 1
      var values = (0..<shape.reduce(1, *)).map { _ in shape.count == 1 ? 1 : numbers.float(size) }
      if plant == .gains, shape.count == 1 { values[planted] = 20 }
      if plant == .outlier, name.contains("embed") {
        for row in 0..<vocabulary { values[row * hidden + planted] = 20 }
      }
      return TensorWriter.Tensor(name, shape, values)
    }
    try TensorWriter.write(folder + "/model.safetensors", tensors)
  }
}
