import Texts

/// What non-silent mutants say, in classes of like texts.
///
/// A sample of the distinct continuations is clustered, each with a weight of 1 + ln(mutants that have it): a few
/// continuations are those of thousands of mutants and would draw all centres to themselves. Every continuation then
/// belongs to the class with the nearest centre, or, where a vector is dear, those of the sample alone. The number of
/// classes is that with the largest silhouette.
public struct PhenotypeClasses: Sendable {
  /// The largest number of distinct continuations that are clustered.
  public static let sampleLimit = 20_000
  /// The numbers of classes that are tried; the one with the largest silhouette is taken.
  public static let classCounts = [2, 3, 4, 6, 8, 12, 16, 24]

  /// One class.
  public struct Entry: Sendable {
    /// What the class is called after.
    public let name: ClassName
    /// Distinct continuations, and the verdicts that have them.
    public let distinct: Int
    /// Verdicts whose text is of the class.
    public let verdicts: Int
    /// Verdicts on the inputs of each task.
    public let verdictsOfTask: [Int]
    /// Share of the verdicts with each form, in the order of `TextForm.named`.
    public let formShares: [Double]
    /// Continuations of the sample that are nearest to the centre, no two with the same text.
    public let samples: [Int]
  }

  /// The largest first; behind them one for continuations that have no vector, if there are any.
  public let entries: [Entry]
  /// Whether the last entry is that of continuations without a vector.
  public let hasRest: Bool
  /// The silhouette for each number of classes that could be tried.
  public let silhouettes: [Double]
  /// The class of each continuation; `unclassified` where it is not of the sample, and others were not classified.
  public let classes: [UInt8]
  /// The number of a non-silent verdict that has no class.
  public static let unclassified = UInt8(254)
  /// The number of distinct continuations that have a class.
  public let classifiedCount: Int
  /// The class of the baseline of each input; nil where it has no vector and no entry is for such.
  public let baselineClasses: [Int?]

  init(
    _ tables: TextTables, _ sample: ContinuationSample, words: SampleWords, forms: [TextForm],
    classification: Classification
  ) {
    let rest = classification.clusters?.classCount ?? 0
    let mutantCounts = tables.continuations.mutantCounts
    // By falling numbers of verdicts, then by number; behind them the one for continuations without a vector.
    var verdicts = Array(repeating: 0, count: rest + 1)
    for (number, place) in classification.classes.enumerated() where Int(place) <= rest {
      verdicts[Int(place)] += Int(mutantCounts[number])
    }
    let order = (0..<rest).sorted { (-verdicts[$0], $0) < (-verdicts[$1], $1) } + [rest]
    var places = Array(repeating: PhenotypeClasses.unclassified, count: Int(UInt8.max) + 1)
    for (new, old) in order.enumerated() { places[old] = UInt8(new) }
    let classes = classification.classes.map { places[Int($0)] }
    let hasRest = classes.contains(UInt8(rest))
    let summary = ClassSummary(
      tables, sample, words, forms: forms, classes: classes, similarities: classification.similarities,
      classCount: order.count)
    silhouettes = classification.silhouettes
    self.hasRest = hasRest
    self.classes = classes
    classifiedCount = classes.count { $0 != PhenotypeClasses.unclassified }
    entries = Array(summary.entries.prefix(hasRest ? order.count : order.count - 1))
    baselineClasses = classification.baselines.map { place in
      Int(place) < rest || hasRest ? Int(places[Int(place)]) : nil
    }
  }
}
