import Basics
import Geometry
import MessagePassing
import Testing
import TestSupport

/// Draws shared over ranks give the numbers that one process makes.
@Suite(.serialized) struct GalaxyRanksTests {
  @Test func ranksChangeNothing() throws {
    try World.run { (world) throws in
      var random = RandomStream(seed: 3, stream: 1, index: 0)
      let cloud = PointCloud(dimension: 9, values: (0..<90 * 9).map { _ in Float(random.normal()) })
      let named = (0..<3).map { relation in
        (
          name: "\(relation)",
          pairs: (0..<10).map { Relations.Pair(from: relation * 20 + $0, to: relation * 20 + 10 + $0) }
        )
      }
      let relations = Relations(named, of: cloud)
      let galaxies = try [Sharing(world), Sharing()].map { try Galaxy(cloud, drawCount: 5, seed: 2, sharing: $0) }
      for (shared, alone) in zip(galaxies[0].controls, galaxies[1].controls) {
        #expect(shared.slope == alone.slope && shared.spectrum == alone.spectrum)
      }
      #expect(galaxies[0].clustering?.difference == galaxies[1].clustering?.difference)
      let crystals = try [Sharing(world), Sharing()].map {
        try Crystals(cloud, relations, permutationCount: 7, seed: 2, sharing: $0)
      }
      #expect(crystals[0].silhouette == crystals[1].silhouette)
      #expect(zip(crystals[0].entries, crystals[1].entries).allSatisfy { $0.cosine == $1.cosine })
      let found = try [Sharing(world), Sharing()].map {
        try NearestDifferences(cloud, limit: 20, drawCount: 3, seed: 2, sharing: $0)
      }
      #expect(found[0]?.quadruples == found[1]?.quadruples && found[0]?.deviation == found[1]?.deviation)
      #expect(found[0]?.flatCount == found[1]?.flatCount)
      let shares = try [Sharing(world), Sharing()].map {
        try BlockSpan([0..<3, 3..<6], of: PrincipalComponents(cloud), drawCount: 7, seed: 2, sharing: $0)?.share
      }
      #expect(shares[0] != nil && shares[0] == shares[1])
    }
  }
}
