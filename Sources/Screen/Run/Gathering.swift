import Archive
import MessagePassing
import Perturbations

/// Brings finished units from the journal into one results file, in the plan's order.
///
/// In each round every rank owns one run of consecutive mutations, whole chunks of the file, which it reads from the
/// journal, whoever wrote it there; the ranks write them in one collective call. Memory does not grow with the screen.
struct Gathering {
  /// Bytes of rows that a rank owns in a round.
  static let roundBytes = 64 << 20

  /// What a rank found among its rows.
  struct Found {
    /// Non-silent mutations and inputs.
    var nonSilentCount = 0
    /// The seconds of each unit of the file, 0 for units of other ranks.
    var seconds: [Double]
    var ranks: [Int32]
  }

  let communicator: Communicator
  let plan: UnitPlan
  /// The units of the file, all or a part.
  let units: Range<Int>
  let journal: UnitJournal
  /// An empty table of the screen's columns with so many rows.
  let emptyTable: (_ rows: Int) -> Phenotypes

  /// Writes all rows. Collective.
  func write(to writer: borrowing ResultsWriter) throws -> Found {
    var found = Found(
      seconds: Array(repeating: 0, count: units.count), ranks: Array(repeating: 0, count: units.count))
    let positions = plan.positions(of: units)
    let chunkRows = writer.chunkRows
    let ownRows = chunkRows * max(1, Gathering.roundBytes / (max(1, emptyTable(1).byteCount) * chunkRows))
    for start in stride(from: 0, to: positions.count, by: ownRows * communicator.size) {
      let first = min(start + communicator.rank * ownRows, positions.count)
      let rows = first..<min(first + ownRows, positions.count)
      let own = positions.lowerBound + rows.lowerBound..<positions.lowerBound + rows.upperBound
      let table = try communicator.agree { try read(own, noting: &found) }
      try writer.write(table, mutations: own.map { plan.mutation(at: $0) }, at: rows.lowerBound)
    }
    return found
  }

  /// The rows of the plan's positions `own`, from the units that they are of.
  private func read(_ own: Range<Int>, noting found: inout Found) throws -> Phenotypes {
    var table = emptyTable(own.count)
    guard !own.isEmpty else { return table }
    for unit in plan.units(around: own) {
      let positions = plan.units[unit].positions
      let shared = positions.clamped(to: own)
      let finished = try journal.finished(unit)
      let rows = shared.lowerBound - positions.lowerBound..<shared.upperBound - positions.lowerBound
      table.replaceRows(from: shared.lowerBound - own.lowerBound, with: finished.phenotypes, rows: rows)
      // A unit in two ranks' rows is noted by the first.
      if own.contains(positions.lowerBound) {
        found.seconds[unit - units.lowerBound] = finished.seconds
        found.ranks[unit - units.lowerBound] = Int32(finished.rank)
      }
    }
    found.nonSilentCount += table.firstChange.count { $0 >= 0 }
    return table
  }
}
