import Archive
import Drawing
import MessagePassing

/// What mutants say in classes of like states of the model that was screened, and how they agree with those by words.
public struct StateClasses: Sendable {
  /// The classes of a sample of the continuations.
  public let classes: PhenotypeClasses
  /// The agreement with the classes by words.
  public let agreement: ClassAgreement
}

extension StateClasses: ScreenAnalysis {
  /// The name of its group in the analysis file.
  public static let name = "classes_by_state"

  /// Analyzes what mutants say; nil without continuations, and without the model that was screened.
  public static func find(in screen: ScreenMaterial, communicator: Communicator?) throws -> StateClasses? {
    guard let texts = screen.texts, let own = texts.stateClasses else { return nil }
    let agreement = ClassAgreement(of: own, with: texts.classes, texts.tables.continuations, seed: screen.seed)
    return StateClasses(classes: own, agreement: agreement)
  }

  /// The dataset group `classes_by_state`.
  public func group(of screen: ScreenMaterial) -> AnalysisGroup {
    guard let texts = screen.texts else { preconditionFailure("classes are of texts") }
    return classes.stateGroup(texts.tables, agreement: agreement)
  }

  /// The test of the agreement.
  public func families(of screen: ScreenMaterial) -> [FindingFamily] {
    [
      FindingFamily(
        name: .agreement, findings: agreement.isFinding ? 1 : 0, tests: agreement.probability.value.isNaN ? 0 : 1,
        strongest: agreement.isFinding ? "effect \(Numeral.number(agreement.effect))" : nil)
    ]
  }

  /// What a report shows of the group.
  public static func exhibit(_ group: GroupReader, _ context: ScreenContext) throws -> Exhibit? {
    try ClassesExhibit.makeByState(group, context)
  }
}
