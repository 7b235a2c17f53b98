import Hosts
import Perturbations
import Screen
import Testing
import TestSupport
import Transformer

struct MemoryPlanTests {
  /// Each of these sizes is one that a model configuration may have.
  @Test func whatCannotBeCountedIsRefused() throws {
    var decoder = try GatedDecoder.load(path: Demo.modelPath)
    decoder.layerCount = 1 << 16
    decoder.headCount = 1 << 12
    decoder.keyValueHeadCount = 1 << 12
    decoder.headSize = 1 << 12
    let error = #expect(throws: ScreenError.self) {
      try MemoryPlan(
        shape: decoder.shape, recording: RecordedColumns(text: true, divergence: true, direction: .full),
        promptLengths: [1 << 21, 1 << 21], stepCount: 32, ranksOnNode: 8, threads: 1)
    }
    #expect(error?.description.contains("more than any machine has") == true)
  }

  /// What is at hand of large regions, and a long list, count too.
  @Test func largeRegionsTakeMemory() throws {
    let shape = try HostShape.load(path: Demo.modelPath)
    let recording = RecordedColumns(text: false, divergence: true, direction: .none)
    func plan(_ bytes: Int) throws -> MemoryPlan {
      try MemoryPlan(
        shape: shape, recording: recording, promptLengths: [20], stepCount: 32, planBytes: bytes, ranksOnNode: 1,
        threads: 1)
    }
    #expect(try plan(1 << 20).ownBytes == plan(0).ownBytes + 1 << 20)
    let error = #expect(throws: ScreenError.self) { try plan(1 << 31) }
    #expect(error?.description.contains("smaller regions") == true)
    let space = MutationSpace(
      shape: shape, region: RegionSize(rows: nil, columns: nil), layers: [0], matrices: [.down],
      kinds: Kind.usual)
    #expect(UnitPlan(space: space).heldBytes == 3 * 128 * 384 * 4)
  }
}
