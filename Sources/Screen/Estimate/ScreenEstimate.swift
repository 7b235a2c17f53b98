import Hosts
import Inputs
import Perturbations
import Tokenizers
import Transformer

/// What a screen would be and cost, from headers alone.
public struct ScreenEstimate: Sendable {
  /// Prompt lengths in tokens, one for each input.
  public let promptLengths: [Int]
  /// Regions of the first screen.
  public let regionCount: Int
  /// Mutations of the first screen.
  public let mutationCount: Int
  /// Units of the first screen.
  public let unitCount: Int
  /// Floating-point operations of the verdicts, null mutants included, with every continuation of full length.
  public let verdicts: VerdictOperations
  /// Operations of decoding every mutant's own continuation, were all of them non-silent from the first step on.
  public let continuationOperations: Double
  /// A rank's memory beyond the mapped weights and its share of the results.
  public let memory: MemoryPlan
  /// The number of the model's weights.
  public let parameterCount: Double
  /// Bytes of the model's weights, mapped once a node: two for each, or four where they are random.
  public let weightBytes: Int
  /// Bytes of the results file before compression.
  public let outputBytes: Int
  /// Bytes of mutants' texts among them, if all are non-silent from the first step on and a token has as many bytes as
  /// is usual at most.
  public let textBytes: Int
  /// Of a refinement, what the levels behind the first are at most: all that is above is of the first.
  public let levels: [Level]

  /// The masks whose units are zero, in the order of the configuration.
  public private(set) var masks: [UnitMask] = []
  /// The plan of the first screen.
  public let plan: UnitPlan
  /// The shape of the model.
  public let shape: HostShape
  private let stepCount: Int
  /// The share of the head's operations that verdicts are planned to take.
  public let headShare: Double

  /// A level of a refinement if every mutation of the levels before it were non-silent.
  public struct Level: Sendable {
    /// The size of its regions.
    public let size: RegionSize
    /// Mutations at most; a real number, as it may be beyond counting.
    public let mutationCount: Double
    /// Operations of the verdicts that are planned for.
    public let verdictOperations: Double
    /// Operations of decoding.
    public let continuationOperations: Double
    /// Bytes of the level's results file before compression.
    public let outputBytes: Double
  }

  /// A node to be used: its ranks, and the bytes that each may take.
  public struct Node: Sendable {
    /// Ranks of the node.
    public var ranks: Int
    /// Bytes that a rank may take beyond the mapped weights.
    public var memory: Int

    /// Takes ranks and bytes.
    public init(ranks: Int, memory: Int) {
      self.ranks = ranks
      self.memory = memory
    }
  }

  /// Estimates a plan for prompts of these lengths; throws where its memory does not fit.
  public init(
    configuration: ScreenConfiguration, shape: HostShape, plan: UnitPlan, promptLengths: [Int],
    hasChoices: Bool = false, node: Node
  ) throws {
    self.promptLengths = promptLengths
    self.shape = shape
    stepCount = configuration.stepCount
    let headShare = configuration.headShare(of: shape)
    self.headShare = headShare
    self.plan = plan
    regionCount = plan.regionCount
    mutationCount = plan.mutationCount
    unitCount = plan.units.count
    let cost = SequenceCost(shape: shape, stepCount: configuration.stepCount)
    verdicts = VerdictOperations(cost.verdicts(of: plan, prompts: promptLengths), plan: plan)
    let decoding = promptLengths.reduce(0) { $0 + cost.continuation(prompt: $1) }
    let decodingEach = configuration.recording.text ? decoding : 0
    continuationOperations = decodingEach * Double(plan.mutationCount)
    parameterCount = cost.parameters
    weightBytes = (configuration.host.untrained == nil ? 2 : 4) * Int(cost.parameters)
    let components = configuration.recording.componentCount(hiddenSize: shape.hiddenSize)
    var recording = configuration.recording
    recording.choices = hasChoices
    recording.components = plan.components != nil
    recording.pairs = plan.pairs != nil
    let row = Phenotypes(
      mutationCount: 1, inputCount: promptLengths.count, stepCount: stepCount, componentCount: components,
      recording: recording)
    let mutationTableBytes = 5 * 4 + 2
    let rowTextBytes =
      configuration.hasTextStrings ? promptLengths.count * ScreenEstimate.textBytes(steps: stepCount) : 0
    let rowBytes = row.bytes(rows: 0..<1).count + mutationTableBytes + rowTextBytes
    textBytes = plan.mutationCount * rowTextBytes
    outputBytes = plan.mutationCount * rowBytes
    levels = try configuration.finerSpaces(for: shape, plan: plan).map { space, share in
      let count = share * Double(space.count)
      return Level(
        size: space.region, mutationCount: count,
        verdictOperations: share * cost.verdicts(of: space, prompts: promptLengths).planned(headShare: headShare),
        continuationOperations: decodingEach * count, outputBytes: count * Double(rowBytes))
    }
    memory = try MemoryPlan(
      shape: shape, recording: configuration.recording, promptLengths: promptLengths, stepCount: stepCount,
      planBytes: plan.heldBytes, ranksOnNode: node.ranks, threads: 1, driveColumns: plan.blockColumns,
      limit: node.memory)
  }
}

