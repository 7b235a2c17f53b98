import Basics
import LinearAlgebra

/// Two pairs of one relation as a quadrangle in the plane, before and after discriminant analysis: its corners from the
/// first pair to the second, each time in the plane that they differ most in.
public struct CrystalDrawing: Sendable {
  /// The number of the relation among those of the crystals.
  public let relation: Int
  /// Places in the relations' pairs.
  public let pairs: (first: Int, second: Int)
  /// The corners before the analysis, `[4, 2]`, about their mean: from and to of the first pair, then of the second.
  public let before: DoubleMatrix
  /// The corners after the analysis, `[4, 2]`.
  public let after: DoubleMatrix

  /// Up to `count` of each relation, drawn at random, not by how well they look; both pairs are of one part, and the
  /// analysis is the one that was not fitted to it.
  public static func drawings(
    of crystals: Crystals, _ cloud: PointCloud, count: Int = 4, seed: UInt64
  ) throws -> [CrystalDrawing] {
    let relations = crystals.relations
    return try relations.names.indices.flatMap { relation -> [CrystalDrawing] in
      let members = relations.members(relation)
      var random = RandomStream(seed: seed, stream: .drawings, index: relation)
      let all = members.flatMap { first in members.filter { $0 > first }.map { (first: first, second: $0) } }
        .filter { crystals.folds.folds[$0.first] == crystals.folds.folds[$0.second] }
      return try random.permutation(all.count).prefix(count).compactMap { place -> CrystalDrawing? in
        guard let analysis = crystals.heldOut[crystals.folds.folds[all[place].first]] else { return nil }
        let corners = [all[place].first, all[place].second].flatMap {
          [relations.pairs[$0].from, relations.pairs[$0].to]
        }
        let points = cloud[points: corners].matrix
        return CrystalDrawing(
          relation: relation, pairs: all[place], before: try plane(points),
          after: try plane(analysis.project(crystals.differences.coordinates(points))))
      }
    }
  }

  /// Coordinates of corners in their leading plane, `[4, 2]`.
  private static func plane(_ corners: DoubleMatrix) throws -> DoubleMatrix {
    let cloud = corners.cloud
    let components = try PrincipalComponents(cloud)
    let scores = components.scores(of: cloud, components: min(2, components.rank))
    var plane = DoubleMatrix(rows: corners.rows, columns: 2)
    for row in 0..<scores.rows { for column in 0..<scores.columns { plane[row, column] = scores[row, column] } }
    return plane
  }
}
