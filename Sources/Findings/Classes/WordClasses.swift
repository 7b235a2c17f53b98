import Archive
import Drawing
import MessagePassing

/// What mutants say in classes of like words, and whether such classes are tied to mutations.
public struct WordClasses: Sendable {
  /// The classes of the continuations on all inputs.
  public let classes: PhenotypeClasses
  /// The ties of classes that are made on each input by itself.
  public let ties: ClassTies
}

extension WordClasses: ScreenAnalysis {
  /// The name of its group in the analysis file.
  public static let name = "classes"

  /// Analyzes what mutants say; nil without continuations.
  public static func find(in screen: ScreenMaterial, communicator: Communicator?) throws -> WordClasses? {
    screen.texts.map { WordClasses(classes: $0.classes, ties: ClassTies($0.tables, seed: screen.seed)) }
  }

  /// The dataset group `classes`.
  public func group(of screen: ScreenMaterial) -> AnalysisGroup {
    guard let texts = screen.texts else { preconditionFailure("classes are of texts") }
    return classes.wordGroup(texts.tables, ties: ties)
  }

  /// The tests of both questions on every task.
  public func families(of screen: ScreenMaterial) -> [FindingFamily] {
    let tests = ties.entries.reduce(0) { sum, entry in
      sum + [entry.coherence, entry.combination].count { !$0.effect.isNaN }
    }
    let strongest = ties.entries.flatMap { [$0.coherence, $0.combination] }.filter(\.isFinding).map(\.effect).max()
    return [
      FindingFamily(
        name: .classes, findings: ties.findingCount, tests: tests,
        strongest: strongest.map { "\(Numeral.share($0)) of the entropy of classes" })
    ]
  }

  /// What a report shows of the group.
  public static func exhibit(_ group: GroupReader, _ context: ScreenContext) throws -> Exhibit? {
    try ClassesExhibit.make(group, context)
  }
}
