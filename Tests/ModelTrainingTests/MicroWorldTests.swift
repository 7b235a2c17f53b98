import Basics
import Foundation
import ModelTraining
import Testing
import TestSupport

/// Text of the micro-world beside that of the Python program by which the demo model was first trained.
@Suite struct MicroWorldTests {
  @Test(arguments: MicroWorldTask.allCases) func theDemosTextsAreMade(_ task: MicroWorldTask) throws {
    let text = try String(contentsOfFile: Places.demo + "/text/\(task.rawValue).txt", encoding: .utf8)
    #expect(MicroWorldMaker.reservedText(task, seed: 1) == text)
    #expect(MicroWorldMaker.reservedText(task, seed: 2) != text)
  }

  /// The SHA-256 of tokens as int32 and of weights as float32 of the first 64 rows of each phase, as that program wrote
  /// them with Python 3.11 and tokenizers 0.23.
  private static let digests = [
    (
      "3fb7c87ce072e9c4e1ecf0c6cfd50287c9017dd610292b71b4121592751d816b",
      "238245502811d035158c2a3add66a0bda793902a893d69b1e079cbb4e31f3b7a"
    ),
    (
      "455e7ea872bb42627f989470dbec5f6c053dcfebb2121d353591f5c51bf07105",
      "d396be55c8e07a838a737eeac06980b12be10204ba0ee7547e065a73901f58f7"
    ),
    (
      "d25daae3af35dad12b7b8767105c40abe592c132db46b22911b8ef9eff2cb2f7",
      "7aaafba5da2be949d39267d0e082acfe6d4b1b45f622cb15ad504d98cc1e08a2"
    ),
    (
      "ec61edd39b1fd7f98b8a34ebb6b9b5cd5a1aec889ad58c13c543d79c0c3f9316",
      "3d723e4dbc875b795624969ae065dde47316410f23cd36a1f2550179166496cb"
    ),
  ]

  @Test func theDemosRowsAreMade() throws {
    let prepared = try PreparedTraining(configurationPath: Places.root + "/configs/demo-train.yaml")
    #expect(prepared.rows.count == Self.digests.count)
    for (rows, digest) in zip(prepared.rows, Self.digests) {
      let made = try (0..<64).map { try rows.row($0) }
      #expect(SHA256.hexadecimal(of: made.flatMap(\.tokens).memoryBytes) == digest.0)
      #expect(SHA256.hexadecimal(of: made.flatMap(\.weights).memoryBytes) == digest.1)
      // A later start asks for any row.
      #expect(try rows.row(9) == made[9] && rows.row(63) == made[63])
    }
  }
}
