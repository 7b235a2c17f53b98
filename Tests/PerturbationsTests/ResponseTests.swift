import CKernels
import Foundation
import Hosts
import LinearAlgebra
import Perturbations
import Testing
import TestSupport
import Transformer

/// What later blocks answer, and what a mutation itself lets into the residual stream, make up the direction.
@Suite(.serialized) struct ResponseTests {
  private let bruteForce: BruteForce
  private let generation: Generation
  private let baselines: [Baseline]
  private let plan: UnitPlan

  /// A mutation of every kind in the middle of every matrix of the first and the last layer, and of the embedding.
  init() throws {
    let demo = try Demo()
    let inputs = demo.oneInputPerTask.prefix(3).enumerated().map { (number: $0.offset, prompt: $0.element.prompt) }
    bruteForce = BruteForce(
      path: Demo.modelPath, original: demo.model, inputs: inputs, sampling: .greedy, stepCount: 12)
    generation = bruteForce.generation(demo.model)
    baselines = try Baseline.make(
      prompts: inputs.map(\.prompt), inputs: inputs.map(\.number), generation: generation, keepingStores: false)
    let configuration = demo.model.shape
    var list = MutationList(parameters: bruteForce.parameters)
    for matrix in WeightMatrix.ofBlocks {
      let shape = configuration.shape(of: matrix)
      for layer in [0, configuration.layerCount - 1] {
        let region = Region(
          layer: layer, matrix: matrix, rows: shape.rows / 3..<shape.rows / 3 + 20,
          columns: shape.columns / 2..<shape.columns / 2 + 33)
        for kind in Kind.ofWeights { list.append(Mutation(region: region, kind: kind)) }
      }
    }
    let token = Int(inputs[0].prompt[inputs[0].prompt.count - 1])
    let region = Region(layer: Region.outside, matrix: .embedding, rows: token..<token + 1, columns: 20..<90)
    for kind in Kind.ofWeights { list.append(Mutation(region: region, kind: kind)) }
    #expect(list.sort() == nil)
    plan = UnitPlan(list: list)
  }

  private func evaluate(_ direction: RecordedColumns.Direction, panelRows: Int = 900) throws -> [Phenotypes] {
    let evaluator = UnitEvaluator(
      plan: plan, generation: generation,
      recording: RecordedColumns(text: false, divergence: false, direction: direction),
      baselines: baselines, panelRows: panelRows, seed: bruteForce.seed)
    return try plan.units.map { try evaluator.evaluate($0) }
  }

  private func rows(_ values: [Float], of phenotypes: Phenotypes) -> [[Double]] {
    let width = phenotypes.componentCount
    return (0..<phenotypes.mutationCount).map { row in values[row * width..<(row + 1) * width].map(Double.init) }
  }

  /// Behind attention, at the end of the layer, or before the first one, by running a model with the mutated weights:
  /// the mean shift over the steps, then over the inputs, and the largest number in the stream.
  private func entryShift(_ mutation: Mutation) throws -> (shift: [Double], largest: Double) {
    let isAttention = [.q, .k, .v, .o].contains(mutation.region.matrix)
    let mutant = try Places.withTemporaryFolder { try Model.load(path: try bruteForce.write(mutation, into: $0)) }
    let isOuter = mutation.region.matrix.isOuter
    let passes = try [mutant, bruteForce.original].map { model in
      try SiteReader(
        pass: bruteForce.generation(model).pass,
        site: isOuter ? .residualBefore : isAttention ? .residualMiddle : .residualAfter,
        layer: max(0, mutation.region.layer))
    }
    let width = mutant.shape.hiddenSize
    var shift = Array(repeating: 0.0, count: width)
    var largest = 0.0
    for baseline in baselines {
      let (own, others) = (passes[0].activations(of: baseline.sequence), passes[1].activations(of: baseline.sequence))
      for row in baseline.firstScored..<baseline.length {
        for component in 0..<width {
          let (changed, unchanged) = (Double(own[row, component]), Double(others[row, component]))
          shift[component] += (changed - unchanged) / Double(baseline.stepCount * baselines.count)
          largest = max(largest, abs(changed), abs(unchanged))
        }
      }
    }
    return (shift, largest)
  }

  @Test func responseAndEntryMakeUpTheDirection() throws {
    let last = generation.pass.shape.layerCount - 1
    var (worst, answered, compared) = (0.0, 0, 0)
    for (unit, found) in zip(plan.units, try evaluate(.full)) {
      let (directions, responses) = (rows(found.direction, of: found), rows(found.response, of: found))
      for (row, mutation) in plan.mutations(of: unit).enumerated() {
        let (entry, largest) = try entryShift(mutation)
        for component in entry.indices {
          let error = abs(responses[row][component] + entry[component] - directions[row][component])
          worst = max(worst, error / largest)
        }
        let isAtEnd = mutation.region.layer == last && [.gate, .up, .down].contains(mutation.region.matrix)
        let isSilent = responses[row].allSatisfy { $0 == 0 }
        #expect(isSilent == isAtEnd, "\(mutation)")
        if !isAtEnd { answered += 1 }
        compared += 1
      }
    }
    print("response + entry = direction of \(compared) mutants within \(worst) of the largest number in the stream")
    #expect(compared == (2 * 7 + 1) * Kind.ofWeights.count && answered > compared / 2)
    // Both are means of float32 numbers, whose unit in the last place is 1.2e-7, computed in two ways; what a mutant's
    // heads put out can be some times larger than what it adds up to in the stream.
    #expect(worst < 1e-5)
  }

  @Test func panelsDoNotMatter() throws {
    // Bit for bit, as values of some kinds are no numbers.
    func bytes(panelRows: Int) throws -> [[UInt8]] {
      try evaluate(.full, panelRows: panelRows).map { $0.bytes(rows: 0..<$0.mutationCount) }
    }
    #expect(try bytes(panelRows: 1) == bytes(panelRows: 4000))
  }

  /// Both go through the projection that the results file describes.
  @Test func responsesAreProjectedAsDirectionsAre() throws {
    let count = 9
    let hiddenSize = generation.pass.shape.hiddenSize
    let projection = (0..<count).map { component in
      (0..<hiddenSize).map { index -> Double in
        var words: [UInt32] = [0, 0, 0, 0]
        let key = [UInt32(bruteForce.seed & 0xffff_ffff), UInt32(bruteForce.seed >> 32)]
        locus_philox([UInt32(component), UInt32(index), 1_886_547_818, 0], key, &words)
        let uniform = words.map { (Double($0) + 0.5) / 0x1p32 }
        return sqrt(-2 * log(uniform[0])) * cos(2 * .pi * uniform[1]) / Double(count).squareRoot()
      }
    }
    for (full, projected) in zip(try evaluate(.full), try evaluate(.projected(count))) {
      for (wide, narrow) in [(full.direction, projected.direction), (full.response, projected.response)] {
        for (vector, found) in zip(rows(wide, of: full), rows(narrow, of: projected)) {
          let size = vector.reduce(0) { $0 + abs($1) }
          for (weights, number) in zip(projection, found) {
            let expected = zip(weights, vector).reduce(0) { $0 + $1.0 * $1.1 }
            #expect(abs(number - expected) <= 1e-6 * size)
          }
        }
      }
    }
  }
}
