import HDF5
import Perturbations
import Statistics

/// The pairs of a results file, which stand behind the single mutations that they are of.
public struct ResultsPairs: Sendable {
  /// The number of single mutations, which are the first rows of the file.
  public let singleCount: Int
  /// The pairs in the order of their rows.
  public let pairs: [PairList.Pair]
  /// What the test of interactions makes of the divergences; see `PairInteractions`.
  public let interactions: PairInteractions

  /// The number of pairs.
  public var count: Int { pairs.count }
  /// The row of a pair in the file.
  public func row(of pair: Int) -> Int { singleCount + pair }
}

extension ResultsFile {
  /// The pairs with their interactions; nil where the file has none.
  public func pairs() throws -> ResultsPairs? {
    guard summary.recording.pairs else { return nil }
    let (singleCount, rows) = (summary.layeredCount, summary.pairRows)
    let (firsts, seconds) = (try values(\.pairFirst, rows), try values(\.pairSecond, rows))
    let pairs = try rows.map { row in
      let (first, second) = (Int(firsts[row - singleCount]), Int(seconds[row - singleCount]))
      guard 0..<singleCount ~= first, 0..<singleCount ~= second, first != second else {
        throw ArchiveError(
          "cannot read \(path): mutation \(row) is a pair of mutations \(first) and \(second), of which there are "
            + "\(singleCount); the file is damaged")
      }
      return PairList.Pair(first, second)
    }
    let (divergences, inputs) = (try values(\.divergence, 0..<rows.upperBound), summary.inputCount)
    func divergence(_ row: Int) -> [Double] { divergences[row * inputs..<(row + 1) * inputs].map { Double($0) } }
    let interactions = PairInteractions(
      sums: pairs.map { pair in zip(divergence(pair.first), divergence(pair.second)).map(+) },
      divergences: pairs.indices.map { divergence(singleCount + $0) })
    return ResultsPairs(singleCount: singleCount, pairs: pairs, interactions: interactions)
  }
}

extension ResultsPairs {
  /// Adds the group `/pair` to a results file of pairs whose phenotypes are there; other files stay as they are.
  /// For one process.
  public static func write(to path: String) throws {
    let results = try ResultsFile(path: path)
    let (found, ids) = (try results.pairs(), results.summary.ids)
    try results.close()
    guard let found else { return }
    let file = try File.update(path, communicator: nil)
    try file.create(layout(pairCount: found.count, ids: ids))
    try file.dataset("pair/mutation") { try $0.writeWhole((0..<found.count).map { Int32(found.row(of: $0)) }) }
    try file.dataset("pair/first") { try $0.writeWhole(found.pairs.map { Int32($0.first) }) }
    try file.dataset("pair/second") { try $0.writeWhole(found.pairs.map { Int32($0.second) }) }
    for (name, values) in [
      ("interaction", found.interactions.interactions), ("expected", found.interactions.expected),
    ] {
      try file.dataset("pair/\(name)") { try $0.writeWhole(values.flatMap { $0.map { Float($0) } }) }
    }
    try file.close()
    try OutputTarget.handToDisk(path)
  }

  private static func layout(pairCount: Int, ids: [String]) -> ResultsLayout.GroupLayout {
    let (pair, input) = (Axis(name: "pair", length: pairCount), Axis(name: "input", length: ids.count))
    func place(_ name: String, _ longName: String) -> Column {
      Column(name: name, type: .int32, axes: [pair], longName: longName)
    }
    func divergence(_ name: String, _ longName: String) -> Column {
      Column(name: name, type: .float32, axes: [pair, input], longName: longName)
    }
    return ResultsLayout.GroupLayout(
      name: "pair",
      columns: [
        place("mutation", "row of the pair in /mutation and /phenotype"),
        place("first", "row of its first mutation alone"), place("second", "row of its second mutation alone"),
        divergence("interaction", "divergence of the pair less those of its mutations alone, in nats"),
        divergence("expected", "divergence that is expected of mutations that do not interact, in nats"),
      ], dimensions: [(pair, .index()), (input, .labels(ids))],
      comment: """
        Divergences of small changes add up, but large ones saturate, so that a pair need not interact where the \
        interaction is not 0. What is expected is the sum of the single divergences times the usual ratio of pair to \
        sum at such a sum: a resistant line (Tukey 1977, Exploratory Data Analysis) through the logarithms of both \
        among the other pairs that are nearest in that sum on the same input.
        """)
  }
}
