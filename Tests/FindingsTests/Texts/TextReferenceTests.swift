import Findings
import Foundation
import Geometry
import Statistics
import Testing
import TestSupport
import Texts

/// What SciPy and scikit-learn say of the same data; see Fixtures/texts.py.
struct TextReferenceTests {
  private let fixture: [String: Any]

  init() throws { fixture = try Places.object(Places.root + "/Tests/FindingsTests/Fixtures/texts.json") }

  private func section(_ name: String) -> [String: Any] { fixture[name] as? [String: Any] ?? [:] }

  private func isClose(_ value: Double, _ reference: Double) -> Bool {
    abs(value - reference) <= 1e-9 * max(1, abs(reference))
  }

  /// Tails of tiny probabilities have to agree in their leading digits.
  private func agrees(_ value: Double, _ reference: Double) -> Bool { abs(value - reference) <= 1e-9 * reference }

  // MARK: Texts

  private struct Sample {
    let texts: [String]
    let words: [[String]]
    let counts: [WordCounts]
    let rows: UnitRows
    let kept: [Int]
  }

  private func sample() throws -> Sample {
    let texts = try #require(section("texts")["texts"] as? [String])
    var lexicon = Lexicon()
    let words = texts.map { Words($0) }
    let counts = words.map { WordCounts(lexicon.learn($0)) }
    let weights = TermWeights(counts, wordCount: lexicon.count)
    var rows = UnitRows.sparse(dimension: weights.dimension)
    let entries = counts.map { weights.entries($0) }
    for entry in entries where !entry.isEmpty { rows.append(entry) }
    return Sample(
      texts: texts, words: words.map(\.strings), counts: counts, rows: rows,
      kept: texts.indices.filter { !entries[$0].isEmpty })
  }

  @Test func wordsAndTheirCosines() throws {
    let sample = try sample()
    #expect(sample.words == section("texts")["words"] as? [[String]])
    let reference = try #require(section("texts")["count_cosines"] as? [Double])
    #expect(reference.count == sample.texts.count * sample.texts.count)
    for (index, cosine) in reference.enumerated() {
      let (row, column) = index.quotientAndRemainder(dividingBy: sample.texts.count)
      #expect(isClose(WordCounts.cosine(sample.counts[row], sample.counts[column]), cosine))
    }
  }

  @Test func vectorsOfWords() throws {
    let sample = try sample()
    #expect(sample.kept == section("texts")["kept"] as? [Int])
    let reference = try #require(section("texts")["vector_cosines"] as? [Double])
    for (index, cosine) in reference.enumerated() {
      let (row, column) = index.quotientAndRemainder(dividingBy: sample.kept.count)
      var vector = Array(repeating: 0.0, count: sample.rows.dimension)
      sample.rows.forEachEntry(of: row) { vector[$0] = $1 }
      var sum = 0.0
      sample.rows.forEachEntry(of: column) { sum += vector[$0] * $1 }
      #expect(isClose(sum, cosine))
    }
  }

  @Test func silhouette() throws {
    let labels = try #require(section("texts")["labels"] as? [Int]).map(Int32.init)
    let rows = try sample().rows
    let silhouette = SphericalKMeans.silhouette(rows, classes: labels, classCount: 5)
    #expect(isClose(silhouette, try #require(section("texts")["silhouette"] as? Double)))
    // Dense rows are single precision.
    var dense = UnitRows.dense(dimension: rows.dimension)
    for row in 0..<rows.count {
      var vector = Array(repeating: Float(0), count: rows.dimension)
      rows.forEachEntry(of: row) { vector[$0] = Float($1) }
      dense.append(vector)
    }
    #expect(abs(SphericalKMeans.silhouette(dense, classes: labels, classCount: 5) - silhouette) < 1e-6)
  }

  @Test func distinctiveWords() throws {
    let section = section("distinctive_words")
    let own = try #require(section["own"] as? [Int])
    let scores = DistinctiveWords.scores(own: own, others: try #require(section["others"] as? [Int]))
    let reference = try #require(section["z"] as? [Double])
    #expect(scores.count == reference.count && zip(scores, reference).allSatisfy { isClose($0, $1) })
  }

  // MARK: Tests

  @Test func ranksOfAGroupAndOfOthers() throws {
    let cases = try #require(fixture["ranks"] as? [[String: Any]])
    #expect(cases.count == 7)
    for test in cases {
      let values = test["values"] as? [Double] ?? []
      let others = test["others"] as? [Double] ?? []
      let groups = values.map { _ in Int32(0) } + others.map { _ in Int32(1) }
      // One that is not a number counts nowhere.
      let column = RankedColumn((values + others).map(Float.init) + [.nan], groups: groups + [0], groupCount: 2)
      #expect(column.count == groups.count && column.counts == [values.count, others.count])
      let (own, rest) = (column.comparison(ofGroup: 0), column.comparison(ofGroup: 1))
      #expect(isClose(own.effect, test["effect"] as? Double ?? .nan) && isClose(own.effect, -rest.effect))
      #expect(agrees(own.normalProbability, test["normal_p"] as? Double ?? .nan))
      #expect(agrees(rest.normalProbability, own.normalProbability))
      // All ways to draw so many of the ranks: twice their tail is two-sided. Where there are hardly any ways the
      // approximation errs by a third, else by a few parts in a hundred.
      let tail = try #require(test["tail"] as? Double)
      #expect(own.probability >= tail, "\(own.probability) for \(tail)")
      guard own.normalProbability <= 0.05 else {
        #expect(own.probability == own.normalProbability)
        continue
      }
      let isCoarse = Set(values + others).count < 4
      #expect(
        abs(own.probability / 2 - tail) <= (isCoarse ? 0.35 : 0.05) * tail, "\(own.probability / 2) for \(tail)")
      #expect(abs(rest.probability - own.probability) <= 1e-6 * own.probability)
    }
  }

  @Test func tails() throws {
    let section = section("tails")
    for row in try #require(section["student"] as? [[Double]]) {
      #expect(agrees(TailProbability.student(row[0], degrees: Int(row[1])), row[2]), "\(row)")
    }
    let sum = PermutationSum(try #require(section["lists"] as? [[Int]]).map { $0.map(Int32.init) })
    for (least, tail) in try #require(section["sum_tails"] as? [Double]).enumerated() {
      #expect(agrees(sum.tail(least), tail))
    }
    let count = PoissonBinomial(try #require(section["events"] as? [Double]))
    for (least, tail) in try #require(section["event_tails"] as? [Double]).enumerated() {
      #expect(agrees(count.tail(least), tail))
    }
  }
}
