import Basics

/// The mark of what fails in a piece of shared work.
public enum SharingOrigin {}

/// What failed in a piece of shared work, in the sentence of the rank that it failed on.
public typealias SharingError = Refusal<SharingOrigin>

extension Sharing {
  /// Returns what `body` makes of each piece from 0 up to `count`, on every rank. Collective, so `body` must not be; if
  /// it fails on one rank, all throw as with `agree`.
  public func map<Value: BitwiseCopyable>(_ count: Int, _ body: (Int) throws -> [Value]) throws -> [[Value]] {
    guard rankCount > 1 else { return try (0..<count).map(body) }
    return try gathered(try agree { try ownPieces(of: count).map(body) }, count: count)
  }

  /// Returns what `body` makes of each of `count` pieces, on every rank; pieces that were kept are not made again.
  /// Collective, so `body` must not be.
  ///
  /// Throws a `SharingError` on all ranks if a piece fails on one, and an `Interruption` where one was asked to end
  /// early.
  ///
  /// - Parameters:
  ///   - step: What is being done, for who watches.
  ///   - isWhole: Says whether what was kept can be a piece.
  public func pieces(
    _ step: String, count: Int, isWhole: ([UInt8]) -> Bool = { _ in true }, _ body: (Int) throws -> [UInt8]
  ) throws -> [[UInt8]] {
    let number = keeper?.beginStep() ?? 0
    var all = (0..<count).map { piece in keeper?.piece(piece, of: number).flatMap { isWhole($0) ? $0 : nil } }
    let missing = all.indices.filter { all[$0] == nil }
    keeper?.show(step, done: count - missing.count, of: count)
    let (own, end) = make(ownPieces(of: missing.count).map { missing[$0] }, step: number, body) { done in
      keeper?.show(step, done: count - missing.count + min(done * rankCount, missing.count), of: count)
    }
    try agree(on: end)
    for (piece, bytes) in zip(missing, try gathered(own, count: missing.count)) { all[piece] = bytes }
    return all.compactMap { $0 }
  }

  /// Returns what `body` makes of each of `count` pieces, as `pieces` does, where each is a list of numbers.
  public func numbers<Number: BitwiseCopyable>(
    _ step: String, count: Int, isWhole: ([Number]) -> Bool, _ body: (Int) throws -> [Number]
  ) throws -> [[Number]] {
    try pieces(step, count: count, isWhole: { isWhole(Array(memoryBytes: $0)) }) { try body($0).memoryBytes }
      .map { Array(memoryBytes: $0) }
  }

  /// Returns the `width` numbers that `body` makes for each of `count` draws, as `pieces` does.
  public func draws(
    _ step: String, _ count: Int, width: Int, _ body: (Int) throws -> [Double]
  ) throws -> [[Double]] {
    let byteCount = width * MemoryLayout<Double>.stride
    return try pieces(step, count: count, isWhole: { $0.count == byteCount }) { draw in
      let values = try body(draw)
      precondition(values.count == width, "\(width) numbers a draw")
      return values.memoryBytes
    }.map { Array(memoryBytes: $0) }
  }

  /// Returns what `body` makes, which all ranks make together; it is not made again where it was kept and `decode` can
  /// read it. Collective.
  public func kept<Value>(
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
    if isFirst { keeper.keep(encode(value), piece: 0, of: number) }
    return value
  }

  /// Throws an `Interruption` on all ranks where one was asked to end early. Collective.
  public func stopIfAsked() throws {
    guard let keeper else { return }
    try agree(on: keeper.isToStop ? .stopped : .done)
  }

  // MARK: Going round the ranks

  /// The pieces that this rank makes. Neighbours are of like size, so every rank gets some of each.
  private func ownPieces(of count: Int) -> StrideTo<Int> { stride(from: rank, to: count, by: rankCount) }

  /// All pieces in their order on every rank, of which this rank has made its own. Collective.
  private func gathered<Value: BitwiseCopyable>(_ own: [[Value]], count: Int) throws -> [[Value]] {
    let lengths = try byRank(own.map(\.count))
    let values = try byRank(own.flatMap { $0 })
    var starts = Array(repeating: 0, count: rankCount)
    return (0..<count).map { piece in
      let rank = piece % rankCount
      let start = starts[rank]
      starts[rank] += lengths[rank][piece / rankCount]
      return Array(values[rank][start..<starts[rank]])
    }
  }

  // MARK: How the work of a rank ends

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
    // A rank that fails still reports to the others why.
    let words: String
    switch end {
    case .done: words = ""
    case .stopped: words = "stopped"
    case .failed(let error): words = "failed: \(error)"
    }
    let ends = try byRank(Array(words.utf8)).map { String(decoding: $0, as: UTF8.self) }
    if let failure = ends.first(where: { $0.hasPrefix("failed: ") }) {
      throw SharingError(String(failure.dropFirst("failed: ".count)))
    }
    if ends.contains("stopped") { throw Interruption() }
  }
}
