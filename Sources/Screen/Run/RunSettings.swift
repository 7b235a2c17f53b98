import Runs

/// What the caller knows of the run and the file records.
public struct RunSettings: Sendable {
  /// The version of the program.
  public var locusVersion: String
  /// The command that was given.
  public var commandLine: String
  /// Threads of a rank, which share its products.
  public var threads: Int

  /// What a rank may take.
  public var memory: MemoryPlan
  /// When to end before all is done.
  public var stopping = StoppingRule()
  /// Longest time between two moments in which finished units are handed to the disk.
  public var checkpointInterval = Duration.seconds(30)
  /// Whether the parts of the units are timed.
  public var measuresParts = false

  /// Takes what has no usual value.
  public init(locusVersion: String, commandLine: String, threads: Int, memory: MemoryPlan) {
    self.locusVersion = locusVersion
    self.commandLine = commandLine
    self.threads = threads
    self.memory = memory
  }
}
