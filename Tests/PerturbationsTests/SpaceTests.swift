import Foundation
import Hosts
import Perturbations
import Testing
import TestSupport
import Transformer

@Suite struct SpaceTests {
  private func configuration(_ changes: [String: Any]) throws -> HostShape {
    try Places.withTemporaryFolder { folder in
      let data = try JSONSerialization.data(withJSONObject: changes)
      try data.write(to: URL(fileURLWithPath: folder + "/config.json"))
      return try HostShape.load(path: folder)
    }
  }

  private var llama2: [String: Any] {
    [
      "model_type": "llama", "hidden_size": 4096, "intermediate_size": 11008, "num_hidden_layers": 32,
      "num_attention_heads": 32, "num_key_value_heads": 32, "vocab_size": 32000, "hidden_act": "silu",
    ]
  }

  private var zephyr: [String: Any] {
    llama2.merging(["model_type": "mistral", "intermediate_size": 14336, "num_key_value_heads": 8]) { $1 }
  }

  private func space(_ shape: HostShape, region: Int, kinds: [Kind] = Kind.allCases) -> MutationSpace {
    MutationSpace(
      shape: shape, region: RegionSize(rows: region, columns: region),
      layers: Array(0..<shape.layerCount), matrices: WeightMatrix.ofBlocks, kinds: kinds)
  }

  @Test func countsOfPublishedModels() throws {
    let llama = space(try configuration(llama2), region: 64)
    #expect(llama.regionCount == 1_581_056)
    #expect(llama.regionCount / 32 == 49_408)
    let mistral = space(try configuration(zephyr), region: 64)
    #expect(mistral.regionCount == 1_703_936)
    #expect(mistral.regionCount / 32 == 53_248)
    // The regions that hold the published super weights [2533, 7890] and [2070, 7310] of layer 1 down.
    for (space, row, column, element) in [(llama, 39, 123, (2533, 7890)), (mistral, 32, 114, (2070, 7310))] {
      let region = Region(
        layer: 1, matrix: .down, rows: row * 64..<row * 64 + 64, columns: column * 64..<column * 64 + 64)
      #expect(region.rows.contains(element.0) && region.columns.contains(element.1))
      #expect(space.index(of: Mutation(region: region, kind: .zero)) != nil)
    }
  }

