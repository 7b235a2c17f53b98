import Archive
import Drawing
import MessagePassing

/// An analysis of a screen: the test, its group in the analysis file, what was found in words, and what a report shows.
///
/// Each has a folder of its own and a line in `Analyses`.
public protocol ScreenAnalysis: Sendable {
  /// The name of its group in the analysis file.
  static var name: String { get }

  /// Analyzes a screen; nil where the screen does not have what the analysis takes. Collective: the ranks of the
  /// communicator may share work, and all that are asked find the same.
  static func find(in screen: ScreenMaterial, communicator: Communicator?) throws -> Self?

  /// The columns of the group, without the sentences.
  func group(of screen: ScreenMaterial) -> AnalysisGroup

  /// What was found, in sentences: the effect first, then the null and the probability.
  func sentences(of screen: ScreenMaterial) -> [String]

  /// What each of its families of tests found.
  func families(of screen: ScreenMaterial) -> [FindingFamily]

  /// What a report shows of the group; nil where it names the method only.
  static func exhibit(_ group: GroupReader, _ context: ScreenContext) throws -> Exhibit?
}

extension ScreenAnalysis {
  /// Says nothing, where an analysis has no sentences of its own.
  public func sentences(of screen: ScreenMaterial) -> [String] { [] }

  /// Names no family of tests, where an analysis has none of its own.
  public func families(of screen: ScreenMaterial) -> [FindingFamily] { [] }

  /// Shows nothing, where an analysis has no figure of its own.
  public static func exhibit(_ group: GroupReader, _ context: ScreenContext) throws -> Exhibit? { nil }
}

/// A finding in the geometry of a cloud, as a report shows it.
public protocol CloudAnalysis: Sendable {
  /// The name of its group in the analysis file.
  static var name: String { get }

  /// What a report shows of the group.
  static func exhibit(_ group: GroupReader, _ context: CloudContext) throws -> Exhibit
}
