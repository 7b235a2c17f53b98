import Archive
import Findings
import Perturbations
import Testing
import TestSupport

/// What is planted is there as stated, and is found.
@Suite(.serialized) struct CalibrationTests {
  /// Six of each of four tasks.
  private static let inputCount = 24

  private static func withScreen(_ body: (RecordedScreen) throws -> Void) throws {
    try World.run { world in
      try Places.withTemporaryFolder { folder in
        var screen = SyntheticScreen()
        screen.region = 4
        screen.inputs = (0..<inputCount).map { ("input \($0)", "task \($0 / 6)") }
        screen.prompts = screen.inputs.map(\.0)
        screen.baselines = screen.prompts
        screen.hasTexts = false
        try screen.write(folder + "/screen.h5", world)
        let file = try ResultsFile(path: folder + "/screen.h5")
        let recorded = try RecordedScreen(file)
        try file.close()
        try body(recorded)
      }
    }
  }

  /// Non-silent verdicts on each mutation.
  private static func sums(_ table: VerdictTable, _ mutations: [Int]) -> Int {
    mutations.reduce(0) { $0 + table.verdicts(of: $1).count { table.isNonSilent($0) } }
  }

  @Test func aPermutedScreenKeepsItsMargins() throws {
    try Self.withScreen { screen in
      let permuted = screen.permuted(.phenotypes, seed: 1)
      let original = try ScreenCounts.of(screen.phenotypes, screen)
      let byCombination = try screen.verdicts(.phenotypes, seed: 1).counts()
      #expect(byCombination.combinations.map(\.nonSilent) == original.combinations.map(\.nonSilent))
      #expect(byCombination.combinations.map(\.onSomeInput) == original.combinations.map(\.onSomeInput))
      #expect(permuted.phenotypes.firstChange != screen.phenotypes.firstChange)
      #expect(permuted.phenotypes.firstChange == screen.verdicts(.phenotypes, seed: 1).firstChange)
      let byInput = try screen.verdicts(.cells, seed: 1).counts()
      for input in 0..<Self.inputCount {
        func sum(_ counts: ScreenCounts) -> Int { counts.combinations.reduce(0) { $0 + $1.nonSilent[input] } }
        #expect(sum(byInput) == sum(original))
      }
      #expect(byInput.combinations.map(\.nonSilent) != original.combinations.map(\.nonSilent))
    }
  }

  @Test func stripesAreRaisedAsStated() throws {
    try Self.withScreen { screen in
      let ground = try PlantingGround(screen)
      for (axis, kinds) in [
        (Enrichment.Axis.row, [Kind.maximum]), (.column, [.minimum]), (.row, [.maximum, .minimum]),
      ] {
        for amount in PlantedAmount.allCases {
          let pattern = StripePattern(axis: axis, kinds: kinds, amount: amount, points: 20)
          let base = screen.verdicts(.phenotypes, seed: 5)
          var table = base
          guard let (site, blocks) = pattern.plant(ground, in: &table, seed: 5) else {
            #expect(amount == .eight, "only of eight there are too few to stand out of")
            continue
          }
          let count = site.blockCounts[axis.rawValue]
          #expect(Set(blocks).count == amount.count(of: count))
          for block in 0..<count {
            for kind in [Kind.maximum, .minimum] {
              let line = site.line(axis, block: block, kinds: [kind])
              let rise = Self.sums(table, line) - Self.sums(base, line)
              guard blocks.contains(block), kinds.contains(kind) else {
                #expect(rise == 0)
                continue
              }
              if kinds.count == 1 { #expect(rise == (line.count * Self.inputCount * 20 + 50) / 100) }
            }
            let all = site.line(axis, block: block, kinds: kinds)
            let rise = Self.sums(table, all) - Self.sums(base, all)
            #expect(rise == (blocks.contains(block) ? (all.count * Self.inputCount * 20 + 50) / 100 : 0))
          }
          let changed = zip(table.firstChange, base.firstChange).count { $0 != $1 }
          #expect(
            changed == blocks.count
              * ((site.line(axis, block: 0, kinds: kinds).count * Self.inputCount * 20 + 50) / 100))
        }
      }
    }
  }

  @Test func aPairAnswersToOppositeKinds() throws {
    try Self.withScreen { screen in
      let ground = try PlantingGround(screen)
      for axis in Enrichment.Axis.allCases {
        var table = screen.verdicts(.phenotypes, seed: 2)
        let (site, pair) = try #require(PairPattern(axis: axis, percent: 100).plant(ground, in: &table, seed: 2))
        #expect(pair.count == 2 && pair[0] < pair[1])
        for (kind, opposite) in [(Kind.maximum, Kind.minimum), (.minimum, .maximum)] {
          let (one, other) = (
            site.line(axis, block: pair[0], kinds: [kind]), site.line(axis, block: pair[1], kinds: [opposite])
          )
          #expect(one.count == other.count && !one.isEmpty)
          for (left, right) in zip(one, other) {
            #expect(table.verdicts(of: left).map(table.isNonSilent) == table.verdicts(of: right).map(table.isNonSilent))
          }
        }
      }
    }
  }

