import LinearAlgebra
import Perturbations
import Testing
import TestSupport
import Transformer

/// Memory for a baseline that knows whether it is still needed.
private final class Region {
  let base: UnsafeMutableRawPointer
  let byteCount: Int

  init(byteCount: Int) {
    base = .allocate(byteCount: byteCount + 64, alignment: 64)
    self.byteCount = byteCount
    // What is not written must not look like zeros that were.
    base.initializeMemory(as: UInt8.self, repeating: 0xa5, count: byteCount + 64)
  }

  deinit { base.deallocate() }

  func holds(_ place: UnsafeRawPointer?) -> Bool {
    place.map { $0 >= UnsafeRawPointer(base) && $0 < UnsafeRawPointer(base + byteCount) } ?? false
  }

  var isIntactBehind: Bool {
    (byteCount..<byteCount + 64).allSatisfy { base.load(fromByteOffset: $0, as: UInt8.self) == 0xa5 }
  }
}

@Suite(.serialized) struct BaselineTests {
  private func generation(_ model: Model, sampling: Sampling, endTokens: [Int32]) -> Generation {
    Generation(
      pass: ForwardPass(model: model, positionCount: 200), sampling: sampling, stepCount: 24, endTokens: endTokens)
  }

  private func read(_ baseline: Baseline, from region: Region, _ generation: Generation) -> Baseline {
    Baseline(
      input: baseline.input, prompt: baseline.prompt, generation: generation, at: region.base, owner: region)
  }

  private func copies(of baselines: [Baseline], _ generation: Generation) -> [Baseline] {
    baselines.map { baseline in
      let byteCount = Baseline.byteCount(
        promptCount: baseline.promptCount, generation: generation, keepingStore: baseline.store != nil)
      #expect(byteCount % 64 == 0)
      let region = Region(byteCount: byteCount)
      baseline.copy(to: region.base)
      #expect(region.isIntactBehind)
      return read(baseline, from: region, generation)
    }
  }

  @Test(arguments: [Sampling.greedy, Sampling(temperature: 0.9, seed: 3)], [true, false])
  func whatIsReadFromMemoryIsWhatWasCopied(sampling: Sampling, keepingStores: Bool) throws {
    let demo = try Demo()
    let prompts = demo.oneInputPerTask.map(\.prompt)
    let numbers = prompts.indices.map { 3 * $0 + 1 }
    let free = try Baseline.make(
      prompts: prompts, inputs: numbers, generation: generation(demo.model, sampling: sampling, endTokens: []),
      keepingStores: false)
    // A token in the middle of some continuation as the end token, so that one at least ends early.
    let end = free[0].continuation[7]
    let generation = generation(demo.model, sampling: sampling, endTokens: [end])
    let made = try Baseline.make(
      prompts: prompts, inputs: numbers, generation: generation, keepingStores: keepingStores)
    #expect(made.contains { $0.stepCount < 24 } && made.contains { $0.stepCount == 24 })
    for (one, other) in zip(made, copies(of: made, generation)) {
      #expect(one.differences(from: other).isEmpty, "input \(one.input)")
    }
  }

  @Test func comparingNoticesEveryField() throws {
    let demo = try Demo()
    let sampling = Sampling(temperature: 0.9, seed: 3)
    let prompt = demo.inputs[0].prompt
    let made = try Baseline.make(
      prompts: [prompt], inputs: [0], generation: generation(demo.model, sampling: sampling, endTokens: []),
      keepingStores: true)
    let other = try Baseline.make(
      prompts: [demo.inputs[1].prompt], inputs: [1],
      generation: generation(demo.model, sampling: sampling, endTokens: []), keepingStores: false)
    #expect(
      made[0].differences(from: other[0]) == [
        "input", "prompt", "continuation", "margins", "logSums", "noise", "residual", "normed", "logits", "store",
      ])
  }

  @Test func theMemoryLivesAsLongAsTheBaseline() throws {
    let demo = try Demo()
    let generation = generation(demo.model, sampling: .greedy, endTokens: [])
    let made = try Baseline.make(
      prompts: [demo.inputs[0].prompt], inputs: [0], generation: generation, keepingStores: true)
    weak var region: Region?
    var copy: Baseline?
    do {
      let owner = Region(
        byteCount: Baseline.byteCount(
          promptCount: made[0].promptCount, generation: generation, keepingStore: true))
      region = owner
      made[0].copy(to: owner.base)
      copy = read(made[0], from: owner, generation)
    }
    #expect(region != nil)
    // Not a copy: the logits lie in the region.
    let place = copy.map { UnsafeRawPointer($0.logits.view.base) }
    #expect(region?.holds(place) == true)
    copy = nil
    #expect(region == nil)
  }

  @Test func mutantsComeOutTheSame() throws {
    let demo = try Demo()
    let prompts = demo.oneInputPerTask.prefix(4).map(\.prompt)
    let generation = generation(demo.model, sampling: .greedy, endTokens: [2])
    let made = try Baseline.make(
      prompts: prompts, inputs: Array(prompts.indices), generation: generation, keepingStores: true)
    let configuration = demo.model.shape
    let plan = UnitPlan(
      space: MutationSpace(
        shape: configuration, region: RegionSize(rows: 16, columns: 16), layers: [1, 3], matrices: [.k, .gate],
        kinds: [.maximum]),
      sampleCount: 100, seed: 1)
    let recording = RecordedColumns(text: true, divergence: true, direction: .full)
    func phenotypes(_ baselines: [Baseline]) throws -> [Phenotypes] {
      let evaluator = UnitEvaluator(
        plan: plan, generation: generation, recording: recording, baselines: baselines, panelRows: 1500, seed: 0)
      return try plan.units.map { try evaluator.evaluate($0) }
    }
    let one = try phenotypes(made)
    #expect(try phenotypes(copies(of: made, generation)) == one)
    #expect(one.contains { $0.firstChange.contains { $0 >= 0 } })
  }
}

extension Baseline {
  /// The fields in which two baselines are not the same, bit for bit.
  fileprivate func differences(from other: Baseline) -> [String] {
    func bits(_ matrix: Matrix) -> [[UInt32]] {
      (0..<matrix.rows).map { row in (0..<matrix.columns).map { matrix.view[row, $0].bitPattern } }
    }
    func bits(_ view: MatrixView) -> [[UInt32]] {
      (0..<view.rows).map { row in (0..<view.columns).map { view[row, $0].bitPattern } }
    }
    func store(_ baseline: Baseline) -> [[[UInt32]]]? {
      baseline.store.map { store in
        (0..<4).flatMap {
          [bits(store.keys(layer: $0, rows: 0..<store.rows)), bits(store.values(layer: $0, rows: 0..<store.rows))]
        }
      }
    }
    let equal = [
      ("input", input == other.input), ("prompt", prompt == other.prompt),
      ("continuation", continuation == other.continuation),
      ("margins", margins.map(\.bitPattern) == other.margins.map(\.bitPattern)),
      ("logSums", logSums.map(\.bitPattern) == other.logSums.map(\.bitPattern)), ("noise", noise == other.noise),
      ("residual", bits(residual) == bits(other.residual)), ("normed", bits(normed) == bits(other.normed)),
      ("logits", bits(logits) == bits(other.logits)), ("store", store(self) == store(other)),
    ]
    return equal.filter { !$0.1 }.map(\.0)
  }
}
