import Foundation
import Hosts
import LinearAlgebra
import Perturbations
import Testing
import TestSupport
import Transformer

/// Mutants of components of matrices are what a model says whose weights are written anew, W + (c − 1) a vᵀ.
@Suite(.serialized) struct ComponentVerdictTests {
  private let kinds: [Kind] = [.zero, .negate, .scale]

  /// As programs do: last bits of decompositions may depend on the number of threads.
  init() { BLAS.useThreads(1) }

  private var recording: RecordedColumns {
    var recording = RecordedColumns(text: true, divergence: true, perplexity: true, direction: .none, choices: true)
    recording.components = true
    return recording
  }

  /// The slow way of singular components: the decomposition of the matrix as a whole.
  private func bruteForce(
    _ path: String, prompts: [[Int32]], stepCount: Int, scale: Float = -2
  ) throws -> BruteForce {
    let model = try Model.load(path: path)
    var bruteForce = BruteForce(
      path: path, original: model, inputs: prompts.enumerated().map { (number: $0.offset, prompt: $0.element) },
      sampling: .greedy, stepCount: stepCount)
    bruteForce.parameters = BruteForce.parameters(scale: scale, noise: 1)
    bruteForce.component = { mutation in
      let triples = try SingularTriples(of: whole(mutation.region, of: model), leading: 6)
      let place = mutation.component ?? 0
      return (triples.left[row: place].map { triples.values[place] * $0 }, Array(triples.right[row: place]))
    }
    return bruteForce
  }

  private func whole(_ region: Region, of model: Model) -> DoubleMatrix {
    let weight = model.layers[region.layer][region.matrix].weight
    let values = Matrix(rows: weight.rows, columns: weight.columns)
    weight.widen(rows: 0..<weight.rows, into: values.view.base)
    return DoubleMatrix(values.view.reading)
  }

  private func plans(_ source: ComponentSource, _ bruteForce: BruteForce, layers: [Int]) -> [UnitPlan] {
    let shape = bruteForce.original.shape
    return shape.matrices.map { matrix in
      UnitPlan(
        components: ComponentSpace(source: source, shape: shape, layers: layers, matrices: [matrix], kinds: kinds),
        parameters: bruteForce.parameters)
    }
  }

  @Test func demo() throws {
    let demo = try Demo()
    let prompts = demo.oneInputPerTask.prefix(3).map(\.prompt)
    let bruteForce = try bruteForce(Demo.modelPath, prompts: Array(prompts), stepCount: 8)
    var comparison = VerdictComparison()
    // The slow way finds components by another decomposition: vectors agree to 1e-6 before both are rounded to float32.
    comparison.perplexityRounding = 4e-5
    let plans = plans(.singular(count: 2), bruteForce, layers: [0, 3])
    let count = try comparison.compare(bruteForce, plans, recording: recording)
    comparison.report("components of the demo", count)
    #expect(count.mutants == 2 * 7 * 2 * kinds.count && count.combinations.count == 2 * 7 * kinds.count)
    #expect(count.nonSilent > count.verdicts / 20 && count.nonSilent < count.verdicts)
  }

  /// Fused, transposed and interleaved tensors, norms behind products, parts side by side.
  @Test(.enabled(if: SharedHosts.isThere, SharedHosts.absence), arguments: ["gpt2", "phi3", "gemma2", "pythia"])
  func families(_ name: String) throws {
    let prompts = try SharedPrompts.first(2, of: name)
    let bruteForce = try bruteForce(SharedHosts.path + "/" + name, prompts: Array(prompts), stepCount: 8)
    var comparison = VerdictComparison()
    comparison.letters = [20, 70, 130, 200]
    let layers = Array(0..<bruteForce.original.shape.layerCount)
    let plans = plans(.singular(count: 3), bruteForce, layers: layers)
    let count = try comparison.compare(bruteForce, plans, recording: recording)
    comparison.report("components of \(name)", count)
    #expect(count.mutants == plans.count * layers.count * 3 * kinds.count && count.nonSilent > 0)
  }

  /// Where a component is a million times as large as others, what is left without it is what the others make.
  @Test(arguments: WeightMatrix.ofBlocks) func largeComponents(_ matrix: WeightMatrix) throws {
    try Places.withTemporaryFolder { folder in
      let demo = try Demo()
      let prompts = Array(demo.oneInputPerTask.prefix(2).map(\.prompt))
      let (layer, shape) = (matrix.index % 4, demo.model.shape)
      let (rows, columns) = shape.shape(of: matrix)
      let region = Region(layer: layer, matrix: matrix, rows: 0..<rows, columns: 0..<columns)
      let planting = try bruteForce(Demo.modelPath, prompts: prompts, stepCount: 8, scale: 1e5)
      let path = try planting.write(Mutation(region: region, kind: .scale, component: 0), into: folder)
      var bruteForce = try bruteForce(path, prompts: prompts, stepCount: 8, scale: 1e-3)
      // Beside such a component the error of a search is as large as all that is left: the same vectors are written.
      let weight = bruteForce.original.layers[layer][matrix].weight
      let triples = try weight.singularTriples(1, seed: bruteForce.seed)
      bruteForce.component = { _ in (triples.left[row: 0].map { triples.values[0] * $0 }, Array(triples.right[row: 0]))
      }
      let space = ComponentSpace(
        source: .singular(count: 1), shape: shape, layers: [layer], matrices: [matrix], kinds: kinds)
      let comparison = VerdictComparison()
      let plans = [UnitPlan(components: space, parameters: bruteForce.parameters)]
      let count = try comparison.compare(bruteForce, plans, recording: recording)
      comparison.report("a large component of \(matrix)", count)
    }
  }

  /// Sizes are the singular values, and the file's components are told by their numbers.
  @Test func componentsAreNamedWithTheirSizes() throws {
    let demo = try Demo()
    let bruteForce = try bruteForce(Demo.modelPath, prompts: [demo.oneInputPerTask[0].prompt], stepCount: 4)
    let space = ComponentSpace(
      source: .singular(count: 5), shape: demo.model.shape, layers: [1], matrices: [.down, .q], kinds: [.zero, .negate])
    #expect(space.count == 20 && space.componentCount == 10)
    let plan = UnitPlan(components: space)
    let mutations = (0..<plan.mutationCount).map { plan.mutation(at: $0) }
    #expect(zip(mutations, mutations.dropFirst()).allSatisfy { $0 < $1 })
    #expect(mutations.map { $0.component ?? -1 } == (0..<20).map { $0 % 10 / 2 })
    let generation = bruteForce.generation(demo.model)
    let baselines = try Baseline.make(
      prompts: bruteForce.inputs.map(\.prompt), inputs: [0], generation: generation, keepingStores: true)
    let evaluator = UnitEvaluator(
      plan: plan, generation: generation, recording: recording, baselines: baselines, panelRows: 500, seed: 3)
    for unit in plan.units {
      let phenotypes = try evaluator.evaluate(unit)
      let own = plan.mutations(of: unit)
      let triples = try SingularTriples(of: whole(own[0].region, of: demo.model), leading: 5)
      #expect(phenotypes.component == own.map { Int32($0.component ?? -1) })
      for (size, mutation) in zip(phenotypes.singularValue, own) {
        let value = triples.values[mutation.component ?? 0]
        #expect(abs(Double(size) / value - 1) < 1e-6, "\(size) \(value)")
      }
    }
  }
}
