import Configuration
import Perturbations
import Transformer

/// A list of mutations as comma-separated values, one mutation a row.
struct MutationListTable {
  private let table: MutationTable

  /// Takes the content of the file at `path`.
  init(bytes: [UInt8], path: String) { table = MutationTable(bytes: bytes, path: path) }

  /// The mutations of the table, which are of a model of this shape, each once.
  ///
  /// Throws a `TextFileError` that names the line.
  func list(for model: HostShape) throws -> MutationList {
    var list = MutationList()
    try table.forEachRow(of: model) { entries, line in
      for entry in entries {
        try table.note(entry, in: &list.parameters, line: line)
        guard list.count < MutationList.limit else {
          throw table.refusal(line, "this is more than \(MutationList.limit) mutations; divide the list")
        }
        list.append(entry.mutation)
      }
    }
    guard list.count > 0 else { throw TextFileError.input(table.path, "the list holds no mutations; write one a line") }
    if let twice = list.sort() { try refuse(twice, model) }
    return list
  }

  /// Says in which lines a mutation is.
  private func refuse(_ twice: Mutation, _ model: HostShape) throws -> Never {
    var first = 0
    try table.forEachRow(of: model) { entries, line in
      guard entries.contains(where: { $0.mutation == twice }) else { return }
      if first > 0 { throw table.refusal(line, "this is the mutation of line \(first) again; keep one") }
      first = line
    }
    preconditionFailure("a mutation that is there twice")
  }
}
