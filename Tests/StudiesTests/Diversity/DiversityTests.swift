import Archive
import Configuration
import Foundation
import Perturbations
import Studies
import Testing
import TestSupport
import Tokenizers
import Transformer

/// The whole study on the demo model, and what it refuses.
struct DiversityTests {
  private static let text = TextSet(name: "facts", rows: [row(40), row(71), row(102)])

  private static func row(_ first: Int32) -> [Int32] { [1] + (0..<7).map { first + 17 * $0 } }

  private static let keys =
    "texts: facts, samples: 4, steps: 5, k: 2, draws: 3, positions: [0, 2], disturbed: 2, repeats: 2"

  private static func study(_ section: String) throws -> Diversity {
    let text = "model: \(Demo.modelPath)\ntexts: {facts: a}\nstudies:\n  diversity: {\(section)}\n"
    let found = try StudyConfiguration(bytes: Array(text.utf8), path: "diversity.yaml").studies.first as? Diversity
    return try #require(found)
  }

  private static func outline() throws -> StudyOutline {
    StudyOutline(
      shape: try Demo().model.shape, texts: StudyTexts([text]), tokenizer: try TokenizerFile.load(Demo.modelPath))
  }

  private static func findings(_ more: String, masks: [UnitMask] = []) throws -> GroupReader {
    let pass = ForwardPass(model: try Demo().model.masked(by: masks), positionCount: 64)
    let ground = StudyGround(
      pass, texts: StudyTexts([text]), tokenizer: try TokenizerFile.load(Demo.modelPath))
    let study = try study("\(keys), \(more)")
    _ = try study.cost(try outline())
    return GroupReader(group: try study.findings(on: ground).group, path: "here")
  }

  // MARK: Hosts

  @Test func theSameModelAsAnotherHostChangesNothing() throws {
    let found = try Self.findings("prompts: [\"One day,\", \"The\"], against: {model: \(Demo.modelPath)}")
    #expect(try found.labels("host") == ["original", "model"])
    for name in ["sample_token", "next_token_entropy", "self_bleu", "distinct", "entropy_quantile"] {
      let variable = try #require(found.group.variables.first { $0.name == name })
      let values = try found.numbers(name, over: variable.dimensions)
      #expect(values.prefix(values.count / 2).elementsEqual(values.suffix(values.count / 2)), "\(name)")
    }
    #expect(try found.numbers("entropy_change", "text") == [0])
    #expect(try found.numbers("self_bleu_change_p", "prompt") == [1, 1])
    // Prompts do not share what is drawn.
    let tokens = try found.counts("sample_token", "host", "prompt", "sample", "step")
    #expect(tokens.prefix(20) != tokens[20..<40])
    let texts = try found.texts("sample_text", "host", "prompt", "sample")
    #expect(texts.count == 16 && texts.contains { !$0.isEmpty })
    let page = try Diversity.exhibit(found)
    #expect(page.figures.count == 4 && page.tables[0].rows.count == 12)
    #expect(found.findings.count == 8)
  }

  /// A pair of mutations, one of which undoes all that a layer's down matrix does, is what hooks at these places do.
  @Test func mutationsAreThoseOfTheWeights() throws {
    let down = "{layer: 1, matrix: down, row: 0, column: 0, rows: 128, columns: 384, kind: zero}"
    let other = "{layer: 2, matrix: v, row: 3, column: 5, rows: 7, columns: 40, kind: {scale: -3}}"
    let pair = try Self.findings("prompts: [\"One day,\"], against: [\(down), \(other)]")
    let one = try Self.findings("prompts: [\"One day,\"], against: \(other)", masks: [try Self.withoutHidden()])
    let bits = try pair.numbers("next_token_entropy", "host", "place")
    let expected = try one.numbers("next_token_entropy", "host", "place")
    #expect(bits.suffix(24).elementsEqual(expected.suffix(24)) && bits.prefix(24) != expected.prefix(24))
    #expect(zip(bits.prefix(24), bits.suffix(24)).allSatisfy { $0 != $1 })
    let (tokens, expectedTokens) = (try Self.last(20, "sample_token", pair), try Self.last(20, "sample_token", one))
    #expect(tokens == expectedTokens)
    #expect(try pair.labels("host") == ["original", "2 mutations"])
    #expect(try one.labels("host") == ["original", "mutant"])
  }

  /// The mask of all hidden units of layer 1.
  private static func withoutHidden() throws -> UnitMask {
    let grid = try UnitGrid(try Demo().model.shape, .mlpHidden)
    return UnitMask(
      modelSHA256: String(repeating: "0", count: 64), site: .mlpHidden, grid: grid, flat: grid.numbers(ofLayer: 1))
  }

  @Test func masksAreRead() throws {
    try Places.withTemporaryFolder { folder in
      let mask = try Self.withoutHidden()
      try Data(mask.json).write(to: URL(fileURLWithPath: folder + "/mask.json"))
      let masked = try Self.findings("prompts: [\"One day,\"], against: \(folder)/mask.json")
      let standing = try Self.findings("prompts: [\"One day,\"]", masks: [mask])
      #expect(try masked.labels("host") == ["original", "masked"])
      let (bits, tokens) = (try Self.last(24, "next_token_entropy", masked), try Self.last(20, "sample_token", masked))
      let expectedBits = try Self.last(24, "next_token_entropy", standing)
      let expectedTokens = try Self.last(20, "sample_token", standing)
      #expect(bits == expectedBits && tokens == expectedTokens)
    }
  }

