extension RowSharing {
  /// The `width` numbers that `body` makes for each of `count` draws, on every rank. Collective; throws on all ranks if a draw
  /// fails on one.
  func draws(_ count: Int, width: Int, _ body: (Int) throws -> [Double]) throws -> [[Double]] {
    var failure: (any Error)?
    // A mark and the numbers: a rank that fails still takes its part in telling the others.
    var own: [Double] = []
    for draw in ownRows(of: count) {
      do {
        let values = try body(draw)
        precondition(values.count == width, "\(width) numbers a draw")
        own += [1] + values
      } catch {
        failure = error
        own += Array(repeating: 0, count: width + 1)
      }
    }
    let rows = try ofAllRanks(own)
    if let failure { throw failure }
    return try (0..<count).map { draw in
      let row = rows[draw * (width + 1)..<(draw + 1) * (width + 1)]
      guard row.first == 1 else { throw GeometryError("draw \(draw) of \(count) failed on another rank") }
      return Array(row.dropFirst())
    }
  }
}
