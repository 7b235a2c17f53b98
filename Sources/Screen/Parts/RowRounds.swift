import Archive
import MessagePassing
import Perturbations

/// Rows of a results file that all ranks write together: in each round every rank has one run of consecutive rows,
/// whole chunks of the file. Memory does not grow with the file.
struct RowRounds {
  let communicator: Communicator
  let description: ScreenDescription
  /// Bytes of rows that a rank has in a round.
  var roundBytes = Gathering.roundBytes

  /// Writes all rows, those of this rank as `read` gives them. Collective.
  func write(
    to writer: borrowing ResultsWriter, read: (Range<Int>) throws -> (table: Phenotypes, mutations: [Mutation])
  ) throws {
    let rowBytes = max(1, description.emptyTable(rows: 1).byteCount)
    let ownRows = writer.chunkRows * max(1, roundBytes / (rowBytes * writer.chunkRows))
    let count = description.mutationCount
    for start in stride(from: 0, to: count, by: ownRows * communicator.size) {
      let first = min(start + communicator.rank * ownRows, count)
      let own = first..<min(first + ownRows, count)
      let found = try communicator.agree { try read(own) }
      try writer.write(found.table, mutations: found.mutations, at: own.lowerBound)
    }
  }
}
