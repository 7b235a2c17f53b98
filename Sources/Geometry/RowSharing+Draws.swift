import Basics

extension RowSharing {
  /// The `width` numbers that `body` makes for each of `count` draws, on every rank. Collective; throws on all ranks if
  /// a draw fails on one.
  func draws(_ step: String, _ count: Int, width: Int, _ body: (Int) throws -> [Double]) throws -> [[Double]] {
    let byteCount = width * MemoryLayout<Double>.stride
    return try pieces(step, count: count, isWhole: { $0.count == byteCount }) { draw in
      let values = try body(draw)
      precondition(values.count == width, "\(width) numbers a draw")
      return values.memoryBytes
    }.map { Array(memoryBytes: $0) }
  }
}
