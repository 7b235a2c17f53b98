import LinearAlgebra
import Perturbations
import Testing
import TestSupport
import Transformer

/// The drive is what a plain loop says, and the same whatever is computed together.
@Suite(.serialized) struct InputSumsTests {
  private static let blockColumns = 20

  /// Copies what every first matrix of a site takes in.
  private final class Recorder: Hook {
    var inputs: [String: Matrix] = [:]

    func places(ofLayer layer: Int) -> Set<Place> { Set(WeightMatrix.ofBlocks.map(Place.product)) }

    func visit(_ visit: Visit) {
      guard case .product(let matrix) = visit.place, let input = visit.input else { return }
      let copy = Matrix(rows: input.rows, columns: input.columns)
      copy.view.copy(input)
      inputs["\(visit.layer) \(matrix)"] = copy
    }
  }

  private func generation(_ model: Model, stepCount: Int) -> Generation {
    Generation(
      pass: ForwardPass(model: model, positionCount: 200), sampling: .greedy, stepCount: stepCount, endTokens: [2])
  }

  @Test func agreesWithAPlainLoop() throws {
    let demo = try Demo()
    let configuration = demo.model.shape
    let generation = generation(demo.model, stepCount: 12)
    let prompts = demo.oneInputPerTask.prefix(3).map(\.prompt)
    let sums = InputSummation(shape: configuration, blockColumns: Self.blockColumns)
    let baselines = try Baseline.make(
      prompts: prompts, inputs: [0, 1, 2], generation: generation, keepingStores: false, drive: sums)
    let recorders = baselines.map { baseline in
      let recorder = Recorder()
      // Each sequence for itself; the last layer as mutants have it, from the end of the prompt on.
      _ = Prefill(
        [baseline.sequence], firstScored: [baseline.firstScored], pass: generation.pass, hook: recorder)
      return recorder
    }
    let drive = sums.drive
    #expect(drive.layerCount == 4 && drive.blockCount == 20)
    var compared = 0
    for layer in 0..<configuration.layerCount {
      for (site, matrix) in [WeightMatrix.q, .o, .up, .down].enumerated() {
        // Keys see all positions of the last layer, queries only the kept ones.
        let name = matrix == .q ? "\(layer) k" : "\(layer) \(matrix)"
        let inputs = try recorders.map { try #require($0.inputs[name]) }
        let width = configuration.shape(of: matrix).columns
        for block in 0..<drive.blockCount {
          let index = (layer * 4 + site) * drive.blockCount + block
          guard block * Self.blockColumns < width else {
            #expect(drive.sumMean[index].isNaN && drive.sumRMS[index].isNaN)
            continue
          }
          let columns = block * Self.blockColumns..<min((block + 1) * Self.blockColumns, width)
          let all = inputs.flatMap { input in
            (0..<input.rows).map { row in columns.reduce(0) { $0 + Double(input.view[row, $1]) } }
          }
          let mean = all.reduce(0, +) / Double(all.count)
          let root = (all.reduce(0) { $0 + $1 * $1 } / Double(all.count)).squareRoot()
          // Float32 results; the means cancel.
          #expect(abs(Double(drive.sumMean[index]) - mean) <= 1e-6 * root, "\(name) \(block)")
          #expect(abs(Double(drive.sumRMS[index]) - root) <= 1e-6 * root, "\(name) \(block)")
          compared += 1
        }
      }
    }
    #expect(compared == 4 * (7 + 7 + 7 + 20))
  }

  @Test func whatIsAddedTogetherDoesNotMatter() throws {
    let demo = try Demo()
    let generation = generation(demo.model, stepCount: 8)
    let prompts = demo.oneInputPerTask.map(\.prompt)
    func sums(_ inputs: [Int], rows: Int) throws -> InputSummation {
      let sums = InputSummation(shape: demo.model.shape, blockColumns: Self.blockColumns)
      _ = try Baseline.make(
        prompts: inputs.map { prompts[$0] }, inputs: inputs, generation: generation, keepingStores: false, rows: rows,
        drive: sums)
      return sums
    }
    func bits(_ drive: InputSums) -> [UInt32] { (drive.sumMean + drive.sumRMS).map(\.bitPattern) }
    let whole = try sums(Array(prompts.indices), rows: 4096)
    #expect(try bits(sums(prompts.indices.reversed(), rows: 60).drive) == bits(whole.drive))
    // As the ranks of a node share the inputs out.
    let (one, other) = (try sums([0, 3, 5], rows: 100), try sums([7, 1, 2, 6, 4], rows: 4096))
    #expect(one.parts.contains { $0 < 0 } && one.parts != whole.parts)
    one.parts = zip(one.parts, other.parts).map(+)
    #expect(bits(one.drive) == bits(whole.drive))
  }
}
