import Studies
import Testing

/// Numbers of modularity against those made by hand.
struct ModularityMeasuresTests {
  @Test func overlapIsThatOfTheCommonUnits() {
    let overlap = TaskOverlap([[0, 1, 2, 3], [3, 4, 5, 6], [2, 3, 4, 7]], unitCount: 8)
    #expect(overlap.matrix == [[1, 0.25, 0.5], [0.25, 1, 0.5], [0.5, 0.5, 1]])
    #expect(abs(overlap.mean - 2.5 / 6) < 1e-15 && overlap.median == 0.5)
    // Four times 1/12 above the mean, twice 1/6 below.
    #expect(abs(overlap.deviation - (1.0 / 72).squareRoot()) < 1e-15)
    #expect(abs(TaskOverlap.mean(of: [[0, 1, 2, 3], [3, 4, 5, 6], [2, 3, 4, 7]], unitCount: 8) - 2.5 / 6) < 1e-15)
  }

  @Test func expectedOverlapIsThatOfDealsWithinCells() {
    // Cells of 4 and 2 units; of them the tasks have 2 and 1, 1 and 2.
    let expected = TaskOverlap.expected([[0, 1, 4], [3, 4, 5]], cells: [0, 0, 0, 0, 1, 1])
    let own = [(4.0 / 4 + 1.0 / 2) / 3, (1.0 / 4 + 4.0 / 2) / 3]
    let mixed = (2.0 / 4 + 2.0 / 2) / 3
    #expect(zip(expected.flatMap { $0 }, [own[0], mixed, mixed, own[1]]).allSatisfy { abs($0 - $1) < 1e-15 })
  }

  @Test func concentrationIsTheAreaUnderCumulatedCounts() {
    // Fullest first 3, 1, 0, 0: cumulated 0, 3, 4, 4 and 4 at the end.
    #expect(Concentration.area([0, 3, 0, 1], of: 4) == 11.0 / 16)
    // Two units in four clusters: 0, 1 of 2.
    #expect(Concentration.area([1, 0, 1, 0], of: 2) == 0.25)
    #expect(Concentration.packed(4, of: 16, clusterCount: 4) == 0.75)
    let areas = Concentration.areas(
      [3, 1, 0, 2], [0, 1, 0, 1], clusterCount: 2, shares: [.init(1, of: 2), .init(1, of: 1)])
    #expect(areas == [0.5, 0.25])
  }

  @Test func rowsAndClustersAreDealtAsAnyProgramDeals() {
    #expect(TaskRows(sizes: [2, 3, 1]).dealt(seed: 4) == [[3, 1], [5, 2, 0], [4]])
    #expect(TaskRows(sizes: [2, 3, 1]).own == [[0, 1], [2, 3, 4], [5]])
    // The order is 6, 7, 1, 0, 2, 3, 5, 4.
    #expect(UnitClusters.random(seed: 0, layer: 1, 8, 4) == [1, 1, 2, 2, 3, 3, 0, 0])
  }

  @Test func probabilitiesAreCorrectedForAllShares() {
    // At the first share the value is beyond all draws; at the second it is one of them.
    let draws = [[1.0, 2, 3, 4], [4.0, 3, 2, 1]]
    let greater = ShareTest([10, 2.5], draws: draws, isGreater: true)
    #expect(greater.best == 0 && greater.probabilities[0].reached == 0 && greater.probabilities[0].drawCount == 4)
    #expect(greater.probabilities[1].reached > 1)
    #expect(ShareTest([10, 2.5], draws: draws, isGreater: false).probabilities[0].reached == 4)
    #expect(ShareTest([1], draws: [[1, 1, 1]], isGreater: false).probabilities[0].reached == 3)
  }

  @Test func selectivityIsJudgedByDealsOfPseudoTasks() {
    #expect(abs(CrossPruning.probability(0.5, pseudo: [0, 0.02, 0.04]) - 0.0011534040736760666) < 1e-9)
    #expect(CrossPruning.probability(0.02, pseudo: [0, 0.02, 0.04]) == 0.5)
    #expect(CrossPruning.probability(0.5, pseudo: [0.1]).isNaN)
    // Three deals that do not differ, but for rounding, allow a quarter.
    #expect(CrossPruning.probability(0.5, pseudo: [0.3, 0.1 + 0.2, 0.3]) == 0.25)
    #expect(CrossPruning.probability(0.3, pseudo: [0.3, 0.1 + 0.2, 0.3]) == 1)
    #expect(CrossPruning.probability(0.1, pseudo: [0.3, 0.1 + 0.2, 0.3]) == 1)
  }
}
