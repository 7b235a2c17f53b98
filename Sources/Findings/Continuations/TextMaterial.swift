import MessagePassing

/// What analyses of texts are made of: the continuations of all mutants, what is measured of each, and its class.
public struct TextMaterial: Sendable {
  /// The number of continuations that are classified by states at most.
  public static let stateSampleLimit = StateVectors.sampleLimit

  /// Mutations and their continuations.
  public let tables: TextTables
  /// What is measured of each distinct continuation.
  public let measures: ContinuationMeasures
  /// Classes by words.
  let classes: PhenotypeClasses
  /// Classes by the states of the model that was screened, where it was at hand.
  let stateClasses: PhenotypeClasses?

  /// Measures and classifies continuations. `seed` is that of samples and of first centres; with a model, continuations
  /// are also classified by its states.
  public init(_ tables: TextTables, model: ScreenedModel? = nil, seed: UInt64 = 0) throws {
    let shared = try SharedContinuations(tables.continuations, Sharing(nil))
    self.init(tables, try ContinuationFindings(shared, texts: tables.texts, model: model, seed: seed))
  }

  init(_ tables: TextTables, _ found: ContinuationFindings) {
    self.tables = tables
    measures = found.measures
    func classes(_ classes: ContinuationFindings.Classes) -> PhenotypeClasses {
      PhenotypeClasses(
        tables, classes.sample, words: classes.words, forms: found.measures.forms,
        classification: classes.classification)
    }
    self.classes = classes(found.byWords)
    stateClasses = found.byStates.map(classes)
  }

  /// The ids of the inputs.
  var inputs: [String] { tables.texts.inputs.map(\.id) }
}

extension Analysis {
  /// Analyzes texts alone, without counted verdicts.
  public init(texts tables: TextTables, model: ScreenedModel? = nil, seed: UInt64 = 0) throws {
    let texts = try TextMaterial(tables, model: model, seed: seed)
    try self.init(
      ScreenMaterial(ScreenCounts(taskOfInput: [], source: ""), inputs: [], texts: texts, seed: seed),
      Analyses.ofTexts)
  }
}
