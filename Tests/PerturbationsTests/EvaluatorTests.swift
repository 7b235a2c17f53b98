import Foundation
import Hosts
import LinearAlgebra
import Perturbations
import Testing
import TestSupport
import Transformer
import Weights

@Suite(.serialized) struct EvaluatorTests {
  private func evaluator(
    _ model: Model, inputs: [Demo.Input], plan: UnitPlan, recording: RecordedColumns, panelRows: Int = 4096,
    seed: UInt64 = 0
  ) throws -> UnitEvaluator {
    let longest = inputs.map(\.prompt.count).max() ?? 1
    let generation = Generation(
      pass: ForwardPass(model: model, positionCount: longest + 32), sampling: .greedy, stepCount: 32, endTokens: [2])
    let baselines = try Baseline.make(
      prompts: inputs.map(\.prompt), inputs: Array(inputs.indices), generation: generation, keepingStores: true)
    return UnitEvaluator(
      plan: plan, generation: generation, recording: recording, baselines: baselines, panelRows: panelRows, seed: seed)
  }

  private func plan(_ model: Model, layers: [Int], matrices: [WeightMatrix], kinds: [Kind]) -> UnitPlan {
    UnitPlan(
      space: MutationSpace(
        shape: model.shape, region: RegionSize(rows: 16, columns: 16), layers: layers,
        matrices: matrices,
        kinds: kinds))
  }

  @Test func orderOfUnitsDoesNotMatter() throws {
    let demo = try Demo()
    let plan = plan(demo.model, layers: [0, 2, 3], matrices: [.v, .o, .down], kinds: [.maximum])
    let recording = RecordedColumns(text: true, divergence: true, direction: .full)
    let inputs = Array(demo.oneInputPerTask.prefix(2))
    let units = [plan.units[0], plan.units[plan.units.count / 2], plan.units[plan.units.count - 1]]
    let forward = try evaluator(demo.model, inputs: inputs, plan: plan, recording: recording)
    let backward = try evaluator(demo.model, inputs: inputs, plan: plan, recording: recording)
    let one = try units.map { try forward.evaluate($0) }
    let other = try units.reversed().map { try backward.evaluate($0) }
    #expect(one == other.reversed())
  }

  @Test func whatIsNotRecordedDoesNotChangeTheRest() throws {
    let demo = try Demo()
    let plan = plan(demo.model, layers: [1], matrices: [.gate], kinds: [.minimum])
    let inputs = Array(demo.oneInputPerTask.prefix(3))
    let all = RecordedColumns(text: true, divergence: true, direction: .full)
    let least = RecordedColumns(text: false, divergence: false, direction: .none)
    let full = try evaluator(demo.model, inputs: inputs, plan: plan, recording: all).evaluate(plan.units[1])
    let bare = try evaluator(demo.model, inputs: inputs, plan: plan, recording: least).evaluate(plan.units[1])
    #expect(full.firstChange == bare.firstChange && full.margin == bare.margin && full.value == bare.value)
    #expect(bare.divergence.isEmpty && bare.tokens.isEmpty && bare.direction.isEmpty)
    #expect(bare.response.isEmpty && !full.response.isEmpty)
    let without = RecordedColumns(text: true, divergence: true, direction: .full, response: false)
    let total = try evaluator(demo.model, inputs: inputs, plan: plan, recording: without).evaluate(plan.units[1])
    #expect(total.response.isEmpty && total.direction == full.direction && total.tokens == full.tokens)
    #expect(bare.logPerplexityChange.isEmpty && bare.choice.isEmpty)
    let perplexity = RecordedColumns(text: false, divergence: false, perplexity: true, direction: .none)
    let one = try evaluator(demo.model, inputs: inputs, plan: plan, recording: perplexity).evaluate(plan.units[1])
    #expect(one.logPerplexityChange == full.logPerplexityChange && one.divergence.isEmpty)
    #expect(one.firstChange == full.firstChange && one.margin == full.margin)
    #expect(full.firstChange.contains { $0 >= 0 } && full.firstChange.contains(-1))
  }

