import Foundation
import Testing
import TestSupport

/// On random weights a screen is full of stripes, and all of them are arithmetic.
@Suite(.serialized) struct ArithmeticTests {
  @Test func stripesOfRandomWeightsAreNoFindings() throws {
    try Workbench.run { bench in
      try bench.randomizeWeights()
      try bench.write(
        "screen.yaml",
        """
        model: model
        inputs: inputs.jsonl
        continuation: {tokens: 2}
        mutations: {region: [4, 4], layers: [2], matrices: [o, up], kinds: [maximum, minimum]}
        record: {text: none, divergence: false}

        """)
      #expect(try bench.screen().status == 0)
      let outcome = try Program.locus.run(["analyze", bench.path("out.h5")])
      #expect(outcome.status == 0, "\(outcome.errors)")
      // Sentences are wrapped.
      let words = outcome.output.split { $0.isWhitespace }.joined(separator: " ")
      let none =
        "0 stand above the line that most blocks of their axis follow (studentized residual). - 0 stand above all "
        + "other blocks of their axis."
      #expect(words.contains(none), "\(words)")
      // There are stripes to explain: the same blocks stand out of chance alone.
      let scores = try StoredFile.numbers(bench.path("out.analysis.h5"), "/analysis/enrichment/column_chance_z")
      #expect(scores.contains { $0 > 5 })
    }
  }
}

extension Workbench {
  /// Puts normal numbers of the same spread in the place of all weights but the norms'.
  fileprivate func randomizeWeights() throws {
    let name = "model/model.safetensors"
    var file = [UInt8](try bytes(name))
    let headerLength = file[0..<8].reversed().reduce(0) { $0 << 8 | Int($1) }
    let start = 8 + headerLength
    let header = try #require(
      try JSONSerialization.jsonObject(with: Data(file[8..<start])) as? [String: Any])
    var random = SeededNumbers(seed: 1)
    for tensor in header.keys.sorted() where tensor != "__metadata__" && !tensor.contains("norm") {
      let entry = try #require(header[tensor] as? [String: Any])
      #expect(entry["dtype"] as? String == "BF16")
      let offsets = try #require(entry["data_offsets"] as? [Int])
      let places = stride(from: start + offsets[0], to: start + offsets[1], by: 2)
      let square = places.reduce(0.0) { sum, place in
        let value = Double(Float(bitPattern: UInt32(file[place + 1]) << 24 | UInt32(file[place]) << 16))
        return sum + value * value
      }
      let spread = (square / Double(places.underestimatedCount)).squareRoot()
      for place in places {
        let bits = Float(spread * random.normal()).bitPattern
        (file[place], file[place + 1]) = (UInt8(bits >> 16 & 0xff), UInt8(bits >> 24))
      }
    }
    try write(name, Data(file))
  }
}
