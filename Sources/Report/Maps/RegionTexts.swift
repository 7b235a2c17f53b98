import Archive
import Drawing
import Foundation
import Perturbations
import Transformer

/// What the mutants of some regions say, as many as the page has room for.
struct RegionTexts: Sendable {
  /// Turns a continuation, without what fills it up, into text.
  typealias Decoder = (ArraySlice<Int32>) -> String

  /// Bytes of the page that they may take.
  static let byteLimit = 6_000_000
  /// Regions that are looked at to fill them.
  static let regionLimit = 8192

  /// Regions that the page has.
  private(set) var regionCount = 0
  /// What the script reads: the distinct texts, and the verdicts of each region.
  var json: JSON {
    .object([("texts", .list(texts.map(JSON.text))), ("regions", .list(regions))])
  }

  private var texts: [String] = []
  private var places: [String: Int] = [:]
  private var regions: [JSON] = []
  private var byteCount = 0

  /// Takes the first of `wanted` that fit into `limit` bytes.
  init(
    _ file: borrowing ResultsFile, _ maps: ScreenMaps, wanted: [(map: Int, region: Int)], limit: Int = byteLimit,
    text: Decoder
  ) throws {
    let inputs = file.summary.inputCount
    let tokens = max(1, inputs * file.summary.stepCount)
    let batch = max(1, (1 << 20) / (tokens * max(maps.kinds.count, 1)))
    for start in stride(from: 0, to: wanted.count, by: batch) {
      let some = wanted[start..<min(start + batch, wanted.count)]
      let rows = some.flatMap { maps.mutations($0.region).map(\.row) }.sorted()
      let verdicts = try RegionTexts.read(file, rows: rows, rowLimit: max(1, (1 << 22) / tokens), text: text)
      for (map, region) in some {
        guard byteCount < limit else { return }
        add(map: map, region: region, maps, verdicts)
      }
    }
  }

  // MARK: Adding

  private mutating func add(map: Int, region: Int, _ maps: ScreenMaps, _ verdicts: [Int: [Verdict]]) {
    let rows = Dictionary(uniqueKeysWithValues: maps.mutations(region).map { ($0.kind, $0.row) })
    let kinds = maps.kinds.map { kind -> JSON in
      guard let row = rows[kind], let verdicts = verdicts[row] else { return .null }
      return .list(verdicts.map { entry(of: $0) })
    }
    let cell = maps.maps[map].cell(of: maps.regions[region], at: region)
    let added = JSON.list([.whole(map), .whole(cell), .list(kinds)])
    byteCount += added.text.utf8.count + 1
    regions.append(added)
    regionCount += 1
  }

  /// Step, text, divergence, perplexity and choice, without what is missing at the end; 0 where silent.
  private mutating func entry(of verdict: Verdict) -> JSON {
    guard verdict.firstChange >= 0 else { return .whole(0) }
    var values: [JSON] = [
      .whole(verdict.firstChange), verdict.text.map { .whole(place(of: $0)) } ?? .null,
      verdict.divergence.map(JSON.number) ?? .null, verdict.perplexityFactor.map(JSON.number) ?? .null,
      ScreenSection.letter(verdict.choice),
    ]
    while case .null? = values.last { values.removeLast() }
    return .list(values)
  }

  /// Where a text is among the distinct ones.
  private mutating func place(of text: String) -> Int {
    if let place = places[text] { return place }
    places[text] = texts.count
    texts.append(text)
    byteCount += JSON.text(text).text.utf8.count + 1
    return texts.count - 1
  }

  // MARK: Reading

  /// A mutant on an input.
  private struct Verdict {
    /// −1: silent.
    let firstChange: Int
    /// nil where silent or not recorded.
    let text: String?
    let divergence: Double?
    /// By which the perplexity of the baseline's continuation grows.
    let perplexityFactor: Double?
    let choice: UInt8
  }

  /// The verdicts on some rows, ascending, by input.
  private static func read(
    _ file: borrowing ResultsFile, rows: [Int], rowLimit: Int, text: Decoder
  ) throws -> [Int: [Verdict]] {
    let (inputs, steps) = (file.summary.inputCount, file.summary.stepCount)
    var verdicts: [Int: [Verdict]] = [:]
    var next = 0
    while next < rows.count {
      // Rows that are near each other are read with what is between them.
      var end = next + 1
      while end < rows.count, rows[end] - rows[end - 1] <= 64, rows[end] - rows[next] < rowLimit { end += 1 }
      let range = rows[next]..<rows[end - 1] + 1
      let firstChanges = try file.values(\.firstChange, range)
      let divergences = try file.recordedValues(\.divergence, range)
      let changes = try file.recordedValues(\.logPerplexityChange, range)
      let choices = try file.recordedValues(\.choice, range)
      let tokens = try file.recordedValues(\.tokens, range)
      for row in rows[next..<end] {
        verdicts[row] = (0..<inputs).map { input in
          let place = (row - range.lowerBound) * inputs + input
          let isSilent = firstChanges[place] < 0
          let own = isSilent ? nil : tokens?[place * steps..<(place + 1) * steps]
          return Verdict(
            firstChange: Int(firstChanges[place]), text: own.map { text($0.prefix { $0 >= 0 }) },
            divergence: divergences.map { Double($0[place]) }, perplexityFactor: changes.map { exp(Double($0[place])) },
            choice: choices?[place] ?? LetterChoice.none)
        }
      }
      next = end
    }
    return verdicts
  }
}