  @Test func projectedDirectionsKeepTheirLengths() throws {
    let demo = try Demo()
    let plan = plan(demo.model, layers: [2], matrices: [.up], kinds: [.maximum])
    let inputs = Array(demo.oneInputPerTask.prefix(1))
    func directions(_ direction: RecordedColumns.Direction) throws -> [[Float]] {
      let recording = RecordedColumns(text: false, divergence: false, direction: direction)
      let phenotypes = try evaluator(demo.model, inputs: inputs, plan: plan, recording: recording, seed: 9)
        .evaluate(plan.units[0])
      return (0..<phenotypes.mutationCount).map { row in
        Array(phenotypes.direction[row * phenotypes.componentCount..<(row + 1) * phenotypes.componentCount])
      }
    }
    let full = try directions(.full)
    let projected = try directions(.projected(96))
    #expect(projected.allSatisfy { $0.count == 96 })
    let ratios = zip(full, projected).map { pair in
      let squares = { (vector: [Float]) in vector.reduce(0.0) { $0 + Double($1) * Double($1) } }
      return squares(pair.1) / squares(pair.0)
    }
    // The squared length of a projection to k components has relative deviation √(2 / k) = 0.14; all share one
    // projection.
    let mean = ratios.reduce(0, +) / Double(ratios.count)
    #expect(abs(mean - 1) < 4 * (2.0 / 96).squareRoot(), "\(mean)")
  }

  @Test func valuesSayWhatRegionsWereSetTo() throws {
    let demo = try Demo()
    var parameters = KindParameters()
    (parameters[.scale], parameters[.noise]) = (3, 0.25)
    let space = MutationSpace(
      shape: demo.model.shape, region: RegionSize(rows: nil, columns: nil), layers: [1],
      matrices: [.up], kinds: Kind.ofWeights)
    let plan = UnitPlan(space: space, parameters: parameters)
    let values = try evaluator(
      demo.model, inputs: Array(demo.oneInputPerTask.prefix(1)), plan: plan,
      recording: RecordedColumns(text: false, divergence: false, direction: .none)
    ).evaluate(plan.units[0]).value
    let weight = demo.model.layers[1][.up].weight
    let weights = Matrix(rows: weight.rows, columns: weight.columns)
    weight.widen(rows: 0..<weight.rows, into: weights.view.base)
    let all = (0..<weight.elementCount).map { weights.view[$0 / weight.columns, $0 % weight.columns] }
    let mean = Float(all.reduce(0.0) { $0 + Double($1) } / Double(all.count))
    #expect(Array(values[0..<3]) == [all.max(), all.min(), 0] && Array(values[4..<7]) == [3, 0.25, mean])
    #expect(values[3].isNaN && values[7].isNaN)
    #expect(values[8] == (abs(values[0]) >= abs(values[1]) ? values[0] : values[1]))
  }

  @Test func aPlantedSuperWeightIsFound() throws {
    try Places.withTemporaryFolder { folder in
      let original = try Demo()
      let weight = original.model.layers[1][.down].weight
      let column = busiestInput(of: .down, layer: 1, model: original.model, prompt: original.inputs[10].prompt)
      let row = largestWeight(of: weight, column: column)
      var bytes = try Data(contentsOf: URL(fileURLWithPath: Demo.modelPath + "/model.safetensors"))
      // 1024 times the weight, exact in bfloat16: its product dwarfs the residual stream, whose components are about
      // 65.
      let offset = weight.tensor.byteOffset + (row * weight.columns + column) * 2
      let bits = UInt32(bytes[offset + 1]) << 24 | UInt32(bytes[offset]) << 16
      let planted = (Float(bitPattern: bits) * 1024).bitPattern >> 16
      bytes[offset] = UInt8(truncatingIfNeeded: planted)
      bytes[offset + 1] = UInt8(truncatingIfNeeded: planted >> 8)
      try bytes.write(to: URL(fileURLWithPath: folder + "/model.safetensors"))
      try FileManager.default.copyItem(atPath: Demo.modelPath + "/config.json", toPath: folder + "/config.json")
      let model = try Model.load(path: folder)
      let plan = plan(model, layers: Array(0..<4), matrices: WeightMatrix.ofBlocks, kinds: [.zero])
      let recording = RecordedColumns(text: false, divergence: true, direction: .none)
      let evaluator = try evaluator(
        model, inputs: Array(original.oneInputPerTask.prefix(4)), plan: plan, recording: recording)
      var divergences: [(mutation: Mutation, mean: Float)] = []
      for unit in plan.units {
        let phenotypes = try evaluator.evaluate(unit)
        for (index, mutation) in plan.mutations(of: unit).enumerated() {
          let rows = phenotypes.divergence[index * phenotypes.inputCount..<(index + 1) * phenotypes.inputCount]
          divergences.append((mutation, rows.reduce(0, +) / Float(rows.count)))
        }
      }
      let ranked = divergences.sorted { $0.mean > $1.mean }
      let region = ranked[0].mutation.region
      print("planted super weight: zeroing \(region) diverges by \(ranked[0].mean) nats, the next by \(ranked[1].mean)")
      #expect(region.layer == 1 && region.matrix == .down)
      #expect(region.rows.contains(row) && region.columns.contains(column))
      #expect(ranked[0].mean > 20 * ranked[ranked.count / 2].mean)
    }
  }

