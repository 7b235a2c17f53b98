/// Where an analysis file, or a section of it, comes from.
public struct AnalysisProvenance: Equatable, Sendable {
  public var locusVersion: String
  /// UTC, ISO 8601.
  public var created: String
  public var commandLine: String
  /// Name of the results file, or of the file that holds the cloud, without its folder.
  public var source: String
  /// Of the plan that the results file holds; empty for other clouds.
  public var sourcePlanSHA256: String
  /// Of a screen that was not finished; nil: it was, or the source is none.
  public var progress: Provenance.Progress?

  public init(locusVersion: String, created: String, commandLine: String, source: String, sourcePlanSHA256: String) {
    self.locusVersion = locusVersion
    self.created = created
    self.commandLine = commandLine
    self.source = source
    self.sourcePlanSHA256 = sourcePlanSHA256
  }
}
