import Archive
import Configuration
import Foundation
import Studies
import Testing
import TestSupport
import Tokenizers
import Transformer

/// The whole study on the demo model, and what it refuses.
struct CouplingTests {
  /// The prompt `facts-4` of the oracle.
  private static let prompt: [Int32] = [
    1, 44, 87, 85, 86, 482, 223, 83, 351, 276, 492, 321, 317, 454, 14, 370, 69, 259, 85, 85, 492, 321, 370, 77, 71, 16,
    201, 302, 292, 67, 281, 498, 472, 457, 87, 85, 86, 84, 484, 300,
  ]

  /// Numbers of an implementation in PyTorch, float64, by automatic differentiation and a whole decomposition.
  @Test func numbersAreThoseOfAutomaticDifferentiation() throws {
    let found = try CouplingBench.found(
      try Demo().model, [Array(Self.prompt.dropFirst())], "controls: [matched], seeds: [1]")
    let widths = try found.coordinates("width")
    #expect(widths == [2, 6, 10, 12, 30, 32, 50])
    let coupling = try found.numbers("coupling", "host", "prompt", "width", "layer", "other_layer")
    let expected: [(width: Int, values: [Double])] = [
      (
        0,
        [
          0, 0.983507, 0.982037, 0.993045, 0.988645, 0, 0.985799, 0.992913,
          0.996133, 0.985786, 0, 0.978332, 0.982345, 0.991050, 0.973241, 0,
        ]
      ),
      (
        2,
        [
          0, 0.981444, 0.979044, 0.991606, 0.989991, 0, 0.986460, 0.990954,
          0.992856, 0.986807, 0, 0.978567, 0.985243, 0.987231, 0.965892, 0,
        ]
      ),
      (
        6,
        [
          0, 1.066864, 1.039748, 1.043853, 1.045594, 0, 1.095098, 1.055627,
          1.062946, 1.053591, 0, 1.046520, 1.041861, 1.046539, 1.033790, 0,
        ]
      ),
    ]
    for (width, values) in expected {
      #expect(zip(coupling[width * 16..<(width + 1) * 16], values).allSatisfy { abs($0 - $1) < 5e-4 }, "\(width)")
    }
    let singles = [
      "line_shape": 1.6630484,
      "growth_variation": 1.4995341,
      "growth_slope": 1.3075834,
      "growth_r2": 0.6937503,
      "linear_cosine": 0.2854938,
      "first_last_cosine": -0.0331323,
      "inverse_sigma1_slope": 0.0260626,
      "line_shape_without_top": 1.7143727,
    ]
    for (name, value) in singles {
      #expect(abs(try found.numbers(name, "host", "prompt")[0] / value - 1) < 1e-3, "\(name)")
    }
    let frobenius = try found.numbers("frobenius", "host", "prompt", "layer")
    for (own, value) in zip(frobenius, [310.562293, 9.526694, 13.904124, 19.108989]) {
      #expect(abs(own / value - 1) < 1e-4)
    }
    #expect(try found.numbers("backwards_in_time", "host", "prompt").allSatisfy { $0 == 0 })
    #expect(try found.numbers("product_error", "host", "prompt", "layer").allSatisfy { $0 < 1e-5 })
    #expect(try found.numbers("singular_error", "host", "prompt", "layer").allSatisfy { $0 < 1e-6 })
    let rules =
      try found.numbers("attention_rule", "host", "prompt", "layer")
      + (try found.numbers("mlp_rule", "host", "prompt", "layer"))
    #expect(rules.allSatisfy { $0 < 1e-3 })
    #expect(try Coupling.exhibit(found).figures.count == 4)
  }

