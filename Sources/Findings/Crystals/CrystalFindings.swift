import Archive
import Geometry
import MessagePassing

/// Crystals of a cloud: of its relations, or parallelograms that are found without any.
struct CrystalFindings: Sendable {
  let groups: [AnalysisGroup]
  /// Parallelograms of relations; nil: there are no relations, or too few that have pairs enough.
  let crystals: Crystals?
  /// Parallelograms without relations; nil where relations were named, too few points differ, or all are flat.
  let parallelograms: NearestDifferences?
  /// Why there are no crystals.
  let problem: String?

  /// The number of letters of a name is the distractor that is tested. Collective.
  init(_ cloud: Cloud, seed: UInt64, sharing: Sharing) throws {
    let names = cloud.names ?? cloud.numbers.map(String.init)
    guard !cloud.relations.isEmpty else {
      crystals = nil
      parallelograms = try NearestDifferences(cloud.points, seed: seed, sharing: sharing)
      problem =
        parallelograms == nil
        ? "no parallelograms are listed: fewer than 8 points differ, or all that come near one are flat" : nil
      groups = parallelograms.map { [$0.group(names: names)] } ?? []
      return
    }
    let relations = Relations(cloud.relations.map { ($0.name, $0.pairs) }, of: cloud.points)
    parallelograms = nil
    guard relations.names.count > 1 else {
      problem =
        "of \(cloud.relations.count) relations \(relations.names.count) have at least \(Relations.pairLimit) pairs of "
        + "their own, and crystals take two"
      (crystals, groups) = (nil, [])
      return
    }
    let crystals = try Crystals(cloud.points, relations, seed: seed, sharing: sharing)
    problem = nil
    self.crystals = crystals
    groups = [
      crystals.group(
        functions: FunctionVectors(cloud.points, relations, crystals.folds, seed: seed),
        clusters: DifferenceClusters(crystals, seed: seed),
        distractor: try DistractorTest(crystals, numbers: names.map { Double($0.count) }, seed: seed),
        drawings: try CrystalDrawing.drawings(of: crystals, cloud.points, seed: seed), names: names)
    ]
  }
}
