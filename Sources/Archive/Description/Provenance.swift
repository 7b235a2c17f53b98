/// Where a results file comes from: its root attributes.
public struct Provenance: Equatable, Sendable {
  /// Which mutations of a plan a file has that does not have all.
  public struct Part: Equatable, Sendable {
    /// The number of the part, from 1 up.
    public var index: Int
    /// The number of parts.
    public var count: Int
    /// Position in the plan of the file's first mutation.
    public var firstMutation: Int
    /// Mutations of the whole plan.
    public var planMutationCount: Int

    /// Takes the part's number and its place in the plan.
    public init(index: Int, of count: Int, firstMutation: Int, planMutationCount: Int) {
      self.index = index
      self.count = count
      self.firstMutation = firstMutation
      self.planMutationCount = planMutationCount
    }
  }

  /// How much of its screen a file has that was made before the screen was finished.
  public struct Progress: Equatable, Sendable {
    /// Units that were finished.
    public var unitsDone: Int
    /// Units of the whole screen.
    public var unitCount: Int
    /// Mutations of the whole screen.
    public var mutationCount: Int

    /// Takes the counts of units and mutations.
    public init(unitsDone: Int, unitCount: Int, mutationCount: Int) {
      self.unitsDone = unitsDone
      self.unitCount = unitCount
      self.mutationCount = mutationCount
    }

    /// The progress in words: `7 of 148 units`.
    public var words: String { "\(unitsDone) of \(unitCount) units" }
  }

  /// The version of the program that screened.
  public var locusVersion: String
  /// UTC, ISO 8601.
  public var created: String
  /// The bytes of the configuration file.
  public var configuration: [UInt8]
  /// The command of the last start.
  public var commandLine: String
  /// The name of the model's folder or file.
  public var modelName: String
  /// The SHA-256 of the weight files' bytes, in the order of their names.
  public var modelSHA256: String
  /// The SHA-256 of everything that the results depend on: model, inputs, tokens and the resolved configuration.
  public var planSHA256: String
  /// How the file of the model orders the rows of q and k: `half_split` or `interleaved`.
  public var rowOrder: String
  /// Ranks of the last start.
  public var ranks: Int
  /// Threads of a rank.
  public var threads: Int
  /// The BLAS library and the processor core it chose its kernels for.
  public var blas: String
  /// The MPI library and its version.
  public var mpi: String
  /// The kernels that were used: `avx512`, `avx2` or `portable`.
  public var instructionSet: String
  /// The seed that random numbers depend on; nil where the file does not say.
  public var seed: UInt64?
  /// The temperature at which tokens are sampled; nil where the file does not say.
  public var temperature: Float?
  /// The units of the model that were zero throughout, in words that name no path, for each mask of the configuration.
  public var masks: [String] = []
  /// nil where the file has all mutations of the plan.
  public var part: Part?
  /// nil where the screen is finished.
  public var progress: Progress?

  /// Takes what a screen knows of itself.
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
