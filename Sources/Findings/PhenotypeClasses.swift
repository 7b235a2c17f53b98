import Foundation

/// What non-silent mutants say, in classes of like texts.
///
/// A sample of the distinct continuations is clustered, each with a weight of 1 + ln(mutants that have it): a few continuations
/// are those of thousands of mutants and would draw all centres to themselves. Every continuation then belongs to the class
/// with the nearest centre. The number of classes is that with the largest silhouette.
public struct PhenotypeClasses: Sendable {
  /// Continuations that are clustered at most.
  public static let sampleLimit = 20_000
  /// Numbers of classes that are tried.
  public static let classCounts = [2, 3, 4, 6, 8, 12, 16, 24]

  private static let starts = 4

  public struct Entry: Sendable {
    public let name: ClassName
    /// Distinct continuations, and the verdicts that have them.
    public let distinct: Int
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
  /// Of each number of classes that could be tried.
  public let silhouettes: [Double]
  /// The class of each continuation.
  public let classes: [UInt8]
  /// The class of the baseline of each input; nil where it has no vector and no entry is for such.
  public let baselineClasses: [Int?]

  init<Representation: TextRepresentation>(
    _ tables: TextTables, _ sample: ContinuationSample, words: SampleWords, forms: [TextForm],
    representation: Representation, seed: UInt64
  ) throws {
    let continuations = tables.continuations
    let (rows, places) = try representation.vectors(of: sample.numbers.map { continuations.text(of: $0) })
    let weights = places.map { 1 + log(Double(continuations.mutantCounts[sample.numbers[$0]])) }
    var best: TextClusters?
    var silhouettes: [Double] = []
    for count in PhenotypeClasses.classCounts where count < rows.count {
      let clusters = TextClusters(
        rows, weights: weights, classCount: count, starts: PhenotypeClasses.starts, seed: seed)
      let silhouette = clusters.silhouette(rows)
      if silhouette > silhouettes.max() ?? -.infinity { best = clusters }
      silhouettes.append(silhouette)
    }
    self.silhouettes = silhouettes

    let assigned = try Assignment(continuations, best, representation)
    let order = assigned.order
    let classes = assigned.classes.map { UInt8(order.firstIndex(of: Int($0)) ?? 0) }
    let hasRest = classes.contains(UInt8(order.count - 1))
    let summary = ClassSummary(
      tables, sample, words, forms: forms, classes: classes, similarities: assigned.similarities,
      classCount: order.count)
    self.hasRest = hasRest
    self.classes = classes
    entries = Array(summary.entries.prefix(hasRest ? order.count : order.count - 1))

    let baselines = tables.texts.inputs.indices.map { input in
      ContinuationText(input: input, tokens: tables.texts.inputs[input].baseline.prefix { $0 >= 0 })
    }
    let (baselineRows, baselinePlaces) = try representation.vectors(of: baselines)
    var baselineClasses: [Int?] = baselines.map { _ in hasRest ? order.count - 1 : nil }
    if let best {
      for (row, input) in baselinePlaces.enumerated() {
        baselineClasses[input] = order.firstIndex(of: best.nearest(baselineRows, row: row).class)
      }
    }
    self.baselineClasses = baselineClasses
  }
}

extension Continuations {
  fileprivate func text(of number: Int) -> ContinuationText {
    ContinuationText(input: input(of: number), tokens: tokens(of: number))
  }
}

/// The class of every continuation by the nearest centre.
private struct Assignment {
  /// As many as there are centres for continuations without a vector.
  private(set) var classes: [Int32] = []
  private(set) var similarities: [Float] = []
  /// Classes by falling numbers of verdicts, then by number; behind them the one for continuations without a vector.
  let order: [Int]

  /// Vectors that are made at a time.
  private static let slab = 1 << 14

  init(_ continuations: Continuations, _ clusters: TextClusters?, _ representation: some TextRepresentation) throws {
    let rest = clusters?.classCount ?? 0
    classes = Array(repeating: Int32(rest), count: continuations.count)
    similarities = Array(repeating: 0, count: continuations.count)
    for start in stride(from: 0, to: clusters == nil ? 0 : continuations.count, by: Assignment.slab) {
      let numbers = start..<min(start + Assignment.slab, continuations.count)
      let (rows, places) = try representation.vectors(of: numbers.map { continuations.text(of: $0) })
      for (row, place) in places.enumerated() {
        guard let nearest = clusters?.nearest(rows, row: row) else { continue }
        classes[start + place] = Int32(nearest.class)
        similarities[start + place] = Float(nearest.similarity)
      }
    }
    var verdicts = Array(repeating: 0, count: rest + 1)
    for (number, place) in classes.enumerated() { verdicts[Int(place)] += Int(continuations.mutantCounts[number]) }
    order = (0..<rest).sorted { (-verdicts[$0], $0) < (-verdicts[$1], $1) } + [rest]
  }
}
