import Archive
import Basics
import Configuration
import Hosts
import Inputs
import MessagePassing
import Perturbations
import Tokenizers
import Transformer
import Weights

/// Everything a screen reads before it starts: the configuration, the model, the inputs and the plan, all checked.
public struct PreparedScreen {
  /// The configuration as it was read.
  public let configuration: ScreenConfiguration
  /// The model, its weights mapped, with the units of all masks at zero.
  public private(set) var model: Model
  /// The tokenizer, or one that says why there is none.
  public let tokenizer: any Tokenizer
  /// The inputs in the order of the file.
  public private(set) var inputs: [ScreenInput]
  /// The masks whose units are zero, in the order of the configuration.
  public let masks: [UnitMask]
  /// The mutations in units.
  public internal(set) var plan: UnitPlan

  /// Reads headers and small files, maps the weights, and touches none of them but the norms; where questions are to be
  /// chosen, the model is asked.
  public init(configurationPath: String, seed: UInt64? = nil) throws {
    try self.init(reading: configurationPath, seed: seed, listed: nil)
    try loseTraining(Sharing())
    model = model.masked(by: masks)
    try choose(threads: 1, nil)
  }

  /// Reads everything, with the trained weights, but does not choose questions.
  private init(
    reading configurationPath: String, seed: UInt64?, listed: UnitPlan?, choosing: Bool = true
  ) throws {
    let read = try ScreenConfiguration.load(path: configurationPath, seed: seed)
    let shape = try read.host.shape()
    configuration = try read.fitted(to: shape)
    plan = try configuration.plan(for: shape, listed: listed, choosing: choosing)
    masks = try configuration.masks.map { try UnitMask.load(path: $0, shape: shape) }
    tokenizer = try configuration.tokenizer(for: shape)
    inputs = try configuration.inputs.candidates(
      tokenizer: tokenizer, perTask: configuration.inputsPerTask, model: shape, stepCount: configuration.stepCount)
    model = try Model(shape: shape, checkpoint: try Checkpoint(path: configuration.modelPath))
  }

  /// Rank 0 reads first, so that what is wrong is said once; then all others read the same, but for a list of
  /// mutations, which rank 0 sends them. Questions are asked by all ranks, each with `threads` threads; `noting`
  /// receives the notices. Where mutations are chosen by a forecast, all are taken unless `choosing`. Collective.
  public static func load(
    configurationPath: String, seed: UInt64? = nil, threads: Int = 1, choosing: Bool = true, communicator: Communicator,
    noting: (String) -> Void = { _ in }
  ) throws -> PreparedScreen {
    func read(listed: UnitPlan?) throws -> PreparedScreen {
      try PreparedScreen(reading: configurationPath, seed: seed, listed: listed, choosing: choosing)
    }
    let first = try communicator.agree { communicator.rank == 0 ? try read(listed: nil) : nil }
    for notice in first?.model.notices ?? [] { noting(notice) }
    let listed = try communicator.share(listed: first?.plan)
    var screen = try communicator.agree { try first ?? read(listed: listed) }
    if communicator.rank == 0, let absent = screen.tokenizer as? AbsentTokenizer {
      noting("no texts are decoded, only tokens: \(absent.reason)")
    }
    screen.model = try screen.configuration.host.losingTraining(
      screen.model, threads: threads, communicator: communicator
    ).masked(by: screen.masks)
    if screen.configuration.host.untrained != nil, communicator.rank == 0 {
      for notice in screen.model.notices { noting(notice) }
    }
    try screen.choose(threads: threads, communicator, noting: noting)
    return screen
  }

  private mutating func loseTraining(_ sharing: Sharing) throws {
    guard let weights = configuration.host.untrained else { return }
    model = try Model.untrained(like: model, weights, sharing: sharing)
  }

  /// Puts questions that the model answers right and wrong in the place of the candidates. Collective.
  private mutating func choose(
    threads: Int, _ communicator: Communicator?, noting: (String) -> Void = { _ in }
  ) throws {
    guard case .mmlu(let mmlu) = configuration.inputs else { return }
    if (communicator?.rank ?? 0) == 0 {
      noting("asking the model questions until \(mmlu.rightCount) are answered right and \(mmlu.wrongCount) wrong")
    }
    func read() throws -> MMLUQuestions {
      try MMLUQuestions(
        mmlu, tokenizer: tokenizer, model: model.shape, stepCount: configuration.stepCount)
    }
    let questions = try communicator.map { try $0.agree(read) } ?? read()
    let selection = QuestionSelection(mmlu: mmlu, questions: questions, model: model, threads: threads)
    inputs = try selection.inputs(communicator)
  }

  /// How the choices of inputs are scored; nil where none has choices.
  var choiceProtocol: ChoiceProtocol? {
    guard recording.choices else { return nil }
    var letters: [[Int32]] = []
    for input in inputs where !input.letters.isEmpty && !letters.contains(input.letters) {
      letters.append(input.letters)
    }
    let tokens = letters.map { $0.map(String.init).joined(separator: " ") }.joined(separator: "; ")
    guard case .mmlu(let mmlu) = configuration.inputs else {
      return ChoiceProtocol(promptTemplate: "as in the file of inputs", letterTokens: tokens, shotCount: nil)
    }
    return ChoiceProtocol(promptTemplate: MMLUQuestions.template, letterTokens: tokens, shotCount: mmlu.shotCount)
  }

