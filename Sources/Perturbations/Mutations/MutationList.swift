import Transformer

#if _endian(big)
  #error("lists are hashed and sent as little-endian numbers")
#endif

/// Mutations one by one, in 20 bytes each.
public struct MutationList: Equatable, Sendable {
  /// Most mutations of a list: 1.3 GB.
  public static let limit = 1 << 26

  /// A mutation in as little room as the numbers that models allow take.
  private struct Entry: Equatable, BitwiseCopyable {
    static let matrices = WeightMatrix.allCases

    let row: UInt32
    let column: UInt32
    let rows: UInt32
    let columns: UInt32
    let layer: UInt16
    let matrix: UInt8
    let kind: UInt8

    init(_ mutation: Mutation) {
      let region = mutation.region
      (row, rows) = (UInt32(region.rows.lowerBound), UInt32(region.rows.count))
      (column, columns) = (UInt32(region.columns.lowerBound), UInt32(region.columns.count))
      (layer, matrix, kind) = (region.layerNumber, UInt8(region.matrix.index), mutation.kind.code)
    }

    var mutation: Mutation {
      guard let kind = Kind(code: kind) else { preconditionFailure("a mutation of a kind that is listed") }
      let matrix = Entry.matrices[Int(matrix)]
      return Mutation(
        region: Region(
          layer: matrix.isOuter ? Region.outside : Int(layer), matrix: matrix, rows: Int(row)..<Int(row) + Int(rows),
          columns: Int(column)..<Int(column) + Int(columns)),
        kind: kind)
    }
  }

  /// The numbers of the kinds that are listed.
  public var parameters: KindParameters
  private var entries: [Entry] = []

  /// An empty list.
  public init(parameters: KindParameters = KindParameters()) { self.parameters = parameters }

  /// The number of mutations.
  public var count: Int { entries.count }
  /// Bytes that the list takes in memory.
  public var byteCount: Int { MemoryLayout<Entry>.stride * entries.count }

  /// The mutation at a position of the list.
  public subscript(position: Int) -> Mutation { entries[position].mutation }

  // MARK: Building

  /// Adds a mutation of a model.
  public mutating func append(_ mutation: Mutation) { entries.append(Entry(mutation)) }

  /// Brings all into canonical order; returns a mutation that is there twice, if any is.
  public mutating func sort() -> Mutation? {
    if !isCanonical { entries.sort { $0.mutation < $1.mutation } }
    return zip(entries, entries.dropFirst()).first { $0 == $1 }?.0.mutation
  }

  /// Whether all are in canonical order, each once.
  public var isCanonical: Bool { zip(entries, entries.dropFirst()).allSatisfy { $0.mutation < $1.mutation } }

  // MARK: Bytes

  /// Calls `body` with the mutations as bytes, the same on every machine.
  public func withBytes<Result>(_ body: (UnsafeRawBufferPointer) throws -> Result) rethrows -> Result {
    try entries.withUnsafeBytes(body)
  }

  /// The mutations that `withBytes` gave as bytes.
  public init(bytes: [UInt8], parameters: KindParameters) {
    precondition(bytes.count % MemoryLayout<Entry>.stride == 0, "whole mutations")
    self.parameters = parameters
    entries = bytes.withUnsafeBytes { Array($0.bindMemory(to: Entry.self)) }
  }
}
