import Basics
import CKernels
import Foundation
import Hosts
import Inputs
import MessagePassing
import Perturbations
import Runs
import Tokenizers
import Transformer
import Weights

/// Everything that studies read before they start: the configuration, the model and the texts, all checked.
public struct PreparedStudies {
  /// The configuration as it was read.
  public let configuration: StudyConfiguration
  /// The model, its weights mapped, or random ones, with the units of all masks at zero.
  public private(set) var model: Model
  /// The tokenizer; nil where there is none, which only texts that are not tokens need.
  public let tokenizer: any Tokenizer
  /// The texts as rows of tokens.
  public let texts: StudyTexts
  /// The masks whose units are zero in all studies, in the order of the configuration.
  public let masks: [UnitMask]
  /// What all studies take together, at most.
  public let cost: StudyCost
  /// What each study takes, by name.
  public let costs: [(name: String, cost: StudyCost)]

  /// Reads headers, small files and texts, maps the weights, and touches none of them but the norms.
  public init(configurationPath: String) throws {
    configuration = try StudyConfiguration(path: configurationPath)
    let shape = try configuration.host.shape()
    try configuration.check(shape)
    let tokenizer = try PreparedStudies.tokenizer(configuration, shape)
    self.tokenizer = tokenizer
    texts = try StudyTexts(configuration, tokenizer: tokenizer, shape: shape)
    masks = try configuration.masks.map { try UnitMask.load(path: $0, shape: shape) }
    let outline = StudyOutline(shape: shape, texts: texts, tokenizer: tokenizer)
    costs = try configuration.studies.map { study in (type(of: study).name, try study.cost(outline)) }
    cost = costs.reduce(StudyCost()) { $0 + $1.cost }
    model = try Model(shape: shape, checkpoint: try Checkpoint(path: configuration.host.path))
  }

  /// Rank 0 reads first, so that what is wrong is said once; then all others read the same. Collective.
  public static func load(
    configurationPath: String, threads: Int = 1, communicator: Communicator, noting: (String) -> Void = { _ in }
  ) throws -> PreparedStudies {
    let first = try communicator.agree {
      communicator.rank == 0 ? try PreparedStudies(configurationPath: configurationPath) : nil
    }
    var prepared = try communicator.agree { try first ?? PreparedStudies(configurationPath: configurationPath) }
    prepared.model = try prepared.configuration.host.losingTraining(
      prepared.model, threads: threads, communicator: communicator
    ).masked(by: prepared.masks)
    if communicator.rank == 0 { for notice in prepared.model.notices { noting(notice) } }
    return prepared
  }

  private static func tokenizer(_ configuration: StudyConfiguration, _ shape: HostShape) throws -> any Tokenizer {
    if let names = shape.classNames { return ClassVocabulary(names) }
    do {
      guard let path = configuration.tokenizerPath else {
        return try TokenizerFile.load(
          ofModel: configuration.host.path, remedy: "add `tokenizer: FILE` to the configuration")
      }
      return try TokenizerFile.load(path)
    } catch let error as TokenizerError {
      return AbsentTokenizer(error)
    }
  }

  /// The name of the model's file or folder, and whether its weights are random.
  public var modelName: String { configuration.host.name }

  /// Tokens of a panel that fit so many bytes, but no more than pay.
  func panelTokens(memory: Int) -> Int {
    max(texts.longestRow, min(4096, memory / max(1, RowPass.byteCount(shape: model.shape, capacity: 1))))
  }

  /// Bytes that a rank takes for panels where it may take so many.
  public func memory(limit: Int) -> Int {
    RowPass.byteCount(shape: model.shape, capacity: panelTokens(memory: limit))
  }

  // MARK: The plan

  /// Everything that the results depend on, by name. Reads all weights once for their hash.
  public func conditions() throws -> PlanConditions {
    let modelSHA256 = model.checkpoint.sha256()
    var items = [
      PlanConditions.Item(name: "format", value: "1"), .init(name: "version of locus's studies", value: "2"),
      .init(name: "model", value: modelSHA256), .init(name: "window", value: "\(configuration.window)"),
      .init(name: "kernels", value: String(cString: locus_instruction_set())),
    ]
    for (mask, path) in zip(masks, configuration.masks) {
      try mask.check(modelSHA256: modelSHA256, path: path)
      items.append(.init(name: "mask", value: mask.sha256))
    }
    for set in texts.sets {
      let digest = SHA256.hexadecimal(of: set.rows.flatMap(\.bytes))
      items.append(.init(name: "text \(set.name)", value: "\(set.rows.count) rows \(digest)"))
      guard !set.ids.isEmpty else { continue }
      let ids = SHA256.hexadecimal(of: Array(set.ids.map { "\($0)\n" }.joined().utf8))
      items.append(.init(name: "ids of text \(set.name)", value: ids))
    }
    items.append(.init(name: "studies", value: configuration.spelling))
    for file in configuration.studies.flatMap(\.files) {
      let bytes = try BoundedFile.read(path: file, limit: 1 << 30, throwing: StudiesError.self)
      items.append(.init(name: "a file of the studies", value: SHA256.hexadecimal(of: bytes)))
    }
    for other in configuration.studies.flatMap(\.others) {
      let value = try other.fingerprint(model.shape, modelSHA256: modelSHA256)
      items.append(.init(name: "another host of the studies", value: value))
    }
    let text = items.map { "\($0.name)=\($0.value)\n" }.joined()
    return PlanConditions(
      planSHA256: SHA256.hexadecimal(of: Array(text.utf8)), modelSHA256: modelSHA256, items: items)
  }
}
