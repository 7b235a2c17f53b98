import Basics
import CKernels
import Configuration
import Foundation
import Hosts
import MessagePassing
import Runs
import Tokenizers
import Transformer

/// Everything that a training reads before it starts: the configuration, the shape and the rows, all checked.
public struct PreparedTraining {
  /// The configuration as it was read.
  public let configuration: TrainingConfiguration
  /// The tensors that are learned.
  public let parameters: ModelParameters
  /// The rows of each phase.
  public let rows: [TrainingRows]

  /// Files of the shape's folder that go with the model.
  static let companions = [
    "config.json", "generation_config.json", "tokenizer.json", "tokenizer_config.json", "special_tokens_map.json",
    "tokenizer.model", "vocab.json", "merges.txt",
  ]

  /// Reads small files, and the rows.
  public init(configurationPath: String) throws {
    configuration = try TrainingConfiguration(path: configurationPath)
    let (shape, folder) = (try HostShape.load(path: configuration.shape), configuration.shape)
    try shape.checkReadsTexts(folder, "what is trained are language models")
    parameters = ModelParameters(shape)
    let window = configuration.window
    let seed = configuration.seed
    rows = try configuration.phases.enumerated().map { number, phase in
      switch phase.source {
      case .file(let path):
        try TrainingRows(
          path: path, window: window, tokenizer: { try PreparedTraining.tokenizer(folder) }, shape: shape)
      case .microWorld(let mix):
        // Each phase has text of its own.
        try TrainingRows(
          mix, seed: "\(seed)" + String(repeating: "+", count: number), window: window,
          tokenizer: try PreparedTraining.tokenizer(folder), shape: shape)
      }
    }
    for rows in rows where rows.length - 1 > shape.contextLength {
      throw ModelTrainingError(
        "cannot train on \(rows.path): \(rows.length - 1) tokens of a row do not fit the context of \(folder), which "
          + "has \(shape.contextLength); cut shorter rows")
    }
  }

  /// The tokenizer of a folder; rows of tokens need none.
  private static func tokenizer(_ folder: String) throws -> any Tokenizer {
    do {
      return try TokenizerFile.load(ofModel: folder, remedy: "put one there")
    } catch let error as TokenizerError {
      return AbsentTokenizer(error)
    }
  }

  /// Rank 0 reads first, so that what is wrong is said once; then all others read the same. Collective.
  public static func load(configurationPath: String, communicator: Communicator) throws -> PreparedTraining {
    let first = try communicator.agree {
      communicator.rank == 0 ? try PreparedTraining(configurationPath: configurationPath) : nil
    }
    return try communicator.agree { try first ?? PreparedTraining(configurationPath: configurationPath) }
  }

  /// Everything that the result depends on, by name.
  public func conditions() throws -> PlanConditions {
    var items = [
      PlanConditions.Item(name: "format", value: "1"), .init(name: "version of locus's training", value: "1"),
      .init(name: "kernels", value: String(cString: locus_instruction_set())),
      .init(name: "training", value: configuration.spelling),
    ]
    for name in Self.companions {
      guard let content = FileManager.default.contents(atPath: configuration.shape + "/" + name) else { continue }
      items.append(.init(name: name, value: SHA256.hexadecimal(of: Array(content))))
    }
    items += try rows.map { .init(name: "rows", value: "\($0.count) rows \(try $0.digest())") }
    let text = items.map { "\($0.name)=\($0.value)\n" }.joined()
    let digest = SHA256.hexadecimal(of: Array(text.utf8))
    return PlanConditions(planSHA256: digest, modelSHA256: digest, items: items)
  }
}
