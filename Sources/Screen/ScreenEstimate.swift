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
  /// Floating-point operations of all verdicts, null mutants included, with every continuation of full length.
  public let verdictOperations: Double
  /// Operations of decoding every mutant's own continuation, were all of them non-silent from the first step on.
  public let continuationOperations: Double
  /// Bytes of a rank beyond the mapped weights and its share of the results, which it holds until they are gathered.
  public let rankBytes: Int
  /// Bytes of the model's weights at two bytes each, mapped once a node.
  public let weightBytes: Int
  /// Bytes of the results file before compression.
  public let outputBytes: Int

  private let shape: LlamaConfiguration
  private let stepCount: Int

  public init(configuration: ScreenConfiguration, shape: LlamaConfiguration, plan: UnitPlan, promptLengths: [Int]) {
    self.promptLengths = promptLengths
    self.shape = shape
    stepCount = configuration.stepCount
    regionCount = plan.space.regionCount
    mutationCount = plan.mutationCount
    unitCount = plan.units.count
    let cost = SequenceCost(shape: shape, stepCount: configuration.stepCount)
    verdictOperations = cost.units(of: plan, prompts: promptLengths).reduce(0, +)
    let decoding = promptLengths.reduce(0) { $0 + cost.continuation(prompt: $1) }
    continuationOperations = configuration.recording.text ? decoding * Double(plan.mutationCount) : 0
    weightBytes = 2 * Int(cost.parameters)
    let components = configuration.recording.componentCount(hiddenSize: shape.hiddenSize)
    let row = Phenotypes(
      mutationCount: 1, inputCount: promptLengths.count, stepCount: stepCount, componentCount: components,
      recording: configuration.recording)
    let mutationTableBytes = 5 * 4 + 2
    outputBytes = plan.mutationCount * (row.bytes(rows: 0..<1).count + mutationTableBytes)
    let panelRows = PanelSize.rows(configuration: shape, recording: configuration.recording)
    let panel = panelRows * UnitEvaluator.bytesPerRow(configuration: shape, recording: configuration.recording)
    let longest = (promptLengths.max() ?? 1) + stepCount
    let continuations =
      configuration.recording.text ? UnitEvaluator.continuationBytes(configuration: shape, longest: longest) : 0
    rankBytes =
      panel + continuations + cost.baselineBytes(prompts: promptLengths, recording: configuration.recording) + 3
      * min(Gathering.roundBytes, outputBytes)
  }
}

extension ScreenEstimate {
  /// The share of the speed of a large matrix product that verdicts usually reach.
  public static let usualEfficiency = 0.75
  /// Decoding token by token has thinner products: its speed relative to verdicts.
  public static let decodingEfficiency = 0.6
  /// The share of the greatest possible decoding that is planned for: a third of mutants are non-silent, from some step on.
  public static let usualDecodingShare = 0.25

  /// Core-seconds of the verdicts and of all possible decoding at a core's `speed` in operations per second.
  public func coreSeconds(speed: Double) -> (verdicts: Double, continuations: Double) {
    (verdictOperations / speed, continuationOperations / (speed * ScreenEstimate.decodingEfficiency))
  }

  /// Reads a configuration and what it names, but no weights. `isEstimated`: no tokenizer was found, and the prompts'
  /// lengths are estimates.
  public static func make(
    configurationPath: String, seed: UInt64? = nil
  ) throws -> (configuration: ScreenConfiguration, estimate: ScreenEstimate, isEstimated: Bool) {
    let configuration = try ScreenConfiguration.load(path: configurationPath, seed: seed)
    let shape = try LlamaConfiguration.load(path: configuration.modelPath)
    let plan = try configuration.plan(for: shape)
    let tokenizerPath = configuration.tokenizerPath ?? configuration.modelPath
    let isThere = configuration.tokenizerPath != nil || LengthEstimate.isNotNeeded(for: tokenizerPath)
    let tokenizer: any Tokenizer = isThere ? try TokenizerFile.load(tokenizerPath) : LengthEstimate()
    let inputs = try Inputs.load(
      path: configuration.inputsPath, tokenizer: tokenizer, perTask: configuration.inputsPerTask, model: shape,
      stepCount: configuration.stepCount)
    let estimate = ScreenEstimate(
      configuration: configuration, shape: shape, plan: plan, promptLengths: inputs.map(\.tokens.count))
    return (configuration, estimate, !isThere)
  }
}
