/// What of a phenotype is recorded besides first change and margin.
public struct RecordedColumns: Equatable, Sendable {
  public enum Direction: Equatable, Sendable {
    case none
    /// All components of the residual stream.
    case full
    /// A seeded random projection to this many components.
    case projected(Int)
  }

  /// Whether every non-silent mutant's own continuation is decoded.
  public var text: Bool
  public var divergence: Bool
  /// Whether the change of the perplexity of the baseline's continuation is recorded.
  public var perplexity: Bool
  public var direction: Direction
  /// Whether, beside the direction, what later blocks answered is recorded; it has as many components.
  public var response: Bool
  /// Whether the choices of inputs that have some are recorded.
  public var choices: Bool

  /// Without a `perplexity` it is recorded where the divergence is, without a `response` where the direction is.
  public init(
    text: Bool, divergence: Bool, perplexity: Bool? = nil, direction: Direction, response: Bool? = nil,
    choices: Bool = false
  ) {
    precondition(response != true || direction != .none, "a response is recorded beside a direction")
    self.text = text
    self.divergence = divergence
    self.perplexity = perplexity ?? divergence
    self.direction = direction
    self.response = response ?? (direction != .none)
    self.choices = choices
  }

  /// Whether all scores are compared with the baseline's, at every step.
  public var comparesScores: Bool { divergence || perplexity }

  /// Components of a direction in a model of this hidden size; 0 if none is recorded.
  public func componentCount(hiddenSize: Int) -> Int {
    switch direction {
    case .none: 0
    case .full: hiddenSize
    case .projected(let count): count
    }
  }
}
