import Archive
import Findings
import Perturbations
import Statistics
import Testing
import Transformer

/// Structure that is planted must be found.
struct PlantedTests {
  /// 100 × 72 elements in regions of 32: four row blocks and three column blocks, the last of each partial.
  private let down = Screens.mutations(layer: 2, matrix: .down, rows: 100, columns: 72, region: 32)
  private let q = Screens.mutations(layer: 2, matrix: .q, rows: 64, columns: 64, region: 32)
  private let tasks = ["story", "code"]

  /// The row block from 96 on is always non-silent, and one region by one kind on one input.
  private func isPlanted(_ mutation: Mutation, _ input: Int) -> Bool {
    let region = mutation.region
    guard region.matrix == .down else { return false }
    let isAlone = region.rows.lowerBound == 32 && region.columns.lowerBound == 0 && mutation.kind == .zero && input == 1
    return region.rows.lowerBound == 96 || isAlone
  }

  @Test func aSensitiveRowBlockTopsTheProfile() throws {
    let counts = try Screens.counts(q + down, tasks: tasks, isNonSilent: isPlanted)
    let profiles = try Profiles(counts)
    #expect(profiles.pools == [nil, .maximum, .minimum, .zero])
    #expect(profiles.entries.map(\.matrix) == [.q, .q, .q, .q, .down, .down, .down, .down])
    let all = profiles.entries[4]
    // Four row blocks of three regions, three kinds and two inputs.
    #expect(all.expectation == Proportion(count: 19, total: 72))
    #expect(all.rows.map(\.count) == [0, 1, 0, 18] && all.rows.map(\.total) == [18, 18, 18, 18])
    #expect(all.columns.map(\.count) == [7, 6, 6] && all.columns.map(\.total) == [24, 24, 24])
    #expect(abs(all.enrichment(of: all.rows[3]) - 72.0 / 19) < 1e-12)
    #expect(all.enrichment(of: all.rows[0]) == 0)
    let maximum = profiles.entries[5]
    #expect(maximum.kind == .maximum && maximum.expectation == Proportion(count: 6, total: 24))
    #expect(maximum.rows.map(\.share) == [0, 0, 0, 1])
    #expect(profiles.entries[0].enrichment(of: profiles.entries[0].rows[0]).isNaN, "q is silent throughout")
  }

  @Test func aSensitiveRowBlockTopsTheRegions() throws {
    let counts = try Screens.counts(q + down, tasks: tasks, isNonSilent: isPlanted)
    let entries = SensitiveRegions(counts, limit: 10).entries
    #expect(entries.count == 4, "silent regions are not listed")
    #expect(entries.map(\.region.rows.lowerBound) == [96, 96, 96, 32])
    #expect(entries.map(\.region.columns) == [0..<32, 32..<64, 64..<72, 0..<32])
    #expect(entries.map(\.verdicts.count) == [6, 6, 6, 1] && entries.allSatisfy { $0.verdicts.total == 6 })
    #expect(entries[0].kinds == [.maximum, .minimum, .zero] && entries[3].kinds == [.zero])
    #expect(entries.allSatisfy { $0.meanDivergence.isNaN }, "none was recorded")
    #expect(SensitiveRegions(counts, limit: 2).entries.count == 2)
  }

  @Test func divergenceDecidesAmongEquals() throws {
    let mutations = Screens.mutations(matrix: .v, rows: 32, columns: 8, region: 8, kinds: [.maximum])
    let divergence: [Float] = [0.5, 0.25, 0.25, 0.5, 1, 0.5, .nan, 0]
    let counts = try Screens.counts(mutations, tasks: tasks, divergence: divergence) { _, _ in true }
    let entries = SensitiveRegions(counts, limit: 10).entries
    // What is not a number first, then 1.5, then the two of 0.75 in canonical order.
    #expect(entries.map(\.region.rows.lowerBound) == [24, 16, 0, 8])
    #expect(entries[1].meanDivergence == 0.75 && entries[1].largestDivergence == 1)
    #expect(entries[2].meanDivergence == 0.375 && entries[2].largestDivergence == 0.5)
    #expect(entries[0].meanDivergence.isNaN && entries[0].largestDivergence.isNaN)
  }

