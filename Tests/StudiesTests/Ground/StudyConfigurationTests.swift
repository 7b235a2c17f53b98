import Configuration
import Foundation
import Studies
import Testing

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

  @Test func commentsAndOrderChangeNoPlan() throws {
    let one = try read(texts + "studies:\n  ablation:\n    statistics: facts  # of what\n    evaluation: [code]\n")
    let other = try read(texts + "studies: {ablation: {evaluation: [code], statistics: facts}}\n")
    #expect(one.spelling == other.spelling)
  }
}
