/// Where an analysis file, or a section of it, comes from.
public struct AnalysisProvenance: Equatable, Sendable {
  /// The version of the program that wrote it.
  public var locusVersion: String
  /// UTC, ISO 8601.
  public var created: String
  /// The command that wrote it.
  public var commandLine: String
  /// Name of the results file, or of the file that holds the cloud, without its folder.
  public var source: String
  /// The hash of the plan that the results file holds; empty for other clouds.
  public var sourcePlanSHA256: String
  /// How far the screen was that was not finished; nil: it was finished, or the source is no screen.
  public var progress: Provenance.Progress?

  /// Takes what an analysis knows of itself and its source.
  public init(locusVersion: String, created: String, commandLine: String, source: String, sourcePlanSHA256: String) {
    self.locusVersion = locusVersion
    self.created = created
    self.commandLine = commandLine
    self.source = source
    self.sourcePlanSHA256 = sourcePlanSHA256
  }
}
