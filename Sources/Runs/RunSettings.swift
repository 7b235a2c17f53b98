/// What a person or a batch system says of one start of a run.
public struct RunSettings: Sendable {
  /// The version of the program, for the output.
  public var locusVersion: String
  /// The command that started the run, for the output and the record of the start.
  public var commandLine: String
  /// Threads of a rank, which share its products.
  public var threads: Int
  /// The rule that says when to end before all is done.
  public var stopping = StoppingRule()
  /// The longest time between two moments at which finished pieces are flushed to disk.
  public var checkpointInterval = Duration.seconds(30)

  /// Settings of a run that ends at signals only.
  public init(locusVersion: String, commandLine: String, threads: Int) {
    self.locusVersion = locusVersion
    self.commandLine = commandLine
    self.threads = threads
  }
}
