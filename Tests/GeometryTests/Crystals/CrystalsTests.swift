import Basics
import Foundation
import Geometry
import LinearAlgebra
import Testing

struct CrystalsTests {
  /// Relations of 20 pairs each, whose differences are a step of their own, of length `step`, with a little noise, plus
  /// noise of deviation `distractor` along one further dimension, which the relations know nothing of.
  private struct Planted {
    let cloud: PointCloud
    let relations: Relations
    /// What the distractor adds to each point.
    let numbers: [Double]

    init(relationCount: Int = 6, step: Double = 1, spread: Double = 3, distractor: Double = 12, seed: UInt64) {
      var random = RandomStream(seed: seed, stream: 1, index: 0)
      let dimension = 10
      let steps = (0..<relationCount).map { _ in
        let direction = (0..<dimension - 1).map { _ in random.normal() }
        let length = direction.reduce(0) { $0 + $1 * $1 }.squareRoot()
        return direction.map { step * $0 / length }
      }
      var (values, numbers, named) = ([Float](), [Double](), [(name: String, pairs: [Relations.Pair])]())
      for relation in 0..<relationCount {
        var pairs: [Relations.Pair] = []
        for _ in 0..<20 {
          let from = (0..<dimension - 1).map { _ in spread * random.normal() }
          let to = zip(from, steps[relation]).map { $0 + $1 + 0.1 * random.normal() }
          for point in [from, to] {
            numbers.append(distractor * random.normal())
            values += (point + [numbers[numbers.count - 1]]).map(Float.init)
          }
          pairs.append(Relations.Pair(from: numbers.count - 2, to: numbers.count - 1))
        }
        named.append(("relation \(relation)", pairs))
      }
      cloud = PointCloud(dimension: dimension, values: values)
      relations = Relations(named, of: cloud)
      self.numbers = numbers
    }
  }

  // MARK: Planted structure

  @Test func hiddenParallelogramsAreFoundAfterwards() throws {
    let planted = Planted(seed: 4)
    let crystals = try Crystals(planted.cloud, planted.relations, permutationCount: 99, seed: 1)
    for entry in crystals.entries {
      #expect(abs(entry.cosine.before.z) < 3, "\(entry.name)")
      #expect(abs(entry.deviation.before.z) < 3, "\(entry.name)")
      #expect(abs(entry.silhouette.before.z) < 3, "\(entry.name)")
      #expect(entry.cosine.after.value > 0.9 && entry.cosine.gain.z > 3, "\(entry.name)")
      #expect(entry.deviation.after.value < 0.4 && entry.deviation.gain.z < -3, "\(entry.name)")
      #expect(entry.silhouette.after.value > 0.5 && entry.silhouette.after.z > 3, "\(entry.name)")
      #expect(entry.cosine.gain.chance.isLeast && entry.pairEffect > 1, "\(entry.name)")
    }
    #expect(crystals.silhouette.before.value < 0)
    #expect(crystals.silhouette.after.value > 0.5 && crystals.silhouette.gain.probability <= 0.01)
  }

  @Test func theDistractorIsInWhatIsRemoved() throws {
    let planted = Planted(seed: 5)
    let crystals = try Crystals(planted.cloud, planted.relations, permutationCount: 4, seed: 1)
    let test = try #require(try DistractorTest(crystals, numbers: planted.numbers, permutationCount: 199, seed: 2))
    #expect(test.strongest.value > 0.99 && test.strongest.probabilityAbove == 0.005)
    #expect(test.removedShare > 0.9)
    var random = RandomStream(seed: 8, stream: 1, index: 0)
    let others = planted.numbers.map { _ in random.normal() }
    let chance = try #require(try DistractorTest(crystals, numbers: others, permutationCount: 199, seed: 2))
    #expect(abs(chance.strongest.z) < 3)
    #expect(try DistractorTest(crystals, numbers: planted.numbers.map { _ in 4 }, seed: 2) == nil)
  }