  /// The last values of a variable, which are those of the last host.
  private static func last(_ count: Int, _ name: String, _ found: GroupReader) throws -> [Double] {
    let variable = try #require(found.group.variables.first { $0.name == name })
    return Array(try found.numbers(name, over: variable.dimensions).suffix(count))
  }

  /// The tokens that are drawn anew are more than 64 bits count.
  @Test func boldConfigurationsHaveACost() throws {
    try Places.withTemporaryFolder { folder in
      let lines = String(repeating: "{\"tokens\": [1, 49]}\n", count: 60_000)
      try Data(lines.utf8).write(to: URL(fileURLWithPath: folder + "/prompts.jsonl"))
      let study = try Self.study(
        "texts: facts, samples: 65536, disturbed: 65536, repeats: 65536, steps: 200, positions: \(Array(0..<200)), "
          + "prompts: \(folder)/prompts.jsonl")
      #expect(try study.cost(try Self.outline()).operations > 1e24)
    }
  }

  // MARK: Bad input

  private static func refusal(_ section: String) -> String {
    do {
      _ = try study(section).cost(try outline())
      return "accepted"
    } catch {
      return "\(error)"
    }
  }

  @Test(arguments: [
    ("prompts: [\"\"]", "prompts: the prompt has no tokens; write a text"),
    ("prompts: []", "prompts: the list is empty"),
    ("prompts: [The], samples: 8, k: 9", "k: 8 samples cannot fall into 9 clusters; use at most 8"),
    (
      "prompts: [The], steps: 10, positions: [3, 10]",
      "positions: a continuation has 10 steps, and none is at position 10; use at most 9"
    ),
    ("prompts: [The], samples: 8, disturbed: 9", "disturbed: there are 8 samples and not 9; use at most 8"),
    ("prompts: [The], temperature: 0", "'0' is not a temperature; use a number from 0.01 up"),
    ("prompts: [The], layer: 4", "layer: the model has no layer 4; use layers from 0 to 3"),
    ("prompts: [The], rank: 512", "rank: the model chooses among 512 tokens"),
    ("prompts: [The], steps: 300", "tokens with 300 behind them do not fit the model's context of 256"),
    (
      "prompts: [The], against: {layer: 0, matrix: q, row: 120, column: 0, rows: 9, columns: 1, kind: zero}",
      "against: rows 120 to 128 are not in q, which has 128"
    ),
    (
      "prompts: [The], against: {layer: 0, matrix: q, row: 0, column: 0, rows: 9, columns: 1, kind: scale}",
      "'scale' is not a kind; use maximum, minimum, zero"
    ),
    ("prompts: [The], against: {model: nowhere}", "nowhere"),
    ("prompts: [The], against: nowhere.json", "nowhere.json"),
  ])
  func badInputIsRefused(section: String, sentence: String) {
    let found = Self.refusal("texts: facts, \(section)")
    #expect(found.contains(sentence), "\(found)")
    if sentence.contains(": ") { #expect(found.hasPrefix("diversity.yaml: line 4: "), "\(found)") }
  }

  @Test func promptsOfAFileAreRefusedByTheirLine() throws {
    try Places.withTemporaryFolder { folder in
      let path = folder + "/prompts.jsonl"
      func refusal(_ text: String) throws -> String {
        try Data(text.utf8).write(to: URL(fileURLWithPath: path))
        return Self.refusal("texts: facts, prompts: \(path)")
      }
      let good = try refusal("{\"tokens\": [1, 49]}\n\n{\"text\": \"The\"}\n")
      #expect(good == "accepted")
      let empty = try refusal("{\"tokens\": [1]}\n{\"tokens\": []}\n")
      #expect(empty == "\(path): line 2: the prompt has no tokens; write a text")
      let foreign = try refusal("{\"tokens\": [512]}\n")
      #expect(foreign.hasPrefix("\(path): line 1: token 512 is not in the model's vocabulary"))
      let other = try refusal("{\"words\": 1}\n")
      #expect(other == "\(path): line 1: text is missing; add \"text\" or \"tokens\"")
    }
  }

  @Test func anotherVocabularyIsRefused() throws {
    try Places.withTemporaryFolder { folder in
      let configuration = """
        {"model_type": "llama", "hidden_size": 8, "intermediate_size": 12, "num_hidden_layers": 2,
         "num_attention_heads": 2, "num_key_value_heads": 2, "vocab_size": 12, "max_position_embeddings": 64}
        """
      try Data(configuration.utf8).write(to: URL(fileURLWithPath: folder + "/config.json"))
      let found = Self.refusal("texts: facts, prompts: [The], against: {model: \(folder)}")
      #expect(found.contains("\(folder) has another vocabulary"), "\(found)")
    }
  }
}
