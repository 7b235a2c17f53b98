import Archive
import MessagePassing

/// All findings on what mutants say.
public struct TextFindings: Sendable {
  /// Continuations that are classified by states at most.
  public static let stateSampleLimit = StateVectors.sampleLimit

  /// What was read of the file.
  public let tables: TextTables
  /// Measures of each distinct continuation.
  public let measures: ContinuationMeasures
  /// How many different continuations there are.
  public let distinct: DistinctPhenotypes
  /// How far mutants are from the baseline.
  public let severity: Severity
  /// Severity by region.
  public let maps: SeverityMap
  /// Mutations that leave the model without sense.
  public let destruction: Destruction
  /// Classes of the continuations by their words.
  public let classes: PhenotypeClasses
  /// Whether classes are tied to mutations.
  public let ties: ClassTies
  /// Mutations that make the model write verse or dialogue.
  public let writers: Writers
  /// By the states of the model that was screened, where it was at hand, and how they agree with those by words.
  public let states: (classes: PhenotypeClasses, agreement: ClassAgreement)?

  /// `seed` is that of samples, of first centres and of permutations; with a model, continuations are also classified
  /// by its states.
  public init(_ tables: TextTables, model: ScreenedModel? = nil, seed: UInt64 = 0) throws {
    let shared = try SharedContinuations(tables.continuations, Sharing(nil))
    self.init(
      tables, try ContinuationFindings(shared, texts: tables.texts, model: model, seed: seed), seed: seed)
  }

  init(_ tables: TextTables, _ found: ContinuationFindings, seed: UInt64) {
    self.tables = tables
    measures = found.measures
    distinct = DistinctPhenotypes(tables.mutations, tables.continuations)
    severity = Severity(tables, found.measures)
    maps = SeverityMap(tables, found.measures)
    destruction = Destruction(tables, found.measures)
    ties = ClassTies(tables, seed: seed)
    writers = Writers(tables, found.measures)
    func classes(_ classes: ContinuationFindings.Classes) -> PhenotypeClasses {
      PhenotypeClasses(
        tables, classes.sample, words: classes.words, forms: found.measures.forms,
        classification: classes.classification)
    }
    let byWords = classes(found.byWords)
    self.classes = byWords
    states = found.byStates.map { found in
      let byStates = classes(found)
      return (byStates, ClassAgreement(of: byStates, with: byWords, tables.continuations, seed: seed))
    }
  }

  /// What an analysis file holds of texts.
  public var groups: [AnalysisGroup] {
    let inputs = tables.texts.inputs.map(\.id)
    return [
      distinct.group(inputs: inputs), severity.group(tasks: tables.texts.tasks), maps.group,
      destruction.group(tables.mutations), classes.group(tables, ties: ties), writers.group(inputs: inputs),
    ] + (states.map { [$0.classes.stateGroup(tables, agreement: $0.agreement)] } ?? [])
  }
}
