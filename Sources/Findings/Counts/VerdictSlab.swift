import Perturbations

/// The verdicts on some consecutive mutations of a screen.
public struct VerdictSlab: Sendable {
  /// The mutations, consecutive and in canonical order.
  public let mutations: [Mutation]
  /// The number of inputs.
  public let inputCount: Int
  /// Step of the first change, negative where silent, `[mutation, input]`.
  public let firstChange: [Int16]
  /// Mean over steps of KL(baseline ‖ mutant), nats, `[mutation, input]`; nil where not recorded.
  public let divergence: [Float]?
  /// What each region was set to; nil where not known.
  public let values: [Float]?

  /// Takes the columns as a file has them, `[mutation, input]`; nil for what is not recorded.
  public init(
    mutations: [Mutation], inputCount: Int, firstChange: [Int16], divergence: [Float]?, values: [Float]? = nil
  ) {
    precondition(firstChange.count == mutations.count * inputCount, "a verdict for each mutation and input")
    precondition(divergence.map { $0.count == firstChange.count } ?? true, "a divergence for each verdict")
    precondition(values.map { $0.count == mutations.count } ?? true, "a value for each mutation")
    self.mutations = mutations
    self.inputCount = inputCount
    self.firstChange = firstChange
    self.divergence = divergence
    self.values = values
  }
}
