import Transformer

/// The phenotypes of some consecutive mutations of a plan, one row a mutation.
public struct Phenotypes: Equatable, Sendable {
  public let mutationCount: Int
  public let inputCount: Int
  public let stepCount: Int
  public let componentCount: Int
  /// What each region was set to, `[mutation]`.
  public var value: [Float]
  /// Step of the first token that differs, −1 where silent, `[mutation, input]`.
  public var firstChange: [Int16]
  /// Smallest gap between best and second score up to and including the first change, `[mutation, input]`; below 10⁻⁴
  /// rounding may decide, also that of corrections, which `Cancellation` bounds.
  public var margin: [Float]
  /// Mean over steps of KL(baseline ‖ mutant), nats, `[mutation, input]`; empty where not recorded.
  public var divergence: [Float]
  /// Mean over steps of log p of the baseline's next token, baseline less mutant, nats, `[mutation, input]`; empty
  /// where not recorded.
  public var logPerplexityChange: [Float]
  /// The mutant's own continuation, −1 where silent and after its end, `[mutation, input, step]`; empty where not
  /// recorded.
  public var tokens: [Int32]
  /// Mean shift of the final residual stream, `[mutation, component]`; empty where not recorded.
  public var direction: [Float]
  /// The direction less the mutation's own shift where it enters the residual stream, `[mutation, component]`; empty
  /// where not recorded.
  public var response: [Float]
  /// The choice whose letter scores best at the first step, `LetterChoice.none` where the input has no choices,
  /// `[mutation, input]`; empty where not recorded.
  public var choice: [UInt8]

  public init(mutationCount: Int, inputCount: Int, stepCount: Int, componentCount: Int, recording: RecordedColumns) {
    self.mutationCount = mutationCount
    self.inputCount = inputCount
    self.stepCount = stepCount
    self.componentCount = componentCount
    value = Array(repeating: 0, count: mutationCount)
    firstChange = Array(repeating: -1, count: mutationCount * inputCount)
    margin = Array(repeating: .infinity, count: mutationCount * inputCount)
    divergence = Array(repeating: 0, count: recording.divergence ? mutationCount * inputCount : 0)
    logPerplexityChange = Array(repeating: 0, count: recording.perplexity ? mutationCount * inputCount : 0)
    tokens = Array(repeating: -1, count: recording.text ? mutationCount * inputCount * stepCount : 0)
    choice = Array(repeating: LetterChoice.none, count: recording.choices ? mutationCount * inputCount : 0)
    direction = Array(repeating: 0, count: mutationCount * componentCount)
    response = Array(repeating: 0, count: recording.response ? mutationCount * componentCount : 0)
  }
}