  @Test func indexAndMutationConvertIntoEachOther() throws {
    // 40 does not divide 128 or 384: regions at the edges are partial and kept.
    let space = space(try Demo().model.shape, region: 40)
    var seen: Set<Mutation> = []
    for index in 0..<space.count {
      let mutation = space[index]
      #expect(space.index(of: mutation) == index)
      seen.insert(mutation)
    }
    #expect(seen.count == space.count)
    let covered = seen.filter { $0.region.layer == 2 && $0.region.matrix == .down && $0.kind == .zero }
      .reduce(0) { $0 + $1.region.rows.count * $1.region.columns.count }
    #expect(covered == 128 * 384)
    #expect(
      space.index(
        of: Mutation(
          region: Region(layer: 0, matrix: .q, rows: 1..<41, columns: 0..<40), kind: .zero)) == nil)
  }

  /// Matrices outside of the layers come behind these, in any order of a list.
  @Test func outerMatricesComeLast() throws {
    let shape = try Demo().model.shape
    let space = MutationSpace(
      shape: shape, region: RegionSize(rows: 40, columns: 48), layers: [1, 3], matrices: [.embedding, .q],
      kinds: [.zero, .maximum])
    #expect(space.matrices == [.q] && space.outer == [.embedding])
    #expect(space.outerCount == 13 * 3 * 2 && space.count == 2 * 4 * 3 * 2 + space.outerCount)
    let mutations = (0..<space.count).map { space[$0] }
    #expect(zip(mutations, mutations.dropFirst()).allSatisfy { $0 < $1 })
    #expect(mutations.indices.allSatisfy { space.index(of: mutations[$0]) == $0 })
    let outer = mutations.suffix(space.outerCount).map(\.region)
    #expect(outer.allSatisfy { $0.matrix == .embedding && $0.layer == Region.outside })
    #expect(outer.last?.rows == 480..<512 && outer.last?.columns == 96..<128)
    #expect(space.stretches.map(\.count) == [24, 24, 78] && space.stretches.last?.upperBound == space.count)
    var list = MutationList()
    for mutation in mutations.reversed() { list.append(mutation) }
    #expect(list.sort() == nil && (0..<list.count).map { list[$0] } == mutations)
    let plan = UnitPlan(list: list)
    #expect(plan.outerMatrices == [.embedding] && plan.units.map(\.positions.count) == [24, 24, 64, 14])
    #expect(UnitPlan(space: space).units == plan.units)
    #expect(list.withBytes { MutationList(bytes: Array($0), parameters: KindParameters()) } == list)
    #expect(shape.problem(of: outer[0]) == nil)
    #expect(shape.problem(ofOuter: .head)?.contains("use embedding") == true)
    let misplaced = Region(layer: 0, matrix: .embedding, rows: 0..<1, columns: 0..<1)
    #expect(shape.problem(of: misplaced)?.contains("of no layer") == true)
  }

  @Test func kindsRunFastestAndOrderOfTheListDoesNotMatter() throws {
    let shape = try Demo().model.shape
    let one = MutationSpace(
      shape: shape, region: RegionSize(rows: 16, columns: 16), layers: [3, 1], matrices: [.down, .q],
      kinds: [.zero, .maximum])
    let other = MutationSpace(
      shape: shape, region: RegionSize(rows: 16, columns: 16), layers: [1, 3], matrices: [.q, .down],
      kinds: [.maximum, .zero])
    #expect(one == other)
    #expect(one[0].kind == .maximum && one[1].kind == .zero && one[0].region == one[1].region)
    #expect(one[0].region.layer == 1 && one[0].region.matrix == .q)
  }

  @Test func unitsCoverThePlanInOrder() throws {
    let space = space(try Demo().model.shape, region: 16)
    for plan in [UnitPlan(space: space), UnitPlan(space: space, sampleCount: 777, seed: 3)] {
      #expect(plan.units.flatMap { Array($0.positions) } == Array(0..<plan.mutationCount))
      for unit in plan.units {
        let mutations = plan.mutations(of: unit)
        #expect(!mutations.isEmpty && mutations.count <= UnitPlan.mutantsPerUnit)
        #expect(Set(mutations.map(\.region.layer)).count == 1 && Set(mutations.map(\.region.matrix)).count == 1)
      }
    }
  }

  @Test func regionsOfAllSizes() throws {
    let shape = try Demo().model.shape
    func space(_ rows: Int?, _ columns: Int?) -> MutationSpace {
      MutationSpace(
        shape: shape, region: RegionSize(rows: rows, columns: columns), layers: [2],
        matrices: [.k, .gate], kinds: [.zero])
    }
    // k has 64 × 128 weights, gate 384 × 128.
    #expect(space(1, 1).count == (64 + 384) * 128)
    #expect(space(nil, 1).count == 2 * 128)
    #expect(space(1, nil).count == 64 + 384)
    #expect(space(nil, nil).count == 2)
    #expect(space(1000, 1000).count == 2)
    let columns = space(nil, 5)
    #expect(columns[columns.count - 1].region == Region(layer: 2, matrix: .gate, rows: 0..<384, columns: 125..<128))
    for index in 0..<columns.count { #expect(columns.index(of: columns[index]) == index) }
    #expect(UnitPlan(space: columns).mostWeightsOfUnit == 26 * 384 * 5)
    #expect(RegionSize(rows: nil, columns: 5).description == "all × 5")
  }

  @Test func listsArePlansToo() throws {
    let space = space(try Demo().model.shape, region: 40)
    let sample = UnitPlan(space: space, sampleCount: 900, seed: 8)
    var list = MutationList()
    // From the back to the front, and one of them between the grid's lines and of another size.
    let odd = Mutation(region: Region(layer: 1, matrix: .o, rows: 3..<4, columns: 0..<128), kind: .shuffle)
    list.append(odd)
    for position in (0..<900).reversed() { list.append(sample.mutation(at: position)) }
    #expect(!list.isCanonical)
    #expect(list.sort() == nil && list.isCanonical && list.count == 901)
    let plan = UnitPlan(list: list)
    let mutations = (0..<901).map { plan.mutation(at: $0) }
    #expect(mutations.filter { $0 != odd } == (0..<900).map { sample.mutation(at: $0) })
    #expect(mutations.contains(odd) && mutations == mutations.sorted())
    #expect(plan.units.flatMap { Array($0.positions) } == Array(0..<901))
    for unit in plan.units {
      let regions = plan.mutations(of: unit).map(\.region)
      #expect(regions.count <= 64 && Set(regions.map { "\($0.layer) \($0.matrix)" }).count == 1)
      #expect(regions.reduce(0) { $0 + $1.rows.count * $1.columns.count } <= plan.mostWeightsOfUnit)
    }
    #expect(plan.regionCount == Set(mutations.map(\.region)).count && plan.kinds == Kind.allCases)
    #expect(MutationList(bytes: list.withBytes { Array($0) }, parameters: KindParameters()) == list)
    list.append(odd)
    #expect(list.sort() == odd)
  }

  @Test func kindsAreSpelledWithTheirNumbers() {
    var parameters = KindParameters()
    (parameters[.scale], parameters[.noise]) = (-2, 0.5)
    #expect(Kind.allCases.prefix(9).map { Int($0.code) } == Array(0..<9))
    #expect(
      Kind.allCases.prefix(9).map { parameters.spelling(of: $0) }
        == ["maximum", "minimum", "zero", "negate", "scale:-2", "noise:0.5", "mean", "shuffle", "signed"])
  }

  @Test func kindsAloneTellMutationsApart() {
    // Regions that follow each other in canonical order, the last two as wide as a matrix can be.
    let regions = [1, 2, 6, 7, 8, 9, 127, 128, 1 << 31 - 1, 1 << 31].map {
      Region(layer: 3, matrix: .up, rows: 5..<6, columns: 4..<4 + $0)
    }
    #expect(Kind.allCases.count > 8)
    let mutations = regions.flatMap { region in Kind.allCases.map { Mutation(region: region, kind: $0) } }
    for (place, mutation) in mutations.enumerated() {
      for (other, second) in mutations.enumerated() {
        #expect((mutation < second) == (place < other) && (mutation == second) == (place == other))
      }
    }
    var list = MutationList()
    for mutation in mutations.reversed() where mutation.region.columns.count < 1 << 31 { list.append(mutation) }
    #expect(list.sort() == nil && list.isCanonical)
    #expect((0..<list.count).map { list[$0] } == Array(mutations.prefix(list.count)))
  }

  @Test func samplesAreDistinctAscendingAndFollowTheSeed() throws {
    let space = space(try Demo().model.shape, region: 16)
    func indices(_ count: Int, _ seed: UInt64) -> [Int] {
      let plan = UnitPlan(space: space, sampleCount: count, seed: seed)
      return (0..<plan.mutationCount).compactMap { space.index(of: plan.mutation(at: $0)) }
    }
    let sample = indices(500, 1)
    #expect(sample.count == 500)
    #expect(zip(sample, sample.dropFirst()).allSatisfy { $0 < $1 })
    #expect(indices(500, 1) == sample)
    #expect(indices(500, 2) != sample)
    #expect(indices(space.count, 5) == Array(0..<space.count))
    // Uniform: the mean of 500 draws from 0 ..< N has a standard error of N / √(12 · 500).
    let mean = Double(sample.reduce(0, +)) / 500 / Double(space.count)
    #expect(abs(mean - 0.5) < 4 / (12.0 * 500).squareRoot())
  }
}