  /// The SHA-256 of the model's weights, which are all read for it. Throws where a mask, or the earlier screen
  /// that pairs are taken from, is of another model.
  package func checkedModelSHA256() throws -> String {
    let modelSHA256 = checkpoint.sha256()
    for (mask, path) in zip(masks, configuration.masks) { try mask.check(modelSHA256: modelSHA256, path: path) }
    if case .pairs(let pairs) = configuration.choice { try pairs.check(modelSHA256: modelSHA256) }
    return modelSHA256
  }

  /// The files of the model's weights.
  public var checkpoint: Checkpoint { model.checkpoint }

  /// Name of the model's file or folder, and that its weights are random if they are.
  public var modelName: String { configuration.host.name }

  /// What is recorded: what the configuration asks for, and the choices where inputs have some.
  package var recording: RecordedColumns {
    var recording = configuration.recording
    recording.choices = inputs.contains { $0.choices != nil }
    recording.components = plan.components != nil
    recording.pairs = plan.pairs != nil
    return recording
  }

  /// The text of a continuation, with the space in front that decoding it alone may drop.
  package func text(of continuation: [Int32], after prompt: Prompt) -> String {
    let before = Array(tokenizer.decode(prompt.tokens).utf8)
    let both = Array(tokenizer.decode(prompt.tokens + continuation).utf8)
    guard both.starts(with: before) else { return tokenizer.decode(continuation) }
    return String(decoding: both.dropFirst(before.count), as: UTF8.self)
  }

  /// What each token of the model adds to a text; nil without a tokenizer.
  var vocabulary: TokenTexts? {
    if tokenizer is AbsentTokenizer { return nil }
    return TokenTexts((0..<Int32(model.shape.vocabularyCount)).lazy.map { tokenizer.bytes(of: $0) })
  }

  /// The units of a part, or all of them. Parts share all operations out, which no version counts otherwise: parts of
  /// two versions fit together.
  func units(of part: ScreenPart?) throws -> Range<Int> {
    guard let part else { return 0..<plan.units.count }
    try configuration.checkDivisible()
    let cost = SequenceCost(shape: model.shape, stepCount: configuration.stepCount)
    return try part.units(costs: cost.units(of: plan, prompts: inputs.map(\.positionCount)))
  }

  // MARK: Parts of the run

  /// A generation with tables for the longest sequence.
  package func makeGeneration(threads: Int) -> Generation {
    let longest = inputs.map(\.positionCount).max() ?? 1
    return Generation(
      pass: ForwardPass(model: model, positionCount: longest + configuration.stepCount, threads: threads),
      sampling: Sampling(temperature: configuration.temperature, seed: configuration.seed),
      stepCount: configuration.stepCount, endTokens: model.shape.endTokens)
  }

  /// The baselines of all inputs, shared by the ranks of each node. Collective; throws an `UnusableInput` on all ranks
  /// if one cannot be used.
  func makeBaselines(
    _ generation: Generation, memory: MemoryPlan, communicator: Communicator
  ) throws -> NodeBaselines {
    try makeBaselines(
      generation, rows: memory.baselineRows, keepingStores: recording.decodes(model.shape),
      driveColumns: plan.blockColumns, communicator: communicator)
  }

  /// The same with a choice of what is kept: at most about `rows` positions are at work at a time.
  package func makeBaselines(
    _ generation: Generation, rows: Int, keepingStores: Bool, driveColumns: Int?, communicator: Communicator
  ) throws -> NodeBaselines {
    do {
      return try NodeBaselines(
        prompts: inputs.map(\.content), generation: generation, keepingStores: keepingStores,
        rows: rows, driveColumns: driveColumns, communicator: communicator)
    } catch let unusable as UnusableBaseline {
      let sentence = unusable.sentence(naming: inputs[unusable.input].id.quoted)
      guard !unusable.areScoresNumbers else { throw UnusableInput(sentence) }
      // One rank reads all weights for the one who says it.
      let unsound =
        communicator.rank == 0
        ? checkpoint.unsoundTensor(first: model.tensorNames) : nil
      guard let unsound else {
        throw UnusableInput(
          sentence
            + ", although all weights are: what is computed from them is too large for float32; leave the input out, "
            + "or get the model again")
      }
      throw UnusableInput(
        sentence
          + ", as the tensor \(unsound.name.quoted) of \(unsound.file.path) holds weights that are not numbers; get "
          + "the file again")
    }
  }

  func makeEvaluator(_ generation: Generation, baselines: [Baseline], memory: MemoryPlan) -> UnitEvaluator {
    UnitEvaluator(
      plan: plan, generation: generation, recording: recording, baselines: baselines,
      letters: inputs.map(\.letters), panelRows: memory.panelRows, decodedSequences: memory.decodedSequences,
      seed: configuration.seed)
  }

  /// How the ranks use `limit` bytes each; a node's ranks are those of `node`. Collective over it.
  public func memoryPlan(limit: Int, node: Communicator, threads: Int) throws -> MemoryPlan {
    try node.agree {
      try MemoryPlan(
        shape: model.shape, recording: recording, promptLengths: inputs.map(\.positionCount),
        stepCount: configuration.stepCount, planBytes: plan.heldBytes, ranksOnNode: node.size, threads: threads,
        driveColumns: plan.blockColumns,
        limit: limit)
    }
  }

  /// An empty table of this screen's columns.
  func emptyTable(rows: Int) -> Phenotypes {
    Phenotypes(
      mutationCount: rows, inputCount: inputs.count, stepCount: configuration.stepCount,
      componentCount: recording.componentCount(hiddenSize: model.shape.hiddenSize), recording: recording)
  }
}
