import Geometry
import LinearAlgebra
import MessagePassing
import Synchronization
import Testing
import TestSupport

/// Keeps pieces in memory, and asks for an end after some of them.
private final class MemoryKeeper: PieceKeeper {
  struct Place: Hashable {
    let step: Int
    let piece: Int
  }

  private struct State {
    var step = -1
    var made: [Place: [UInt8]] = [:]
  }

  private let kept: [Place: [UInt8]]
  private let limit: Int
  private let state = Mutex(State())

  /// Goes on from what others kept; asks for an end once `limit` more are kept.
  init(goingOnFrom kept: [Place: [UInt8]] = [:], limit: Int = .max) {
    self.kept = kept
    self.limit = limit
  }

  var made: [Place: [UInt8]] { state.withLock { $0.made } }
  var all: [Place: [UInt8]] { made.merging(kept) { $1 } }

  func beginStep() -> Int {
    state.withLock {
      $0.step += 1
      return $0.step
    }
  }

  func piece(_ number: Int, of step: Int) -> [UInt8]? { kept[Place(step: step, piece: number)] }

  func keep(_ bytes: [UInt8], piece: Int, of step: Int) {
    state.withLock { $0.made[Place(step: step, piece: piece)] = bytes }
  }

  var isToStop: Bool { made.count >= limit }

  func show(_ step: String, done: Int, of count: Int) {}
}

private struct Refusal: Error, CustomStringConvertible {
  let description = "the fifth is bad"
}

/// A geometry that is interrupted and goes on finds what an uninterrupted one does, and makes no piece twice.
@Suite(.serialized) struct PieceRanksTests {
  /// As every command does: bits of a product depend on its threads.
  init() { BLAS.useThreads(1) }

  private let planted = PlantedLobes(lobes: 3, features: 60, noise: 0.3, seed: 4)

  /// Everything that is found, as text, which tells all digits.
  private func findings(_ sharing: Sharing, method: Lobes.Method = .exact) throws -> String {
    let galaxy = try Galaxy(planted.cloud, drawCount: 3, seed: 2, sharing: sharing)
    let counts = LobeComparison.DrawCounts(permutations: 5, fits: 2, clusterings: 2)
    let lobes = try Lobes(
      planted.cloud, planted.record, lobeCount: 3, measures: [.phi, .jaccard], method: method, drawCounts: counts,
      seed: 5, sharing: sharing)
    let nearest = try NearestDifferences(planted.cloud, limit: 10, drawCount: 3, seed: 2, sharing: sharing)
    return
      "\(galaxy.controls) \(String(describing: galaxy.clustering)) \(lobes) \(String(describing: nearest?.deviation))"
  }

  @Test(arguments: [Lobes.Method.exact, .neighbours, .landmarks])
  func goesOnAtEveryPiece(method: Lobes.Method) throws {
    let whole = MemoryKeeper()
    let expected = try findings(Sharing(keeper: whole), method: method)
    #expect(try findings(Sharing(), method: method) == expected)
    for limit in stride(from: 1, to: whole.made.count, by: 43) {
      let first = MemoryKeeper(limit: limit)
      #expect(throws: Interruption.self) { _ = try findings(Sharing(keeper: first), method: method) }
      #expect(first.made.count == limit)
      let second = MemoryKeeper(goingOnFrom: first.made)
      #expect(try findings(Sharing(keeper: second), method: method) == expected)
      #expect(second.made.count == whole.made.count - limit)
      #expect(second.all == whole.made)
    }
  }

  @Test func whatIsNoPieceIsMadeAgain() throws {
    let whole = MemoryKeeper()
    let expected = try findings(Sharing(keeper: whole))
    let broken = whole.made.mapValues { bytes in Array(bytes.dropLast()) }
    #expect(try findings(Sharing(keeper: MemoryKeeper(goingOnFrom: broken))) == expected)
    let strange = whole.made.mapValues { bytes in Array(repeating: UInt8(255), count: bytes.count + 8) }
    #expect(try findings(Sharing(keeper: MemoryKeeper(goingOnFrom: strange))) == expected)
  }

  @Test func oneRankStopsAll() throws {
    try World.run { (world) throws in
      let last = world.rank == world.size - 1
      let keeper = MemoryKeeper(limit: last ? 2 : .max)
      #expect(throws: Interruption.self) { _ = try findings(Sharing(world, keeper: keeper)) }
      #expect(!keeper.made.isEmpty)
    }
  }

  @Test func oneRankFailsForAll() throws {
    try World.run { (world) throws in
      let sharing = Sharing(world)
      let words = #expect(throws: SharingError.self) {
        _ = try sharing.pieces("trying", count: 7) { piece in
          if piece == 5 { throw Refusal() }
          return [UInt8(piece)]
        }
      }
      #expect(words.map { "\($0)" } == "the fifth is bad")
      let all = try sharing.pieces("trying", count: 7) { Array(repeating: UInt8($0), count: $0) }
      #expect(all.map(\.count) == Array(0..<7))
    }
  }
}
