import Archive
import Foundation
import Hosts
import Studies
import TestSupport
import Transformer

/// Small models whose blocks are alike or not, and the study on them.
struct CouplingBench {
  static let vocabulary = 24

  let model: Model

  /// Blocks of a model by the number of their weights: blocks of one number have the same. Attention adds nothing where
  /// it is left out, and then a block does to all tokens what its weights say.
  init(blocks: [Int], hidden: Int = 16, hasAttention: Bool = true, scale: Float = 0.3) throws {
    model = try Places.withTemporaryFolder { folder in
      try Self.write(to: folder, blocks: blocks, hidden: hidden, hasAttention: hasAttention, scale: scale)
      return try Model.load(path: folder)
    }
  }

  static func write(
    to folder: String, blocks: [Int], hidden: Int, hasAttention: Bool = true, scale: Float = 0.3
  ) throws {
    let configuration: [String: Any] = [
      "model_type": "llama", "hidden_size": hidden, "intermediate_size": 3 * hidden / 2,
      "num_hidden_layers": blocks.count, "num_attention_heads": 4, "num_key_value_heads": 2,
      "vocab_size": vocabulary, "max_position_embeddings": 64, "bos_token_id": 1, "tie_word_embeddings": true,
    ]
    try JSONSerialization.data(withJSONObject: configuration).write(to: URL(fileURLWithPath: folder + "/config.json"))
    let tensors = Model.tensorShapes(try HostShape.load(path: folder)).map { name, shape in
      let parts = name.split(separator: ".")
      let layer = parts.count > 3 ? Int(parts[2]) : nil
      // The seed is that of the block's number and of the name behind the layer's.
      let key = layer.map { "\(blocks[$0])." + parts.dropFirst(3).joined(separator: ".") } ?? name
      let seed = key.utf8.reduce(UInt64(5)) { $0 &* 31 &+ UInt64($1) }
      var numbers = SeededNumbers(seed: seed)
      let size = layer == nil ? 1 : scale
      let values = (0..<shape.reduce(1, *)).map { _ in
        shape.count == 1 ? 1 : name.contains("o_proj") && !hasAttention ? 0 : numbers.float(size)
      }
      return TensorWriter.Tensor(name, shape, values)
    }
    try TensorWriter.write(folder + "/model.safetensors", tensors)
  }

  /// So many prompts of different lengths, as a list of tokens each, the begin token left out.
  static func prompts(_ count: Int, length: Int = 6) -> [[Int32]] {
    var numbers = SeededNumbers(seed: 17)
    return (0..<count).map { row in
      (0..<length + row % 3).map { _ in Int32(2 + numbers.below(vocabulary - 2)) }
    }
  }

  // MARK: Studies

  static func study(_ section: String) throws -> Coupling {
    let text = "model: none\ntexts: {facts: a}\nstudies:\n  coupling: {\(section)}\n"
    let found = try StudyConfiguration(bytes: Array(text.utf8), path: "coupling.yaml").studies.first as? Coupling
    guard let found else { throw CocoaError(.coderInvalidValue) }
    return found
  }

  /// What the study finds of some prompts, which are a text's rows.
  static func found(_ model: Model, _ prompts: [[Int32]], _ section: String) throws -> GroupReader {
    let begin: [Int32] = [1]
    let texts = StudyTexts([TextSet(name: "facts", rows: prompts.map { begin + $0 })])
    let ground = StudyGround(ForwardPass(model: model, positionCount: 64), texts: texts)
    let study = try study("texts: facts, \(section)")
    _ = try study.cost(StudyOutline(shape: model.shape, texts: texts))
    return GroupReader(group: try study.findings(on: ground).group, path: "here")
  }

  func found(_ section: String, prompts: Int = 2) throws -> GroupReader {
    try Self.found(model, Self.prompts(prompts), section)
  }
}

extension AnalysisGroup {
  /// The bits of all numbers and everything else, for groups in which some values are no numbers.
  var spelling: String {
    variables.map { variable in
      guard case .numbers(let values) = variable.values else { return "\(variable)" }
      return "\(variable.name) \(variable.dimensions) \(values.map(\.bitPattern))"
    }.joined(separator: "\n") + "\(findings)\(comment)\(dimensions)"
  }
}
