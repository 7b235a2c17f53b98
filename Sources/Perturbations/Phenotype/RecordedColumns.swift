/// Which columns of the phenotypes are recorded besides those that always are.
public struct RecordedColumns: Equatable, Sendable {
  /// How many components of a direction are recorded.
  public enum Direction: Equatable, Sendable {
    /// Nothing is recorded.
    case none
    /// All components of the residual stream.
    case full
    /// A seeded random projection to this many components.
    case projected(Int)
  }

  /// Whether every non-silent mutant's own continuation is decoded.
  public var text: Bool
  /// Whether the divergence from the baseline is recorded.
  public var divergence: Bool
  /// Whether the change of the perplexity of the baseline's continuation is recorded.
  public var perplexity: Bool
  /// How many components of the direction are recorded.
  public var direction: Direction
  /// Whether, beside the direction, what later blocks answered is recorded; it has as many components.
  public var response: Bool
  /// Whether the choices of inputs that have some are recorded.
  public var choices: Bool
  /// Whether the components of matrices that mutations change, and their sizes, are recorded.
  public var components = false
  /// Whether it is recorded which mutants are pairs of mutations.
  public var pairs = false
  /// Names of the columns that are recorded because the configuration asks for them by name.
  public var requested: Set<String> = []

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

  /// What is recorded where there are the columns of these names. A file does not say whether its direction is a
  /// projection: it is taken as full.
  public init(names: Set<String>) {
    self.init(text: false, divergence: false, direction: .none)
    for column in Phenotypes.columns where names.contains(column.name) {
      switch column.condition {
      case .always: break
      case .when(let flag): self[keyPath: flag] = true
      case .onRequest: requested.insert(column.name)
      }
    }
  }

  // MARK: Questions

  /// Whether a direction is recorded; setting it to true asks for all components.
  public var hasDirection: Bool {
    get { direction != .none }
    set { direction = newValue ? .full : .none }
  }

  /// Whether all scores are compared with the baseline's, at every step.
  public var comparesScores: Bool {
    divergence || perplexity
      || !requested.isEmpty && Phenotypes.columns.contains { $0.comparesScores && $0.isRecorded(in: self) }
  }

  /// Components of a direction in a model of this hidden size; 0 if none is recorded.
  public func componentCount(hiddenSize: Int) -> Int {
    switch direction {
    case .none: 0
    case .full: hiddenSize
    case .projected(let count): count
    }
  }
}
