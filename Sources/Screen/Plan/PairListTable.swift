import Configuration
import Perturbations
import Transformer

/// A list of pairs of mutations as comma-separated values, one pair a row: the columns of a list of mutations, and the
/// same with `second_` in front for the second mutation.
struct PairListTable {
  /// What stands in front of the names of the second mutation's columns, here and in exported tables.
  private static let second = "second_"

  private let table: MutationTable

  /// Takes the content of the file at `path`.
  init(bytes: [UInt8], path: String) {
    table = MutationTable(bytes: bytes, path: path, prefixes: ["", Self.second], allowsValues: true)
  }

  /// The pairs of the table, which are of a model of this shape, each once.
  ///
  /// Throws a `TextFileError` that names the line, also where a mutation stands with itself or regions overlap.
  func list(for model: HostShape) throws -> PairList {
    var parameters = KindParameters()
    var rows: [(first: Mutation, second: Mutation, line: Int)] = []
    try table.forEachRow(of: model) { entries, line in
      for entry in entries { try table.note(entry, in: &parameters, line: line) }
      guard rows.count < PairList.limit else {
        throw table.refusal(line, "this is more than \(PairList.limit) pairs; divide the list")
      }
      let (one, other) = (entries[0].mutation, entries[1].mutation)
      guard one != other else {
        throw table.refusal(line, "this pairs \(one.words) with itself; name two different mutations")
      }
      if let outer = [one, other].first(where: \.region.matrix.isOuter) {
        throw table.refusal(line, "\(outer.words) is of no layer, and pairs are of matrices of layers; screen it alone")
      }
      guard !one.region.overlaps(other.region) else {
        throw table.refusal(
          line,
          "the regions of \(one.words) and \(other.words) overlap, and a weight can be changed only once; name regions "
            + "that are apart")
      }
      rows.append((min(one, other), max(one, other), line))
    }
    guard !rows.isEmpty else { throw TextFileError.input(table.path, "the list holds no pairs; write one a line") }
    return try list(rows, parameters)
  }

  private func list(
    _ rows: [(first: Mutation, second: Mutation, line: Int)], _ parameters: KindParameters
  ) throws -> PairList {
    let mutations = Set(rows.flatMap { [$0.first, $0.second] }).sorted()
    let places = Dictionary(uniqueKeysWithValues: zip(mutations, mutations.indices))
    var singles = MutationList(parameters: parameters)
    for mutation in mutations { singles.append(mutation) }
    var lines: [PairList.Pair: Int] = [:]
    let pairs = try rows.map { row in
      guard let first = places[row.first], let second = places[row.second] else {
        preconditionFailure("mutations of the rows")
      }
      let pair = PairList.Pair(first, second)
      if let line = lines.updateValue(row.line, forKey: pair) {
        throw table.refusal(row.line, "this is the pair of line \(line) again; keep one")
      }
      return pair
    }
    return PairList(pairs, of: singles)
  }
}
