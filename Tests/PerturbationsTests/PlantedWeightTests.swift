import Foundation
import Hosts
import Perturbations
import Testing
import TestSupport
import Transformer

/// A mutant is what brute force says also where its region holds a weight that is much larger than others.
@Suite(.serialized) struct PlantedWeightTests {
  /// A model with one weight of the demo's replaced, in `folder`, and the mutants of the region that holds it.
  private func plant(
    _ value: Float, in matrix: WeightMatrix, layer: Int, row: Int, column: Int, folder: String
  ) throws -> BruteForce {
    let demo = try Demo()
    let weight = demo.model.layers[layer][matrix].weight
    var bytes = try Data(contentsOf: URL(fileURLWithPath: Demo.modelPath + "/model.safetensors"))
    let offset = weight.tensor.byteOffset + (row * weight.columns + column) * 2
    // A bfloat16 number is the upper half of a float32.
    let bits = value.bitPattern >> 16
    bytes[offset] = UInt8(truncatingIfNeeded: bits)
    bytes[offset + 1] = UInt8(truncatingIfNeeded: bits >> 8)
    try bytes.write(to: URL(fileURLWithPath: folder + "/model.safetensors"))
    try FileManager.default.copyItem(atPath: Demo.modelPath + "/config.json", toPath: folder + "/config.json")
    let inputs = demo.oneInputPerTask.prefix(4).enumerated().map { (number: $0.offset, prompt: $0.element.prompt) }
    var bruteForce = BruteForce(
      path: folder, original: try Model.load(path: folder), inputs: inputs, sampling: .greedy, stepCount: 24)
    bruteForce.parameters = BruteForce.parameters(scale: 1e-3, noise: 1.5)
    return bruteForce
  }

  private func phenotypes(_ bruteForce: BruteForce, region: Region, baselines: [Baseline]) throws -> Phenotypes {
    var list = MutationList(parameters: bruteForce.parameters)
    for kind in Kind.ofWeights { list.append(Mutation(region: region, kind: kind)) }
    let plan = UnitPlan(list: list)
    let evaluator = UnitEvaluator(
      plan: plan, generation: bruteForce.generation(bruteForce.original),
      recording: RecordedColumns(text: true, divergence: true, direction: .none), baselines: baselines, panelRows: 1000,
      seed: bruteForce.seed)
    return try evaluator.evaluate(plan.units[0])
  }

  @Test(arguments: WeightMatrix.ofBlocks, [1e4, -1e6] as [Float])
  func regionsOfLargeWeights(matrix: WeightMatrix, value: Float) throws {
    try Places.withTemporaryFolder { folder in
      let (layer, row, column) = (matrix.index % 4, 21, 37)
      let bruteForce = try plant(value, in: matrix, layer: layer, row: row, column: column, folder: folder)
      let generation = bruteForce.generation(bruteForce.original)
      let baselines = try Baseline.make(
        prompts: bruteForce.inputs.map(\.prompt), inputs: bruteForce.inputs.map(\.number), generation: generation,
        keepingStores: true)
      let region = Region(layer: layer, matrix: matrix, rows: 16..<32, columns: 32..<48)
      let phenotypes = try phenotypes(bruteForce, region: region, baselines: baselines)
      var worst: Float = 0
      for (row, kind) in Kind.ofWeights.enumerated() {
        let mutation = Mutation(region: region, kind: kind)
        let outcomes = try bruteForce.outcomes(of: mutation, baselines: baselines.map(\.continuation))
        for (input, outcome) in outcomes.enumerated() {
          let place = row * phenotypes.inputCount + input
          let baseline = baselines[input].continuation
          let change = outcome.continuation.indices.first {
            $0 >= baseline.count || outcome.continuation[$0] != baseline[$0]
          }
          let margin = outcome.margins[...(change ?? outcome.margins.count - 1)].min() ?? .nan
          let tokens = phenotypes.tokens[place * phenotypes.stepCount..<(place + 1) * phenotypes.stepCount]
          #expect(Int(phenotypes.firstChange[place]) == change ?? -1, "\(mutation) on input \(input)")
          #expect(tokens.filter { $0 >= 0 } == (change == nil ? [] : outcome.continuation), "\(mutation)")
          worst = max(worst, abs(phenotypes.margin[place] - margin))
          // The large weight goes: the layer is computed with the mutated weights, and nothing tells the two apart.
          if kind == .zero || kind == .mean, abs(value) > 1e5 {
            #expect(phenotypes.margin[place] == margin, "\(mutation) on input \(input)")
          }
          let divergence = Double(phenotypes.divergence[place])
          #expect(abs(divergence - outcome.divergence) <= 1e-4, "\(divergence) \(outcome.divergence) \(mutation)")
        }
      }
      print("planted \(value) in \(matrix) of layer \(layer): margins within \(worst) of brute force")
      #expect(worst <= 1e-4)
    }
  }
}