  /// Both ways to the singular vectors, with the matrix and by products alone, give the same coupling.
  @Test func productsAloneGiveTheSame() throws {
    let bench = try CouplingBench(blocks: [1, 2], hidden: 256, scale: 0.2)
    let keys = "fractions: none, variants: none, controls: none, draws: 1"
    let whole = try bench.found("ranks: [1, 24], \(keys)", prompts: 1)
    let products = try bench.found("ranks: [1], \(keys)", prompts: 1)
    #expect(try whole.numbers("frobenius", "host", "prompt", "layer").allSatisfy(\.isFinite))
    #expect(try products.numbers("frobenius", "host", "prompt", "layer").allSatisfy(\.isNaN))
    let (one, other) = (
      try whole.numbers("singular_value", "host", "prompt", "layer", "place"),
      try products.numbers("singular_value", "host", "prompt", "layer", "place")
    )
    for layer in 0..<2 {
      for place in 0..<12 { #expect(abs(other[12 * layer + place] / one[24 * layer + place] - 1) < 1e-4) }
    }
    for name in ["coupling", "coupling_exchanged"] {
      let first = try whole.numbers(name, "host", "prompt", "width", "layer", "other_layer")
      let second = try products.numbers(name, "host", "prompt", "width", "layer", "other_layer")
      #expect(zip(first, second).allSatisfy { abs($0 - $1) < 2e-3 }, "\(name)")
    }
  }

  @Test func variantsAreThoseOfTheirTokens() throws {
    let bench = try CouplingBench(blocks: [1, 2, 3])
    let found = try bench.found("ranks: [2], fractions: none, tokens: 3, controls: none")
    let coupling = try found.numbers("variant_coupling", "variant", "prompt", "width", "token", "other_token")
    let frobenius = try found.numbers("variant_frobenius", "variant", "prompt", "token")
    #expect(try found.labels("variant") == ["token", "context_inputs", "context_outputs"])
    #expect(try found.counts("position", "prompt", "token") == [4, 5, 6, 5, 6, 7])
    #expect((0..<6).allSatisfy { series in (0..<3).allSatisfy { coupling[series * 9 + $0 * 4] < 1e-4 } })
    // The last token's own Jacobian is in two series, that of the first in two others, and that from the first to the
    // last in two.
    for prompt in 0..<2 {
      func norm(_ variant: Int, _ token: Int) -> Double { frobenius[(variant * 2 + prompt) * 3 + token] }
      #expect(norm(0, 2) == norm(1, 2) && norm(0, 0) == norm(2, 0) && norm(1, 0) == norm(2, 2))
      let layers = try found.numbers("frobenius", "host", "prompt", "layer")
      #expect(norm(0, 2) == layers[prompt * 3 + 1])
    }
    #expect(found.findings.contains { $0.contains("Between tokens of one layer (the last 3, K = 2)") })
  }

  // MARK: Bad input

  private static func refusal(_ section: String, tokens: Int = 8) -> String {
    do {
      let rows = [[Int32](repeating: 5, count: tokens)]
      let outline = StudyOutline(
        shape: try Demo().model.shape, texts: StudyTexts([TextSet(name: "facts", rows: rows)]),
        tokenizer: try TokenizerFile.load(Demo.modelPath))
      _ = try CouplingBench.study(section).cost(outline)
      return "accepted"
    } catch {
      return "\(error)"
    }
  }

  @Test(arguments: [
    ("ranks: [3]", "line 4: studies.coupling.prompts is missing; add 'prompts: [\"Once upon a time\"]' here"),
    ("prompts: [The], texts: facts", "prompts: rows of texts are prompts too, and one place is enough"),
    ("texts: facts, ranks: [129], fractions: none", "ranks: the stream is 128 wide and has no 129 directions"),
    ("texts: facts, ranks: [3, 2]", "ranks: the numbers do not ascend"),
    ("texts: facts, fractions: 0.1", "fractions: '0.1' is not a list of fractions; use none, or an ascending list"),
    ("texts: facts, fractions: [0.1, 2]", "fractions: '2' is not a number from 0 to 1"),
    ("texts: facts, variants: [tokens]", "variants: 'tokens' is not one of these; use token, context_inputs"),
    ("texts: facts, controls: [random]", "controls: 'random' is not one of these; use uniform, matched, shuffled"),
    ("texts: facts, layer: 4", "layer: the model has no layer 4; use layers from 0 to 3"),
    ("texts: facts, tokens: 9", "tokens: prompt 0 has 8 tokens, and the variants compare the last 9; use longer"),
    ("texts: facts, tokens: 1", "tokens: '1' is not a number for this; use a whole number from 2"),
    ("texts: facts, seeds: 0", "seeds: '0' is not a number of seeds"),
    ("texts: facts, draws: 0", "draws: '0' is not a number for this"),
    ("texts: facts, rank: 3", "did you mean studies.coupling.ranks?"),
  ])
  func badInputIsRefused(section: String, sentence: String) {
    let found = Self.refusal(section)
    #expect(found.contains(sentence) && found.hasPrefix("coupling.yaml: line 4: "), "\(found)")
  }

  @Test func whatFitsIsAccepted() {
    #expect(Self.refusal("texts: facts") == "accepted")
    #expect(Self.refusal("texts: facts, tokens: 9, variants: none") == "accepted")
    #expect(Self.refusal("prompts: [\"The city of Helsinki lies in\"], controls: none") == "accepted")
  }

  @Test func modelsWithOneBlockAreRefused() throws {
    let one = try CouplingBench(blocks: [1])
    let error = #expect(throws: (any Error).self) { try one.found("ranks: [2], variants: none") }
    #expect("\(String(describing: error))".contains("the blocks of a model that has only one"))
  }
}
