import Basics

extension RowSharing {
  /// What `body` makes of each of `count` pieces, on every rank. Ranks share the pieces, and those that were kept are
  /// not made again; `isWhole` says whether what was kept can be a piece. Collective, so `body` must not be.
  ///
  /// Throws the same on all ranks if a piece fails on one, and an `Interruption` where one was asked to end early.
  public func pieces(
    _ step: String, count: Int, isWhole: ([UInt8]) -> Bool = { _ in true }, _ body: (Int) throws -> [UInt8]
  ) throws -> [[UInt8]] {
    let number = keeper?.beginStep() ?? 0
    var all = (0..<count).map { piece in keeper?.piece(piece, of: number).flatMap { isWhole($0) ? $0 : nil } }
    let missing = all.indices.filter { all[$0] == nil }
    // Neighbours are of like size, so every rank gets some of each.
    let places = stride(from: rank, to: missing.count, by: rankCount)
    keeper?.show(step, done: count - missing.count, of: count)
    let (own, end) = make(places.map { missing[$0] }, step: number, body) { done in
      keeper?.show(step, done: count - missing.count + min(done * rankCount, missing.count), of: count)
    }
    try agree(on: end)
    let lengths = try byRank(own.map(\.count))
    let bytes = try byRank(own.flatMap { $0 })
    for (rank, (lengths, bytes)) in zip(lengths, bytes).enumerated() {
      var start = 0
      for (place, length) in zip(stride(from: rank, to: missing.count, by: rankCount), lengths) {
        all[missing[place]] = Array(bytes[start..<start + length])
        start += length
      }
    }
    return all.compactMap { $0 }
  }

  /// Shares pieces that are numbers, as `pieces` shares bytes.
  public func numbers(
    _ step: String, count: Int, isWhole: ([Int32]) -> Bool, _ body: (Int) throws -> [Int32]
  ) throws -> [[Int32]] {
    func numbers(_ bytes: [UInt8]) -> [Int32] { Array(memoryBytes: bytes) }
    let made = try pieces(step, count: count, isWhole: { isWhole(numbers($0)) }) { piece in
      try body(piece).memoryBytes
    }
    return made.map(numbers)
  }

  /// What `body` makes, which all ranks make together; not again where it was kept and `decode` can read it.
  /// Collective.
  func kept<Value>(
    _ step: String, encode: (Value) -> [UInt8], decode: ([UInt8]) -> Value?, _ body: () throws -> Value
  ) throws -> Value {
    guard let keeper else { return try body() }
    let number = keeper.beginStep()
    if let value = keeper.piece(0, of: number).flatMap(decode) {
      keeper.show(step, done: 1, of: 1)
      return value
    }
    try stopIfAsked()
    keeper.show(step, done: 0, of: 1)
    let value = try body()
    if rank == 0 { keeper.keep(encode(value), piece: 0, of: number) }
    return value
  }

  /// Throws an `Interruption` on all ranks where one was asked to end early. Collective.
  func stopIfAsked() throws {
    guard let keeper else { return }
    try agree(on: keeper.isToStop ? .stopped : .done)
  }

  // MARK: Private

  /// How the work of a rank ended.
  private enum End {
    case done, stopped
    case failed(any Error)
  }

  private func make(
    _ pieces: [Int], step: Int, _ body: (Int) throws -> [UInt8], progress: (_ done: Int) -> Void
  ) -> (made: [[UInt8]], end: End) {
    var made: [[UInt8]] = []
    for piece in pieces {
      if keeper?.isToStop == true { return (made, .stopped) }
      do {
        let bytes = try body(piece)
        keeper?.keep(bytes, piece: piece, of: step)
        made.append(bytes)
      } catch {
        return (made, .failed(error))
      }
      progress(made.count)
    }
    return (made, .done)
  }

  /// Throws on all ranks unless all are done. Collective.
  private func agree(on end: End) throws {
    // A rank that fails still takes its part in telling the others, and why.
    let words: String
    switch end {
    case .done: words = ""
    case .stopped: words = "stopped"
    case .failed(let error): words = "failed: \(error)"
    }
    let ends = try byRank(Array(words.utf8)).map { String(decoding: $0, as: UTF8.self) }
    if let failure = ends.first(where: { $0.hasPrefix("failed: ") }) {
      throw GeometryError(String(failure.dropFirst("failed: ".count)))
    }
    if ends.contains("stopped") { throw Interruption() }
  }
}