  @Test func clustersAreTheRelationsAfterwards() throws {
    let planted = Planted(seed: 6)
    let crystals = try Crystals(planted.cloud, planted.relations, permutationCount: 4, seed: 1)
    let clusters = DifferenceClusters(crystals, permutationCount: 99, seed: 3)
    for agreement in clusters.agreements {
      #expect(abs(agreement.before.z) < 3 && agreement.before.value < 0.2, "\(agreement.metric)")
      #expect(agreement.after.value > 0.9 && agreement.after.z > 10, "\(agreement.metric)")
    }
  }

  @Test func functionVectorsLeadToTheSecondPoint() throws {
    let planted = Planted(step: 4, spread: 1, distractor: 0.1, seed: 7)
    let folds = PairFolds(planted.relations, count: 4, seed: 1)
    let functions = FunctionVectors(planted.cloud, planted.relations, folds, seed: 1)
    for entry in functions.entries {
      #expect(entry.hits > 0.9 && entry.plainHits < 0.5)
      #expect(entry.pairs.probability < 0.01)
    }
  }

  @Test func trapezoidsAreParallelOfUnequalLength() {
    let rows = DoubleMatrix(rows: 2, columns: 2, values: [3, 0, 1, 0])
    let trapezoid = ParallelogramQuality(rows)
    #expect([trapezoid.cosine, trapezoid.deviation, trapezoid.lengthRatio] == [1, 1, 1 / 3.0])
    let parallelogram = ParallelogramQuality(DoubleMatrix(rows: 3, columns: 2, values: [3, 4, 3, 4, 3, 4]))
    #expect([parallelogram.cosine, parallelogram.deviation, parallelogram.lengthRatio] == [1, 0, 1])
  }

  // MARK: Chance

