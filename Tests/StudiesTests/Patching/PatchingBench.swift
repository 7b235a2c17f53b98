import Archive
import Foundation
import Hosts
import Studies
import TestSupport
import Tokenizers
import Transformer

/// A model of three layers and some numbers, and paragraphs of tokens for it.
struct PatchingBench {
  static let vocabulary = 24

  /// A row of a file of paragraphs.
  struct Row {
    let before: [Int32]
    let after: [Int32]
    let other: Int
  }

  let model: Model
  let rows: [Row]

  init() throws {
    var numbers = SeededNumbers(seed: 3)
    rows = (0..<4).map { row in
      let lengths = (4 + row % 3, 1 + 2 * row)
      func tokens(_ count: Int) -> [Int32] { (0..<count).map { _ in Int32(2 + numbers.below(Self.vocabulary - 2)) } }
      return Row(before: [1] + tokens(lengths.0), after: tokens(lengths.1), other: (row + 2) % 4)
    }
    model = try Self.model()
  }

  private static func model() throws -> Model {
    try Places.withTemporaryFolder { folder in
      let configuration: [String: Any] = [
        "model_type": "llama", "hidden_size": 16, "intermediate_size": 20, "num_hidden_layers": 3,
        "num_attention_heads": 4, "num_key_value_heads": 2, "vocab_size": vocabulary, "max_position_embeddings": 64,
        "bos_token_id": 1, "tie_word_embeddings": true,
      ]
      try JSONSerialization.data(withJSONObject: configuration).write(to: URL(fileURLWithPath: folder + "/config.json"))
      let shapes = Model.tensorShapes(try HostShape.load(path: folder))
      let tensors = shapes.enumerated().map { number, tensor in
        TensorWriter.Tensor(
          tensor.name, tensor.shape, TensorWriter.numbers(tensor.shape.reduce(1, *), seed: UInt64(number + 1)))
      }
      try TensorWriter.write(folder + "/model.safetensors", tensors)
      return try Model.load(path: folder)
    }
  }

  /// The lines of a file with all rows.
  var lines: String {
    rows.map { "{\"before\": \($0.before), \"after\": \($0.after), \"other\": \($0.other)}\n" }.joined()
  }

  // MARK: Studies

  /// What a study of some paragraphs finds with the demo model.
  static func found(_ lines: String, _ keys: String, demo: Demo) throws -> PatchingFound {
    let ground = StudyGround(
      ForwardPass(model: demo.model, positionCount: 128), texts: StudyTexts([]),
      tokenizer: try TokenizerFile.load(Demo.modelPath))
    return try PatchingFound(try study(lines, keys), on: ground)
  }

  /// A study of some paragraphs, as a configuration asks for it. The file is gone afterwards.
  static func study(_ lines: String, _ keys: String) throws -> any Study {
    try Places.withTemporaryFolder { folder in
      try Data(lines.utf8).write(to: URL(fileURLWithPath: folder + "/rows.jsonl"))
      let text = "model: none\nstudies:\n  patching: {paragraphs: rows.jsonl, \(keys)}\n"
      return try StudyConfiguration(bytes: Array(text.utf8), path: folder + "/study.yaml").studies[0]
    }
  }

  /// What a study finds with this model.
  func found(_ keys: String, panelTokens: Int = 4096) throws -> PatchingFound {
    let pass = ForwardPass(model: model, positionCount: 64)
    let ground = StudyGround(pass, texts: StudyTexts([]), panelTokens: panelTokens)
    return try PatchingFound(try Self.study(lines, keys + ", generated: none"), on: ground)
  }
}

/// What a study of paragraphs found, by the names of the file.
struct PatchingFound {
  private let group: AnalysisGroup

  init(_ study: any Study, on ground: StudyGround) throws { group = try study.findings(on: ground).group }

  var findings: [String] { group.findings }

  /// The numbers of a variable; none where it has no numbers.
  func numbers(_ name: String) -> [Double] {
    guard case .numbers(let values)? = values(name) else { return [] }
    return values
  }

  /// The counts of a variable; none where it has none.
  func counts(_ name: String) -> [Int] {
    guard case .counts(let values)? = values(name) else { return [] }
    return values
  }

  /// The texts of a variable; none where it has none.
  func texts(_ name: String) -> [String] {
    guard case .texts(let values)? = values(name) else { return [] }
    return values
  }

  private func values(_ name: String) -> AnalysisGroup.Values? { group.variables.first { $0.name == name }?.values }
}