  private func largestWeight(of weight: StoredMatrix, column: Int) -> Int {
    let values = Matrix(rows: weight.rows, columns: weight.columns)
    weight.widen(rows: 0..<weight.rows, into: values.view.base)
    return (0..<weight.rows).max { abs(values.view[$0, column]) < abs(values.view[$1, column]) } ?? 0
  }

  /// The input of a matrix with the largest mean square over a prompt.
  private func busiestInput(of matrix: WeightMatrix, layer: Int, model: Model, prompt: [Int32]) -> Int {
    final class Sums: Hook {
      let matrix: WeightMatrix
      let layer: Int
      var squares: [Float] = []

      init(matrix: WeightMatrix, layer: Int) {
        self.matrix = matrix
        self.layer = layer
      }

      func places(ofLayer layer: Int) -> Set<Place> { layer == self.layer ? [.product(matrix)] : [] }

      func visit(_ visit: Visit) {
        guard let input = visit.input else { return }
        squares = (0..<input.columns).map { column in
          (0..<input.rows).reduce(0) { $0 + input[$1, column] * input[$1, column] }
        }
      }
    }
    let pass = ForwardPass(model: model, positionCount: prompt.count)
    let rows = RowSet(lengths: [prompt.count], firstScored: [0])
    let store = KeyValueStore(shape: model.shape, rows: prompt.count)
    let panel = Panel(shape: model.shape, capacity: prompt.count)
    let sums = Sums(matrix: matrix, layer: layer)
    pass.embed(prompt, at: rows.positions, into: panel.residual.view)
    for index in 0...layer {
      pass.run(layer: index, rows: rows, panel: panel, store: store, hook: sums)
    }
    return sums.squares.indices.max { sums.squares[$0] < sums.squares[$1] } ?? 0
  }

  @Test func aNullMutantThatIsNotSilentStopsTheScreen() throws {
    // A baseline of one model, mutants of another: the null mutant must notice.
    try Places.withTemporaryFolder { folder in
      let demo = try Demo()
      var bytes = try Data(contentsOf: URL(fileURLWithPath: Demo.modelPath + "/model.safetensors"))
      let norm = demo.model.layers[3][.down].weight
      for element in 0..<2000 { bytes[norm.tensor.byteOffset + 2 * element + 1] ^= 0x80 }
      try bytes.write(to: URL(fileURLWithPath: folder + "/model.safetensors"))
      try FileManager.default.copyItem(atPath: Demo.modelPath + "/config.json", toPath: folder + "/config.json")
      let other = try Model.load(path: folder)
      let inputs = Array(demo.inputs.prefix(6))
      let generation = Generation(
        pass: ForwardPass(model: demo.model, positionCount: 200), sampling: .greedy, stepCount: 32, endTokens: [2])
      let baselines = try Baseline.make(
        prompts: inputs.map(\.prompt), inputs: Array(inputs.indices), generation: generation, keepingStores: true)
      let plan = plan(other, layers: [0], matrices: [.q], kinds: [.zero])
      let evaluator = UnitEvaluator(
        plan: plan,
        generation: Generation(
          pass: ForwardPass(model: other, positionCount: 200), sampling: .greedy, stepCount: 32, endTokens: [2]),
        recording: RecordedColumns(text: false, divergence: false, direction: .none), baselines: baselines,
        panelRows: 4096,
        seed: 0)
      let error = #expect(throws: PerturbationsError.self) { try evaluator.evaluate(plan.units[0]) }
      #expect(error?.description.contains("null mutant") == true)
    }
  }
}
