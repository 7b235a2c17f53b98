/// A part of an analysis file: a group of the root, which one command writes and others leave as it is.
public enum AnalysisSection: String, CaseIterable, Sendable {
  /// What `locus analyze` finds in a screen.
  case analysis
  /// What `locus geometry` finds in a cloud.
  case geometry
}
