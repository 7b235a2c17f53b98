import Archive

/// All findings on what mutants say.
public struct TextFindings: Sendable {
  public let tables: TextTables
  public let measures: ContinuationMeasures
  public let distinct: DistinctPhenotypes
  public let severity: Severity
  public let maps: SeverityMap
  public let destruction: Destruction
  public let classes: PhenotypeClasses
  public let separation: ClassSeparation
  public let writers: Writers

  /// `seed` is that of samples, of first centres and of permutations.
  public init(_ tables: TextTables, seed: UInt64 = 0) throws {
    let (texts, continuations) = (tables.texts, tables.continuations)
    let sample = ContinuationSample(continuations, texts: texts, limit: PhenotypeClasses.sampleLimit, seed: seed)
    let words = SampleWords(sample.texts)
    self.tables = tables
    measures = ContinuationMeasures(continuations, texts: texts, known: sample.known)
    distinct = DistinctPhenotypes(tables.mutations, continuations)
    severity = Severity(tables, measures)
    maps = SeverityMap(tables, measures)
    destruction = Destruction(tables, measures)
    classes = try PhenotypeClasses(
      tables, sample, words: words, forms: measures.forms, representation: WordVectors(texts, words), seed: seed)
    separation = ClassSeparation(words.numbers, classCounts: PhenotypeClasses.classCounts, seed: seed)
    writers = Writers(tables, measures)
  }

  /// What an analysis file holds of texts.
  public var groups: [AnalysisGroup] {
    let inputs = tables.texts.inputs.map(\.id)
    return [
      distinct.group(inputs: inputs), severity.group(tasks: tables.texts.tasks), maps.group,
      destruction.group(tables.mutations), classes.group(tables, separation: separation), writers.group(inputs: inputs),
    ]
  }
}
