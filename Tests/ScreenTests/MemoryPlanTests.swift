import Mutagenesis
import Screen
import TestSupport
import Testing
import Transformer

struct MemoryPlanTests {
  /// Each of these sizes is one that a model configuration may have.
  @Test func whatCannotBeCountedIsRefused() throws {
    var shape = try LlamaConfiguration.load(path: Demo.modelPath)
    shape.layerCount = 1 << 16
    shape.headCount = 1 << 12
    shape.keyValueHeadCount = 1 << 12
    shape.headSize = 1 << 12
    let error = #expect(throws: ScreenError.self) {
      try MemoryPlan(
        shape: shape, recording: Recording(text: true, divergence: true, direction: .full),
        promptLengths: [1 << 21, 1 << 21], stepCount: 32, ranksOnNode: 8, threads: 1)
    }
    #expect(error?.message.contains("more than any machine has") == true)
  }
}
