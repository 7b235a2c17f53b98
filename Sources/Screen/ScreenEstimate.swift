import Mutagenesis
import Tokenizers
import Transformer

/// What a screen would be and cost, from headers alone.
public struct ScreenEstimate: Sendable {
  /// Prompt lengths in tokens, one for each input.
  public let promptLengths: [Int]
  public let regionCount: Int
  public let mutationCount: Int
  public let unitCount: Int
  /// Floating-point operations of the verdicts, null mutants included, with every continuation of full length.
  public let verdicts: VerdictOperations
  /// Operations of decoding every mutant's own continuation, were all of them non-silent from the first step on.
  public let continuationOperations: Double
  /// A rank's memory beyond the mapped weights and its share of the results.
  public let memory: MemoryPlan
  /// Bytes of the model's weights at two bytes each, mapped once a node.
  public let weightBytes: Int
  /// Bytes of the results file before compression.
  public let outputBytes: Int

  private let shape: LlamaConfiguration
  private let stepCount: Int

  /// A node to be used: its ranks, and the bytes that each may take.
  public struct Node: Sendable {
    public var ranks: Int
    public var memory: Int

    public init(ranks: Int, memory: Int) {
      self.ranks = ranks
      self.memory = memory
    }
  }

  public init(
    configuration: ScreenConfiguration, shape: LlamaConfiguration, plan: UnitPlan, promptLengths: [Int],
    hasChoices: Bool = false, node: Node
  ) throws {
    self.promptLengths = promptLengths
    self.shape = shape
    stepCount = configuration.stepCount
    regionCount = plan.space.regionCount
    mutationCount = plan.mutationCount
    unitCount = plan.units.count
    let cost = SequenceCost(shape: shape, stepCount: configuration.stepCount)
    verdicts = VerdictOperations(cost.verdicts(of: plan, prompts: promptLengths), plan: plan)
    let decoding = promptLengths.reduce(0) { $0 + cost.continuation(prompt: $1) }
    continuationOperations = configuration.recording.text ? decoding * Double(plan.mutationCount) : 0
    weightBytes = 2 * Int(cost.parameters)
    let components = configuration.recording.componentCount(hiddenSize: shape.hiddenSize)
    var recording = configuration.recording
    recording.choices = hasChoices
    let row = Phenotypes(
      mutationCount: 1, inputCount: promptLengths.count, stepCount: stepCount, componentCount: components,
      recording: recording)
    let mutationTableBytes = 5 * 4 + 2
    outputBytes = plan.mutationCount * (row.bytes(rows: 0..<1).count + mutationTableBytes)
    memory = try MemoryPlan(
      shape: shape, recording: configuration.recording, promptLengths: promptLengths, stepCount: stepCount,
      ranksOnNode: node.ranks, threads: 1, driveColumns: plan.blockColumns, limit: node.memory)
  }
}

extension ScreenEstimate {
  /// The share of the speed of a large matrix product that verdicts usually reach.
  public static let usualEfficiency = 0.85
  /// Decoding token by token has thinner products: its speed relative to verdicts.
  public static let decodingEfficiency = 0.6
  /// The share of the greatest possible decoding that is planned for: a third of mutants are non-silent, from some step on.
  public static let usualDecodingShare = 0.25

  /// Core-seconds of the verdicts and of all possible decoding at a core's `speed` in operations per second.
  public func coreSeconds(speed: Double) -> (verdicts: Double, continuations: Double) {
    (verdicts.total.total / speed, continuationOperations / (speed * ScreenEstimate.decodingEfficiency))
  }

  /// Reads a configuration and what it names, but no weights. `isEstimated`: no tokenizer was found, and the prompts'
  /// lengths are estimates.
  public static func make(
    configurationPath: String, seed: UInt64? = nil, node: Node
  ) throws -> (configuration: ScreenConfiguration, estimate: ScreenEstimate, isEstimated: Bool) {
    let configuration = try ScreenConfiguration.load(path: configurationPath, seed: seed)
    let shape = try LlamaConfiguration.load(path: configuration.modelPath)
    let plan = try configuration.plan(for: shape)
    let tokenizerPath = configuration.tokenizerPath ?? configuration.modelPath
    let isThere = configuration.tokenizerPath != nil || LengthEstimate.isNotNeeded(for: tokenizerPath)
    let tokenizer: any Tokenizer = isThere ? try TokenizerFile.load(tokenizerPath) : LengthEstimate()
    let inputs = try configuration.inputs.candidates(
      tokenizer: tokenizer, perTask: configuration.inputsPerTask, model: shape, stepCount: configuration.stepCount)
    let estimate = try ScreenEstimate(
      configuration: configuration, shape: shape, plan: plan, promptLengths: inputs.map(\.tokens.count),
      hasChoices: inputs.contains { $0.choices != nil }, node: node)
    return (configuration, estimate, !isThere)
  }
}