  @Test func normalCloudsScoreLow() throws {
    var large: [Int] = []
    // Gains of three relations in cosine and in deviation, whose probability is the least that draws can give.
    var (gains, surest) = (0, 0)
    // Falls of ranks of three relations, pair by pair, whose probability is at most 0.05.
    var falls = 0
    for seed in UInt64(0)..<100 {
      var random = RandomStream(seed: seed, stream: 1, index: 0)
      let cloud = PointCloud(dimension: 8, values: (0..<72 * 8).map { _ in Float(random.normal()) })
      let named = (0..<3).map { relation in
        (
          name: "\(relation)",
          pairs: (0..<12).map { Relations.Pair(from: relation * 24 + $0, to: relation * 24 + 12 + $0) }
        )
      }
      let crystals = try Crystals(cloud, Relations(named, of: cloud), permutationCount: 49, seed: seed)
      let clusters = DifferenceClusters(crystals, permutationCount: 49, seed: seed)
      let numbers = (0..<72).map { _ in random.normal() }
      let distractor = try #require(
        try DistractorTest(crystals, numbers: numbers, permutationCount: 49, seed: seed))
      let changes =
        crystals.entries.flatMap { [$0.cosine, $0.deviation, $0.lengthRatio, $0.silhouette, $0.cosineSilhouette] }
        + [crystals.silhouette, crystals.cosineSilhouette]
      let scores =
        changes.flatMap { [$0.before.z, $0.after.z, $0.gain.z] }
        + clusters.agreements.flatMap { [$0.before.z, $0.after.z] }
        + [distractor.strongest.z, distractor.strongestKept.z]
      let changed = crystals.entries.flatMap { [$0.cosine.gain, $0.deviation.gain] }
      gains += changed.count
      surest += changed.count { $0.chance.isLeast }
      let functions = FunctionVectors(cloud, crystals.relations, crystals.folds, seed: seed)
      falls += functions.entries.count { $0.pairs.probability <= 0.05 }
      if large.isEmpty { large = Array(repeating: 0, count: scores.count) }
      for (place, score) in scores.enumerated() where !(abs(score) < 3) { large[place] += 1 }
    }
    #expect(large.allSatisfy { $0 <= 5 }, "\(large)")
    // At 1 in 50; three deviations of a count of independent ones more, and as much again, as those of a cloud are not.
    #expect(Double(surest) <= Double(gains) / 50 + 6 * (Double(gains) / 50).squareRoot(), "\(surest) of \(gains)")
    // Of 300: 15, and three deviations more.
    #expect(falls <= 27, "\(falls)")
  }

  // MARK: Relations and parts

  @Test func relationsAreCleared() {
    let cloud = PointCloud(dimension: 1, values: (0..<20).map { Float($0 == 19 ? 18 : $0) })
    let pairs = (0..<9).map { Relations.Pair(from: $0, to: $0 + 9) }
    let relations = Relations(
      [
        ("part", Array(pairs.prefix(8))), ("all", pairs + [.init(from: 18, to: 19), pairs[0]]),
        ("few", [.init(from: 3, to: 2)]), ("again", pairs.reversed() + [.init(from: 18, to: 19)]),
      ], of: cloud)
    #expect(relations.names == ["all"])
    #expect(relations.pairs == pairs)
    #expect(relations.droppedRelations == ["part", "few", "again"])
    #expect(relations.droppedPairCount == 2)
  }

  @Test func pairsThatShareAPointAreHeldOutTogether() {
    let planted = Planted(seed: 9)
    // The second pair of each relation begins where its first ends.
    var pairs = planted.relations.pairs
    for relation in 0..<6 {
      pairs[relation * 20 + 1] = .init(from: pairs[relation * 20].to, to: pairs[relation * 20 + 1].to)
    }
    let named = (0..<6).map { (name: "\($0)", pairs: Array(pairs[$0 * 20..<($0 + 1) * 20])) }
    let relations = Relations(named, of: planted.cloud)
    let folds = PairFolds(relations, count: 4, seed: 3)
    #expect((0..<6).allSatisfy { folds.folds[$0 * 20] == folds.folds[$0 * 20 + 1] })
    for relation in 0..<6 {
      let sizes = (0..<4).map { fold in relations.members(relation).count { folds.folds[$0] == fold } }
      #expect(sizes.allSatisfy { (4...6).contains($0) })
    }
    #expect(PairFolds(relations, count: 4, seed: 3) == folds)
    #expect(PairFolds(relations, count: 4, seed: 4) != folds)
  }

  @Test func differencesOfFewPairsKeepTheirLengthsAndAngles() throws {
    var random = RandomStream(seed: 2, stream: 1, index: 0)
    let cloud = PointCloud(dimension: 30, values: (0..<600).map { _ in Float(random.normal()) })
    let pairs = (0..<9).map { Relations.Pair(from: $0, to: $0 + 10) }
    let differences = try DifferenceVectors(cloud, pairs)
    #expect(differences.rows.columns == 9)
    let direct = cloud[points: 10..<19].matrix.values
    let plain = DoubleMatrix(
      rows: 9, columns: 30, values: zip(direct, cloud[points: 0..<9].matrix.values).map { $0 - $1 })
    let products = zip(
      plain.timesTranspose(plain).values, differences.rows.timesTranspose(differences.rows).values)
    #expect(products.allSatisfy { abs($0 - $1) < 1e-9 })
  }

  @Test func oneRelationIsAnError() {
    let planted = Planted(relationCount: 1, seed: 1)
    #expect(throws: GeometryError.self) { try Crystals(planted.cloud, planted.relations, seed: 1) }
  }

  @Test func drawingsShowHeldOutPairs() throws {
    let planted = Planted(seed: 4)
    let crystals = try Crystals(planted.cloud, planted.relations, permutationCount: 4, seed: 1)
    let drawings = try CrystalDrawing.drawings(of: crystals, planted.cloud, count: 3, seed: 1)
    #expect(drawings.count == 18)
    for drawing in drawings {
      #expect(crystals.folds.folds[drawing.pairs.first] == crystals.folds.folds[drawing.pairs.second])
      #expect(planted.relations.labels[drawing.pairs.first] == Int32(drawing.relation))
      #expect(drawing.before.values.contains { $0 != 0 } && drawing.after.values.allSatisfy(\.isFinite))
    }
  }

  // MARK: Differences without labels

  @Test func parallelogramsAreFoundWithoutLabels() throws {
    var random = RandomStream(seed: 31, stream: 1, index: 0)
    var values = (0..<300 * 12).map { _ in Float(random.normal()) }
    // Ten parallelograms, with a side shorter than the distances between other points.
    var planted: [[Int]] = []
    for quadruple in 0..<10 {
      let (a, b, c, d) = (4 * quadruple, 4 * quadruple + 1, 4 * quadruple + 2, 4 * quadruple + 3)
      for axis in 0..<12 {
        let step = Float(0.4 * random.normal())
        values[b * 12 + axis] = values[a * 12 + axis] + step
        values[d * 12 + axis] = values[c * 12 + axis] + step + Float(0.005 * random.normal())
      }
      planted.append([a, b, c, d])
    }
    let cloud = PointCloud(dimension: 12, values: values)
    let found = try #require(try NearestDifferences(cloud, limit: 10, drawCount: 8, seed: 5))
    #expect(found.quadruples.allSatisfy { $0.deviation < 0.1 && $0.cosine > 0.99 })
    #expect(Set(found.quadruples.map { $0.points.sorted() }) == Set(planted))
    #expect(found.recall > 0.75)
    #expect(found.deviation.z < -10)
  }

  @Test func flatParallelogramsAreRefused() throws {
    var random = RandomStream(seed: 32, stream: 1, index: 0)
    func normals(_ scale: Double) -> [Double] { (0..<12).map { _ in scale * random.normal() } }
    // Three hundred points near a line, and ten parallelograms beside it, half as wide as long.
    let line = normals(1)
    var points = (0..<300).map { _ in
      let place = 20 * random.uniform()
      return zip(line, normals(0.0001)).map { place * $0 + $1 }
    }
    var planted: [[Int]] = []
    for _ in 0..<10 {
      let (corner, first, second) = (normals(3), normals(0.4), normals(0.8))
      planted.append(Array(points.count..<points.count + 4))
      let sides = [[0.0, 0], [1, 0], [0, 1], [1, 1]]
      points += sides.map { sides in
        corner.indices.map { corner[$0] + sides[0] * first[$0] + sides[1] * second[$0] + 0.002 * random.normal() }
      }
    }
    let cloud = PointCloud(dimension: 12, values: points.flatMap { $0.map(Float.init) })
    let found = try #require(try NearestDifferences(cloud, limit: 20, drawCount: 8, seed: 5))
    let lists = Set(found.quadruples.map { $0.points.sorted() })
    #expect(lists.isSuperset(of: planted), "\(found.quadruples)")
    for quadruple in found.quadruples {
      #expect(abs(quadruple.sideCosine) <= 0.9 && quadruple.sideRatio >= 0.05, "\(quadruple)")
    }
    // Those of the line are nearer to parallelograms than what is planted.
    #expect(found.flatCount.value > 15, "\(found.flatCount)")
    // On one line there is nothing else.
    let values = (0..<50).flatMap { _ in
      let place = random.normal()
      return line.map { Float(place * $0) }
    }
    #expect(try NearestDifferences(PointCloud(dimension: 12, values: values), drawCount: 2, seed: 5) == nil)
  }

  @Test func pairsAndTheirCopiesAreFlat() throws {
    // Two points, far apart, and a copy of each a step away that is a hundredth as long: at a right angle, but no
    // crystal.
    let corners: [[Float]] = [[0, 0, 0], [0.01, 0, 0], [0, 1, 0], [0.01, 1, 0]]
    var random = RandomStream(seed: 33, stream: 1, index: 0)
    let others = (0..<40 * 3).map { _ in Float(5 + random.normal()) }
    let cloud = PointCloud(dimension: 3, values: corners.flatMap { $0 } + others)
    let found = try #require(try NearestDifferences(cloud, drawCount: 2, seed: 1))
    #expect(!found.quadruples.contains { $0.points.sorted() == [0, 1, 2, 3] })
    #expect(found.flatCount.value >= 1)
  }

  @Test func normalCloudsHaveNoMoreParallelogramsThanTheirLike() throws {
    let large = try (UInt64(0)..<100).count { seed in
      var random = RandomStream(seed: seed, stream: 1, index: 0)
      let cloud = PointCloud(dimension: 6, values: (0..<120 * 6).map { _ in Float(random.normal()) })
      let found = try #require(try NearestDifferences(cloud, limit: 50, seed: seed))
      #expect(found.quadruples.allSatisfy { !$0.isFlat })
      return !(abs(found.deviation.z) < 3)
    }
    #expect(large <= 5)
  }
}
