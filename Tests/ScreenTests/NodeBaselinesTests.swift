import Inputs
import MessagePassing
import Perturbations
import Screen
import Testing
import TestSupport
import Transformer

/// Run as one process and under mpirun.
@Suite(.serialized) struct NodeBaselinesRanksTests {
  private func generation(_ model: Model, sampling: Sampling = .greedy) -> Generation {
    Generation(
      pass: ForwardPass(model: model, positionCount: 200), sampling: sampling, stepCount: 20, endTokens: [2])
  }

  /// The bytes that say everything about a baseline but its noise.
  private func bytes(_ baseline: Baseline, _ generation: Generation) -> [UInt8] {
    let byteCount = Baseline.byteCount(
      promptCount: baseline.promptCount, generation: generation, keepingStore: baseline.store != nil)
    let memory = UnsafeMutableRawBufferPointer.allocate(byteCount: byteCount, alignment: 64)
    defer { memory.deallocate() }
    memory.initializeMemory(as: UInt8.self, repeating: 0)
    if let base = memory.baseAddress { baseline.copy(to: base) }
    return Array(memory)
  }

  /// Not a number is where a site has fewer blocks.
  private func bits(_ drive: InputSums) -> [UInt32] { (drive.sumMean + drive.sumRMS).map(\.bitPattern) }

  @Test(
    arguments: [
      (Sampling.greedy, true, 4096), (.greedy, false, 150), (Sampling(temperature: 0.8, seed: 5), true, 400),
    ])
  func allRanksHoldTheBaselinesOfOne(sampling: Sampling, keepingStores: Bool, rows: Int) throws {
    try World.run { (world) throws in
      let demo = try Demo()
      let generation = generation(demo.model, sampling: sampling)
      let prompts = demo.oneInputPerTask.map { Prompt.tokens($0.prompt) }
      let drive = InputSummation(shape: demo.model.shape, blockColumns: 20)
      let alone = try Baseline.make(
        prompts: prompts, inputs: Array(prompts.indices), generation: generation, keepingStores: keepingStores,
        drive: drive)
      let shared = try NodeBaselines(
        prompts: prompts, generation: generation, keepingStores: keepingStores, rows: rows, driveColumns: 20,
        communicator: world)
      #expect(shared.drive.map(bits) == bits(drive.drive))
      #expect(shared.baselines.map(\.input) == Array(prompts.indices))
      for (one, other) in zip(alone, shared.baselines) {
        #expect(one.prompt == other.prompt && one.noise == other.noise && one.continuation == other.continuation)
        #expect((one.store != nil) == keepingStores && (other.store != nil) == keepingStores)
        #expect(bytes(one, generation) == bytes(other, generation), "input \(one.input)")
      }
      try shared.free()
    }
  }

  @Test func fewerInputsThanRanks() throws {
    try World.run { (world) throws in
      let demo = try Demo()
      let generation = generation(demo.model)
      let prompts = [Prompt.tokens(demo.inputs[0].prompt)]
      let shared = try NodeBaselines(
        prompts: prompts, generation: generation, keepingStores: true, communicator: world)
      let alone = try Baseline.make(prompts: prompts, inputs: [0], generation: generation, keepingStores: true)
      #expect(shared.baselines.map { bytes($0, generation) } == alone.map { bytes($0, generation) })
      try shared.free()
    }
  }

  @Test func anErrorOfOneRankReachesAll() throws {
    try World.run { (world) throws in
      let demo = try Demo()
      let generation = generation(demo.model, sampling: Sampling(temperature: 1, seed: 0))
      let prompts = demo.oneInputPerTask.map { Prompt.tokens($0.prompt) }
      // At this temperature scores are infinite, and the gap between two of them is no number.
      let broken = Generation(
        pass: generation.pass, sampling: Sampling(temperature: .leastNonzeroMagnitude, seed: 0), stepCount: 20,
        endTokens: [2])
      let isBroken = world.rank == world.size - 1
      let error = #expect(throws: UnusableBaseline.self) {
        _ = try NodeBaselines(
          prompts: prompts, generation: isBroken ? broken : generation, keepingStores: false, communicator: world)
      }
      // The first input of the last rank, as all ranks learn.
      let lengths = prompts.map { $0.tokens.count + generation.stepCount }
      #expect(error?.input == NodeBaselines.deal(lengths, ranks: world.size).last?.first)
      #expect(error?.step == 0 && error?.areScoresNumbers == false)
      #expect("\(try #require(error))".contains("are not numbers"))
    }
  }

  @Test func inputsAreDealtOutEvenly() {
    #expect(NodeBaselines.deal([5, 5, 5, 5], ranks: 2) == [[0, 2], [1, 3]])
    #expect(NodeBaselines.deal([1, 9, 2, 3, 4], ranks: 2) == [[0, 1], [2, 3, 4]])
    #expect(NodeBaselines.deal([], ranks: 3) == [[], [], []])
    #expect(NodeBaselines.deal([7], ranks: 3) == [[0], [], []])
    let lengths = (0..<50).map { 20 + $0 * $0 * 7 % 31 }
    let parts = NodeBaselines.deal(lengths, ranks: 7)
    #expect(parts.joined().sorted() == Array(lengths.indices))
    let loads = parts.map { $0.reduce(0) { $0 + lengths[$1] } }
    #expect((loads.max() ?? 0) - (loads.min() ?? 0) <= 50)
  }
}