  @Test func biasIsRaisedWhereThereWasNone() throws {
    try Self.withScreen { screen in
      let ground = try PlantingGround(screen)
      let pattern = BiasPattern(amount: .two, points: 20)
      var (without, table) = (screen.verdicts(.phenotypes, seed: 4), screen.verdicts(.phenotypes, seed: 4))
      _ = BiasPattern(amount: .two, points: 0).plant(ground, in: &without, seed: 4)
      let sites = try #require(pattern.plant(ground, in: &table, seed: 4))
      #expect(sites.count == 2)
      for site in ground.sites {
        let isPlanted = sites.contains { $0.layer == site.layer && $0.matrix == site.matrix }
        let (more, less) = (site.all([.maximum]), site.all([.minimum]))
        let rise = isPlanted ? (more.count * Self.inputCount * 20 + 50) / 100 : 0
        #expect(Self.sums(table, more) == Self.sums(without, more) + rise)
        #expect(Self.sums(table, less) == Self.sums(without, less))
        let before = screen.verdicts(.phenotypes, seed: 4)
        #expect(Self.sums(without, more + less) == Self.sums(before, more + less), "coins only exchange")
      }
    }
  }

  @Test func aRegionIsOfOneTask() throws {
    try Self.withScreen { screen in
      let ground = try PlantingGround(screen)
      var table = screen.verdicts(.cells, seed: 6)
      let (region, task) = try #require(RegionPattern(percent: 100).plant(ground, in: &table, seed: 6))
      let own = screen.mutations.indices.filter { screen.mutations[$0].region == region }
      #expect(own.count == 2)
      for mutation in own {
        #expect(table.verdicts(of: mutation).map(table.isNonSilent) == (0..<Self.inputCount).map { $0 / 6 == task })
      }
    }
  }

  @Test func whatIsPlantedIsFoundAndCounted() throws {
    try World.run { world in
      try Self.withScreen { screen in
        let power = try PowerCalibration(screen, Plant.allCases, points: [2, 60], seeds: 0..<4, communicator: world)
        func lines(_ column: String, _ row: String, _ words: String) -> [PowerCalibration.Line] {
          power.lines.filter { $0.place.column == column && $0.place.row == row && $0.place.table.contains(words) }
        }
        for words in ["Row blocks, all kinds", "Column blocks, all kinds", "Bias"] {
          let (weak, strong) = (lines("2", "1", words), lines("60", "1", words))
          #expect(!strong.isEmpty && (weak + strong).allSatisfy { $0.seeds == 4 && $0.planted == 4 }, "\(words)")
          // By one answer at least.
          #expect(strong.contains { $0.power >= 0.75 && $0.falseShare <= 0.2 }, "\(strong)")
          #expect(weak.allSatisfy { $0.found <= 1 }, "\(weak)")
        }
        // Two axes: of whole pairs some are found, of halves hardly any.
        let (halves, whole) = (
          ["rows", "columns"].flatMap { lines("50", $0, "pair") },
          ["rows", "columns"].flatMap { lines("100", $0, "pair") }
        )
        #expect((halves + whole).allSatisfy { $0.planted == 4 } && whole.count == 2)
        #expect(whole.reduce(0) { $0 + $1.found } >= 2 && halves.reduce(0) { $0 + $1.found } <= 2)
        #expect(lines("100", "1", "region").contains { $0.planted == 4 && $0.found == 4 && $0.falseFindings == 0 })
        // Of six matrices no eight, nor four of which as many are not planted in.
        #expect((lines("60", "8", "Bias") + lines("60", "4", "Bias")).allSatisfy { $0.seeds == 0 && $0.power.isNaN })
        #expect(lines("60", "25 %", "Bias").allSatisfy { $0.planted == 2 * 4 })
      }
    }
  }
}

extension ScreenCounts {
  /// Counts the verdicts of a screen as it was recorded.
  fileprivate static func of(_ phenotypes: Phenotypes, _ screen: RecordedScreen) throws -> ScreenCounts {
    var counts = ScreenCounts(taskOfInput: (0..<24).map { "task \($0 / 6)" }, source: "test.h5")
    try counts.add(
      VerdictSlab(
        mutations: screen.mutations, inputCount: 24, firstChange: phenotypes.firstChange, divergence: nil))
    return counts
  }
}