extension ScreenEstimate {
  /// The share of the speed of a large matrix product that verdicts usually reach.
  public static let usualEfficiency = 0.85
  /// Decoding token by token has thinner products: its speed relative to verdicts.
  public static let decodingEfficiency = 0.6
  /// The share of the head's operations that verdicts take where only the best scores are asked for: most of its rows
  /// are never looked at, the rest in bytes.
  public static let usualHeadShare = 0.1
  /// The share of the greatest possible decoding that is planned for: a third of mutants are non-silent, from some step
  /// on.
  public static let usualDecodingShare = 0.25

  /// Bytes that a text of so many tokens takes in a results file, where HDF5 keeps each apart, with 16 bytes of its
  /// place, 16 of its length and up to 7 of padding.
  static func textBytes(steps: Int) -> Int { 16 + 16 + 7 + 5 * steps }

  /// The share of a level's mutations that is planned to be refined.
  public static let usualRefinedShare = 0.5

  /// Core-seconds of the verdicts and of all possible decoding at a core's `speed` in operations per second; of a
  /// refinement those of its first level.
  public func coreSeconds(speed: Double) -> (verdicts: Double, continuations: Double) {
    (
      verdicts.total.planned(headShare: headShare) / speed,
      continuationOperations / (speed * ScreenEstimate.decodingEfficiency)
    )
  }

  /// Core-seconds that are planned for at a core's `speed` in operations per second.
  public func plannedCoreSeconds(speed: Double) -> Double {
    let all = coreSeconds(speed: speed)
    var planned = all.verdicts + ScreenEstimate.usualDecodingShare * all.continuations
    var share = 1.0
    for level in levels {
      share *= ScreenEstimate.usualRefinedShare
      planned += share * level.plannedCoreSeconds(speed: speed)
    }
    return planned
  }

  /// Whether the inputs are images, of which each is given a class.
  public var readsImages: Bool { shape.classNames != nil }

  /// The matrices in which regions of `size` are cut, because they have fewer rows or columns; in canonical order.
  public func matrices(smallerThan size: RegionSize) -> [WeightMatrix] {
    (plan.space.map { $0.matrices + $0.outer } ?? []).filter { matrix in
      let (rows, columns) = shape.shape(of: matrix)
      return size.rows ?? 0 > rows || size.columns ?? 0 > columns
    }
  }

  /// Reads a configuration and what it names, but no weights. `isEstimated`: no tokenizer was found, and the prompts'
  /// lengths are estimates.
  public static func make(
    configurationPath: String, seed: UInt64? = nil, node: Node
  ) throws -> (configuration: ScreenConfiguration, estimate: ScreenEstimate, isEstimated: Bool) {
    let read = try ScreenConfiguration.load(path: configurationPath, seed: seed)
    let shape = try read.host.shape()
    let configuration = try read.fitted(to: shape)
    let plan = try configuration.plan(for: shape)
    let isThere =
      shape.classNames != nil || configuration.tokenizerPath != nil
      || TokenizerFile.isThere(forModel: configuration.modelPath)
    let tokenizer: any Tokenizer = isThere ? try configuration.tokenizer(for: shape) : LengthEstimate()
    let inputs = try configuration.inputs.candidates(
      tokenizer: tokenizer, perTask: configuration.inputsPerTask, model: shape, stepCount: configuration.stepCount)
    var estimate = try ScreenEstimate(
      configuration: configuration, shape: shape, plan: plan, promptLengths: inputs.map(\.positionCount),
      hasChoices: inputs.contains { $0.choices != nil }, node: node)
    estimate.masks = try configuration.masks.map { try UnitMask.load(path: $0, shape: shape) }
    return (configuration, estimate, !isThere)
  }
}

extension ScreenEstimate.Level {
  /// Core-seconds that are planned for if all is screened, at a core's `speed` in operations per second.
  public func plannedCoreSeconds(speed: Double) -> Double {
    verdictOperations / speed + ScreenEstimate.usualDecodingShare * continuationOperations
      / (speed * ScreenEstimate.decodingEfficiency)
  }
}

extension ScreenConfiguration {
  /// The share of the head's operations that verdicts are planned to take: all of them where all scores are recorded
  /// from, continuations are sampled, or a cap rounds scores together.
  func headShare(of shape: HostShape) -> Double {
    recording.comparesScores || temperature > 0 || shape.readout.cap != nil ? 1 : ScreenEstimate.usualHeadShare
  }

  /// The spaces of the levels behind the first of a refinement, and which share of them the first level's mutations
  /// cover.
  fileprivate func finerSpaces(
    for shape: HostShape, plan: UnitPlan
  ) throws -> [(space: MutationSpace, share: Double)] {
    guard case .refinement(let sizes) = choice else { return [] }
    let share = Double(plan.mutationCount) / Double(max(plan.space?.count ?? 0, 1))
    return try sizes.dropFirst().map { (try space(of: $0, for: shape), share) }
  }
}
