import Geometry
import LinearAlgebra
import MessagePassing
import Testing
import TestSupport

/// Any number of ranks and threads gives the same lobes and the same figures, bit for bit: also under mpirun.
struct LobesRanksTests {
  /// As every command does: bits of a product depend on its threads.
  init() { BLAS.useThreads(1) }

  @Test func lobesDoNotDependOnTheRanks() throws {
    let planted = PlantedLobes(lobes: 3, features: 130, noise: 0.3, seed: 21)
    let counts = LobeComparison.DrawCounts(permutations: 17, fits: 4, clusterings: 2)
    func lobes(_ sharing: Sharing) throws -> Lobes {
      try Lobes(planted.cloud, planted.record, lobeCount: 3, drawCounts: counts, seed: 5, sharing: sharing)
    }
    try World.run { (world) throws in
      let alone = try lobes(Sharing())
      for shared in [try lobes(Sharing(world)), try lobes(Sharing(world, threads: 2))] {
        #expect(shared.geometric.labels == alone.geometric.labels)
        for (one, other) in zip(shared.functional, alone.functional) {
          #expect(one.division.labels == other.division.labels)
          #expect(one.division.eigenvalues == other.division.eigenvalues)
          #expect(one.comparison.prediction == other.comparison.prediction)
          for (entry, expected) in zip(one.comparison.entries, other.comparison.entries) {
            #expect(entry.agreement == expected.agreement && entry.accuracy == expected.accuracy)
          }
        }
      }
    }
  }
}
