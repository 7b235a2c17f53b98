import Hosts
import Perturbations
import Testing
import TestSupport
import Transformer

/// Mutants of a model whose angles depend on the length of a text, on texts of both lengths and one that crosses the
/// end of the first context, in one panel.
@Suite struct LongRopeVerdictTests {
  @Test func mutantsEqualBruteForce() throws {
    let path = Places.root + "/Tests/TransformerTests/Fixtures/phi3-longrope"
    let reference = try Places.object(path + "/reference.json")
    let prompts = (reference["prompts"] as? [[String: Any]] ?? []).map { $0["tokens"].tokens }
    try #require(prompts.count == 3)
    let bruteForce = BruteForce(
      path: path, original: try Model.load(path: path),
      inputs: prompts.enumerated().map { (number: $0.offset, prompt: $0.element) }, sampling: .greedy, stepCount: 8)
    var comparison = VerdictComparison()
    comparison.letters = [3, 10, 20, 30]
    let count = try comparison.compare(
      bruteForce, region: (3, 5), perMatrix: 30,
      recording: RecordedColumns(text: true, divergence: true, perplexity: true, direction: .none, choices: true))
    comparison.report("phi3-longrope", count)
    #expect(count.mutants >= 200 && count.nonSilent > count.verdicts / 20)
  }
}