  @Test func aSampleLeavesBlocksWithoutVerdicts() throws {
    // Of each fifth mutation, row block 2 loses all.
    let sample = down.filter { $0.region.rows.lowerBound != 64 }.enumerated().filter { $0.offset % 5 == 0 }.map(
      \.element)
    let counts = try Screens.counts(sample, tasks: tasks, isNonSilent: isPlanted)
    let rows = try Profiles(counts).entries[0].rows
    #expect(rows.count == 4)
    #expect(rows[2] == Proportion() && rows[2].share.isNaN)
    #expect(rows[3].share == 1)
    #expect(rows.reduce(0) { $0 + $1.total } == sample.count * 2)
    let map = try #require(try RegionMap.ofMostSensitiveMatrix(counts))
    #expect(map.rowBlocks == 4 && map.columnBlocks == 3)
    #expect(map.pooled(rows: 1, columns: 1)[2].allSatisfy { $0.total == 0 } && !map.hasTrueShape)
  }

  /// Four of twelve regions, of the first rows and columns: what the file tells of the shape makes room for the others.
  @Test func aSampleIsMappedOnTheWholeMatrix() throws {
    let sample = down.filter { $0.region.rows.lowerBound < 64 && $0.region.columns.lowerBound < 64 }
    var counts = try Screens.counts(sample, tasks: tasks) { _, _ in true }
    let guessed = try #require(try RegionMap.ofMostSensitiveMatrix(counts))
    #expect(guessed.rowBlocks == 2 && guessed.columnBlocks == 2 && !guessed.hasTrueShape)
    counts.shapes = MatrixShapes(layerCount: 4, shapes: [(.down, 100, 72)])
    let map = try #require(try RegionMap.ofMostSensitiveMatrix(counts))
    #expect(map.rowBlocks == 4 && map.columnBlocks == 3 && map.hasTrueShape)
    #expect(map.regionCount == 4 && map.cellCount == 12)
    let totals = map.pooled(rows: 1, columns: 1).map { $0.map(\.total) }
    #expect(totals == [[6, 6, 0], [6, 6, 0], [0, 0, 0], [0, 0, 0]])
    // Of a matrix that no model has, no map is made.
    counts.shapes = MatrixShapes(layerCount: 4, shapes: [(.down, Int(Int32.max), 72)])
    #expect(throws: FindingsError.self) { try RegionMap.ofMostSensitiveMatrix(counts) }
  }

  @Test func blocksAreThoseOfTheFullSize() throws {
    let table = try Screens.counts(down) { _, _ in false }.regions
    let grid = RegionGrid(table)
    #expect(grid.regionRows == 32 && grid.regionColumns == 32)
    // A sample that holds only partial regions of the last row block, of 4 rows: its start tells more than its size.
    let edge = try Screens.counts(down.filter { $0.region.rows.count == 4 }) { _, _ in false }.regions
    #expect(RegionGrid(edge).regionColumns == 32)
    #expect(96 % RegionGrid(edge).regionRows == 0)
  }

  @Test func regionsOffTheGridAreNoticed() throws {
    func isGrid(_ mutations: [Mutation]) throws -> Bool {
      RegionGrid(try Screens.counts(mutations.sorted()) { _, _ in false }.regions).holdsEveryRegion
    }
    func mutation(_ rows: Range<Int>, _ columns: Range<Int>, _ matrix: WeightMatrix = .down) -> Mutation {
      Mutation(region: Region(layer: 2, matrix: matrix, rows: rows, columns: columns), kind: .zero)
    }
    #expect(try isGrid(down) && isGrid(q + down) && isGrid(down.filter { $0.region.rows.count == 4 }) && isGrid([]))
    // Whole columns are as long as their matrix has rows.
    #expect(try isGrid([mutation(0..<100, 3..<4), mutation(0..<40, 7..<8, .q)]))
    #expect(try !isGrid([mutation(0..<16, 0..<16), mutation(0..<4, 0..<4)]))
    #expect(try !isGrid([mutation(0..<16, 0..<16), mutation(16..<20, 0..<16), mutation(32..<48, 0..<16)]))
    #expect(try !isGrid([mutation(0..<16, 0..<16), mutation(5..<21, 16..<32)]))
  }

  @Test func theMostSensitiveMatrixIsMapped() throws {
    let counts = try Screens.counts(q + down, tasks: tasks, isNonSilent: isPlanted)
    let map = try #require(try RegionMap.ofMostSensitiveMatrix(counts))
    #expect(map.layer == 2 && map.matrix == .down)
    #expect(
      map.pooled(rows: 1, columns: 1).map { $0.map(\.count) } == [[0, 0, 0], [1, 0, 0], [0, 0, 0], [6, 6, 6]])
    let pooled = map.pooled(rows: 3, columns: 2)
    #expect(pooled.map { $0.map(\.count) } == [[1, 0], [12, 6]])
    #expect(pooled.map { $0.map(\.total) } == [[36, 18], [12, 6]])
  }
}
