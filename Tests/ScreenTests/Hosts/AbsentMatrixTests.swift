import Foundation
import Hosts
import Screen
import Testing
import TestSupport
import Transformer

/// All matrices are those that a model has, and one that it does not have is refused by name.
struct AbsentMatrixTests {
  private let configuration = """
    {"model_type": "gpt2", "n_embd": 16, "n_layer": 2, "n_head": 2, "vocab_size": 20, "n_positions": 32}
    """

  private func matrices(_ key: String) throws -> [WeightMatrix] {
    try Places.withTemporaryFolder { folder in
      try Data(configuration.utf8).write(to: URL(fileURLWithPath: folder + "/config.json"))
      let yaml = "model: m\ninputs: i\nmutations:\n  region: [4, 4]\n\(key)"
      let screen = try ScreenConfiguration(bytes: Array(yaml.utf8), path: "screen.yaml")
      return try screen.plan(for: try HostShape.load(path: folder)).space?.matrices ?? []
    }
  }

  @Test(arguments: ["", "  matrices: all\n"]) func allAreThoseOfTheModel(_ key: String) throws {
    #expect(try matrices(key) == [.q, .k, .v, .o, .up, .down])
  }

  @Test func anAbsentOneIsNamed() throws {
    #expect(try matrices("  matrices: [q, down]\n") == [.q, .down])
    do {
      _ = try matrices("  matrices: [gate, down]\n")
      Issue.record("a gate was accepted")
    } catch {
      #expect(
        "\(error)" == "screen.yaml: line 5: mutations.matrices: the model has no matrix gate; use all or some of q, k, "
          + "v, o, up, down")
    }
  }
}
