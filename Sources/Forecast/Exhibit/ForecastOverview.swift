import Archive
import Drawing
import Foundation
import Perturbations
import Transformer

/// What a forecast's single mutations add up to: shares by kind, and which mutations are foretold to do most.
public struct ForecastOverview: Sendable {
  /// A mutation and what is foretold of it over all inputs.
  public struct Entry: Sendable {
    /// The mutation.
    public let mutation: Mutation
    /// The mean divergence over inputs, in nats.
    public let divergence: Double
    /// Inputs on which the verdict is predicted to change.
    public let changed: Int
  }

  /// Verdicts of one kind.
  public struct Share: Sendable {
    /// The kind.
    public let kind: Kind
    /// Pairs of a mutation and an input.
    public let pairs: Int
    /// Pairs whose verdict is predicted to change.
    public let changed: Int
  }

  private static let topCount = 12
  private static let slabPairs = 1 << 22

  /// Shares by kind, in the order of kinds.
  public let shares: [Share]
  /// The mutations with the largest mean divergence, the largest first; the first of equals.
  public let top: [Entry]
  private let mutationCount: Int
  private let inputCount: Int
  private let grids: [ForecastOutline.Grid]

  /// Reads all mutations of a file, some at a time.
  public init(_ file: borrowing ForecastFile) throws {
    let summary = file.summary
    var counts: [Kind: (pairs: Int, changed: Int)] = [:]
    var top: [Entry] = []
    let inputs = max(1, summary.inputCount)
    let rows = max(1, ForecastOverview.slabPairs / inputs)
    for start in stride(from: 0, to: summary.mutationCount, by: rows) {
      let slab = start..<min(start + rows, summary.mutationCount)
      let mutations = try file.mutations(slab)
      let (divergence, margin) = (try file.values(.divergence, slab), try file.values(.margin, slab))
      for (row, mutation) in mutations.enumerated() {
        let range = row * inputs..<(row + 1) * inputs
        let changed = margin[range].count { $0 > 1 }
        let mean = divergence[range].reduce(0.0) { $0 + Double($1) } / Double(inputs)
        counts[mutation.kind, default: (0, 0)].pairs += inputs
        counts[mutation.kind, default: (0, 0)].changed += changed
        ForecastOverview.insert(Entry(mutation: mutation, divergence: mean, changed: changed), into: &top)
      }
    }
    shares = counts.sorted { $0.key < $1.key }.map {
      Share(kind: $0.key, pairs: $0.value.pairs, changed: $0.value.changed)
    }
    self.top = top
    (mutationCount, inputCount) = (summary.mutationCount, summary.inputCount)
    grids = summary.grids
  }

  private static func insert(_ entry: Entry, into top: inout [Entry]) {
    guard top.count < topCount || entry.divergence > top[top.count - 1].divergence else { return }
    let place = top.firstIndex { $0.divergence < entry.divergence } ?? top.count
    top.insert(entry, at: place)
    if top.count > topCount { top.removeLast() }
  }

  // MARK: Words

  /// What is foretold, in sentences.
  public var sentences: [String] {
    let all = shares.reduce((pairs: 0, changed: 0)) { ($0.pairs + $1.pairs, $0.changed + $1.changed) }
    guard all.pairs > 0 else { return ["Nothing is foretold of single mutations."] }
    let kinds = shares.map { "\($0.kind.rawValue) \(ForecastOverview.percent($0.changed, of: $0.pairs))" }
    var sentences = [
      "Of \(Numeral.items(mutationCount, "mutation")) foretold one by one, "
        + "\(ForecastOverview.percent(all.changed, of: all.pairs)) of the verdicts are predicted to change by their "
        + "margins: " + kinds.joined(separator: ", ") + "."
    ]
    if let first = top.first {
      sentences.append(
        "Among them the largest divergence is predicted of \(first.mutation.words): "
          + "\(ForecastOverview.nats(first.divergence)) in the mean over inputs, with other words on "
          + "\(first.changed) of \(inputCount).")
    }
    return sentences
  }

  static func percent(_ count: Int, of total: Int) -> String {
    String(format: "%.2f %%", 100 * Double(count) / Double(max(total, 1)))
  }

  static func nats(_ value: Double) -> String { String(format: "%.3g nats", value) }
}

extension Mutation {
  /// The mutation in words: `zero of layer 1 down, rows 0 to 15, columns 32 to 47`.
  var words: String {
    func span(_ name: String, _ range: Range<Int>) -> String {
      range.count == 1 ? "\(name) \(range.lowerBound)" : "\(name)s \(range.lowerBound) to \(range.upperBound - 1)"
    }
    return "\(kind.rawValue) of layer \(region.layer) \(region.matrix.rawValue), \(span("row", region.rows)), "
      + span("column", region.columns)
  }
}
