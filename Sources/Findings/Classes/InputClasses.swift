import Foundation
import Geometry
import Texts

/// What mutants say on one input, in classes of like words that are made of the texts on this input alone, so that
/// neither the input nor its task explains a class.
struct InputClasses {
  /// Numbers of classes that are tried; the one with the largest silhouette is taken.
  static let classCounts = [2, 3, 4, 6, 8]
  private static let starts = 2

  /// The class of each of the continuations that were asked for, by its number.
  let classes: [Int32: UInt8]
  let classCount: Int

  /// `numbers` are those of the continuations of some mutants, as often as they have them.
  init(_ numbers: [Int32], _ tables: TextTables, seed: UInt64) {
    var mutants: [Int32: Int] = [:]
    for number in numbers { mutants[number, default: 0] += 1 }
    let distinct = mutants.keys.sorted()
    var lexicon = Lexicon()
    let counts = distinct.map { number in
      WordCounts(lexicon.learn(Words(tables.texts.text(of: tables.continuations.tokens(of: Int(number))))))
    }
    let terms = TermWeights(counts, wordCount: lexicon.count)
    var rows = UnitRows.sparse(dimension: terms.dimension)
    var kept: [Int] = []
    for (place, count) in counts.enumerated() {
      let entries = terms.entries(count)
      guard !entries.isEmpty else { continue }
      rows.append(entries)
      kept.append(place)
    }
    // As where all texts are classified: one that most mutants have would draw every centre to itself.
    let weights = kept.map { 1 + log(Double(mutants[distinct[$0]] ?? 1)) }
    var best: (silhouette: Double, clusters: SphericalKMeans)?
    for count in InputClasses.classCounts where count < rows.count {
      let clusters = SphericalKMeans(
        rows, weights: weights, classCount: count, starts: InputClasses.starts, seed: seed)
      let silhouette = clusters.silhouette(rows)
      if silhouette > best?.silhouette ?? -.infinity { best = (silhouette, clusters) }
    }
    // Texts that share no word with others are a class of their own; one or two texts that do are classes by
    // themselves.
    let rest = best?.clusters.classCount ?? rows.count
    var classes = distinct.reduce(into: [Int32: UInt8]()) { $0[$1] = UInt8(rest) }
    for (row, place) in kept.enumerated() {
      classes[distinct[place]] = best.map { UInt8($0.clusters.classes[row]) } ?? UInt8(row)
    }
    self.classes = classes
    classCount = kept.count < distinct.count ? rest + 1 : rest
  }
}
