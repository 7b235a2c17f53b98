/// Where a results file comes from: its root attributes.
public struct Provenance: Equatable, Sendable {
  /// Which mutations of a plan a file has that does not have all.
  public struct Part: Equatable, Sendable {
    /// From 1 up.
    public var index: Int
    public var count: Int
    /// Position in the plan of the file's first mutation.
    public var firstMutation: Int
    /// Mutations of the whole plan.
    public var planMutationCount: Int

    public init(index: Int, of count: Int, firstMutation: Int, planMutationCount: Int) {
      self.index = index
      self.count = count
      self.firstMutation = firstMutation
      self.planMutationCount = planMutationCount
    }
  }

  /// How much of its screen a file has that was made before the screen was finished.
  public struct Progress: Equatable, Sendable {
    public var unitsDone: Int
    /// Units of the whole screen, and its mutations.
    public var unitCount: Int
    public var mutationCount: Int

    public init(unitsDone: Int, unitCount: Int, mutationCount: Int) {
      self.unitsDone = unitsDone
      self.unitCount = unitCount
      self.mutationCount = mutationCount
    }

    /// As in 7 of 148 units.
    public var words: String { "\(unitsDone) of \(unitCount) units" }
  }

  public var locusVersion: String
  /// UTC, ISO 8601.
  public var created: String
  /// The bytes of the configuration file.
  public var configuration: [UInt8]
  public var commandLine: String
  public var modelName: String
  /// Of the weight files' bytes, in the order of their names.
  public var modelSHA256: String
  /// Of everything that the results depend on: model, inputs, tokens and the resolved configuration.
  public var planSHA256: String
  /// How the file of the model orders the rows of q and k: `half_split` or `interleaved`.
  public var rowOrder: String
  public var ranks: Int
  public var threads: Int
  /// The BLAS library and the processor core it chose its kernels for.
  public var blas: String
  public var mpi: String
  public var instructionSet: String
  /// What random numbers depend on, and what tokens are sampled at; nil where the file does not say.
  public var seed: UInt64?
  public var temperature: Float?
  /// nil where the file has all mutations of the plan.
  public var part: Part?
  /// nil where the screen is finished.
  public var progress: Progress?

  public init(
    locusVersion: String, created: String, configuration: [UInt8], commandLine: String, modelName: String,
    modelSHA256: String, planSHA256: String, rowOrder: String, ranks: Int, threads: Int, blas: String, mpi: String,
    instructionSet: String, seed: UInt64? = nil, temperature: Float? = nil, part: Part? = nil
  ) {
    self.locusVersion = locusVersion
    self.created = created
    self.configuration = configuration
    self.commandLine = commandLine
    self.modelName = modelName
    self.modelSHA256 = modelSHA256
    self.planSHA256 = planSHA256
    self.rowOrder = rowOrder
    self.ranks = ranks
    self.threads = threads
    self.blas = blas
    self.mpi = mpi
    self.instructionSet = instructionSet
    self.seed = seed
    self.temperature = temperature
    self.part = part
  }
}
