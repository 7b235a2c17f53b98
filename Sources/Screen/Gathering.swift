import Archive
import MessagePassing
import Mutagenesis

/// Brings finished units from the ranks that did them into one results file, in the plan's order.
///
/// In each round every rank owns one run of consecutive mutations, whole chunks of the file; the ranks exchange rows so
/// that each has its own, and write them in one collective call. Memory and message sizes do not grow with the screen.
struct Gathering {
  /// Bytes of rows that a rank owns in a round.
  static let roundBytes = 64 << 20

  let communicator: Communicator
  let plan: UnitPlan
  /// An empty table of the screen's columns with so many rows.
  let emptyTable: (_ rows: Int) -> Phenotypes

  /// Writes all rows; `finished` are this rank's units. Collective.
  func write(_ finished: [Int: Phenotypes], to writer: borrowing ResultsWriter) throws {
    let chunkRows = writer.chunkRows
    let bytesPerRow = max(1, emptyTable(1).bytes(rows: 0..<1).count)
    let ownRows = chunkRows * max(1, Gathering.roundBytes / (bytesPerRow * chunkRows))
    let roundRows = ownRows * communicator.size
    for start in stride(from: 0, to: plan.mutationCount, by: roundRows) {
      let slices = (0..<communicator.size).map { rank in
        let first = min(start + rank * ownRows, plan.mutationCount)
        return first..<min(first + ownRows, plan.mutationCount)
      }
      let parcels = slices.map { parcel(of: $0, finished: finished) }
      let received = try communicator.exchange(parcels)
      let own = slices[communicator.rank]
      let table = try communicator.agree { try unpack(received, rows: own) }
      try writer.write(table, mutations: own.map { plan.mutation(at: $0) }, at: own.lowerBound)
    }
  }

  // MARK: Parcels

  /// This rank's rows among `rows`: unit after unit, each with its first position and number of rows before it.
  private func parcel(of rows: Range<Int>, finished: [Int: Phenotypes]) -> [UInt8] {
    var bytes: [UInt8] = []
    for (unit, phenotypes) in finished.sorted(by: { $0.key < $1.key }) {
      let positions = plan.units[unit].positions
      let shared = positions.clamped(to: rows)
      guard !shared.isEmpty else { continue }
      withUnsafeBytes(of: (Int64(shared.lowerBound), Int64(shared.count))) { bytes.append(contentsOf: $0) }
      let first = positions.lowerBound
      bytes += phenotypes.bytes(rows: shared.lowerBound - first..<shared.upperBound - first)
    }
    return bytes
  }

  private func unpack(_ parcels: [[UInt8]], rows: Range<Int>) throws -> Phenotypes {
    var table = emptyTable(rows.count)
    var filled = 0
    for parcel in parcels {
      var rest = parcel[...]
      while rest.count >= 16 {
        let (first, count) = rest.prefix(16).withUnsafeBytes {
          (Int($0.loadUnaligned(as: Int64.self)), Int($0.loadUnaligned(fromByteOffset: 8, as: Int64.self)))
        }
        var part = emptyTable(count)
        guard let size = part.read(rest.dropFirst(16)) else { throw ScreenError("a parcel of rows is cut short") }
        table.replaceRows(from: first - rows.lowerBound, with: part, rows: 0..<count)
        filled += count
        rest = rest.dropFirst(16 + size)
      }
    }
    guard filled == rows.count else {
      throw ScreenError(
        "cannot gather mutations \(rows.lowerBound) to \(rows.upperBound): only \(filled) of \(rows.count) arrived")
    }
    return table
  }
}
