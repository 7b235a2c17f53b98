import Configuration
import Foundation
import Hosts
import Studies
import Testing
import TestSupport
import Tokenizers
import Transformer

@Suite struct StudyConfigurationTests {
  private func read(_ text: String) throws -> StudyConfiguration {
    try StudyConfiguration(bytes: Array(text.utf8), path: "c.yaml")
  }

  private func sentence(_ text: String) -> String {
    do {
      _ = try read(text)
      return "read"
    } catch {
      return "\(error)"
    }
  }

  private let texts = "model: m\ntexts: {facts: f.txt, code: c.txt}\n"

  @Test func sectionsAreReadInTheOrderOfTheList() throws {
    let configuration = try read(
      texts + "studies:\n  ablation: {statistics: facts, evaluation: [facts, code]}\n  statistics: {texts: [code]}\n")
    #expect(configuration.studies.map { type(of: $0).name } == ["statistics", "ablation"])
    #expect(configuration.window == 128 && configuration.texts.map(\.name) == ["facts", "code"])
  }

  @Test(arguments: [
    ("studies: {ablations: {}}", "c.yaml: line 3: studies.ablations: there is no such study; did you mean ablation?"),
    (
      "studies: {ablation: {statistics: fact, evaluation: code}}",
      "c.yaml: line 3: studies.ablation.statistics: no text is named 'fact'; did you mean facts?"
    ),
    (
      "studies: {ablation: {evaluation: code}}",
      "c.yaml: line 3: studies.ablation.statistics is missing; add 'statistics: facts' here"
    ),
    (
      "studies: {statistics: {texts: [facts, facts]}}",
      "c.yaml: line 3: studies.statistics.texts: 'facts' occurs twice; keep one"
    ),
    (
      "studies: {ablation: {statistics: facts, evaluation: code, fractions: [0, 0.5, 0.25]}}",
      "c.yaml: line 3: studies.ablation.fractions: the numbers do not ascend; use how many fractions from 0 to 1, such "
        + "as 11, or an ascending list such as [0, 0.5, 1]"
    ),
    (
      "studies: {ablation: {statistics: facts, evaluation: code, methods: [zero, none]}}",
      "c.yaml: line 3: studies.ablation.methods: 'none' is not one of these; use zero, mean, peak, resample"
    ),
    (
      "studies: {ablation: {statistics: facts, evaluation: code, seed: 1}}",
      "c.yaml: line 3: 'studies.ablation.seed' is not a key; did you mean studies.ablation.seeds?"
    ),
    (
      "window: 1\nstudies: {statistics: {texts: facts}}",
      "c.yaml: line 3: window: '1' is not a number of tokens; use a whole number from 2 up"
    ),
  ])
  func aRefusalSaysTheLineAndWhatToDo(_ text: String, _ expected: String) {
    #expect(sentence(texts + text + "\n") == expected)
  }

  /// Of a context of 131,072 tokens studies have tables for 32,768 positions.
  @Test func rowsBeyondThePositionsOfStudiesAreRefused() throws {
    try Places.withTemporaryFolder { folder in
      let shape = """
        {"model_type": "llama", "hidden_size": 8, "intermediate_size": 12, "num_hidden_layers": 2,
         "num_attention_heads": 2, "num_key_value_heads": 2, "vocab_size": 512, "max_position_embeddings": 131072}
        """
      try Data(shape.utf8).write(to: URL(fileURLWithPath: folder + "/config.json"))
      let configuration = try read(texts + "window: 40000\nstudies: {statistics: {texts: facts}}\n")
      let (tokenizer, host) = (try TokenizerFile.load(Demo.modelPath), try HostShape.load(path: folder))
      let error = #expect(throws: (any Error).self) {
        _ = try StudyTexts(configuration, tokenizer: tokenizer, shape: host)
      }
      #expect(
        "\(try #require(error))".hasSuffix(
          "rows of 40000 tokens do not fit the model's context of 32768; set window lower"))
    }
  }

  @Test func commentsAndOrderChangeNoPlan() throws {
    let one = try read(texts + "studies:\n  ablation:\n    statistics: facts  # of what\n    evaluation: [code]\n")
    let other = try read(texts + "studies: {ablation: {evaluation: [code], statistics: facts}}\n")
    #expect(one.spelling == other.spelling)
  }
}
