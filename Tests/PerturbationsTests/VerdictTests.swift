import Foundation
import Hosts
import Perturbations
import Testing
import TestSupport
import Transformer

/// A mutant's verdict is what brute force says.
@Suite(.serialized) struct VerdictTests {
  private let comparison = VerdictComparison()
  private let everything = RecordedColumns(text: true, divergence: true, direction: .full, choices: true)

  @Test func demo() throws {
    let demo = try Demo()
    let inputs = demo.oneInputPerTask.enumerated().map { (number: $0.offset, prompt: $0.element.prompt) }
    let bruteForce = BruteForce(
      path: Demo.modelPath, original: demo.model, inputs: inputs, sampling: .greedy, stepCount: 32)
    let count = try comparison.compare(bruteForce, region: (16, 16), perMatrix: 286, recording: everything)
    comparison.report("demo", count)
    #expect(count.mutants >= 2000 && count.combinations.count == 4 * 7 * Kind.ofWeights.count)
    #expect(count.nonSilent > count.verdicts / 10 && count.nonSilent < count.verdicts)
    #expect(count.nearTies < count.verdicts / 100)
    #expect(count.worstRelative < comparison.relative)
    #expect(count.choices.count { $0 > 0 } > 1)
  }

  @Test func demoSampled() throws {
    let demo = try Demo()
    let inputs = demo.oneInputPerTask.prefix(4).enumerated().map { (number: $0.offset, prompt: $0.element.prompt) }
    let bruteForce = BruteForce(
      path: Demo.modelPath, original: demo.model, inputs: inputs, sampling: Sampling(temperature: 0.7, seed: 5),
      stepCount: 24)
    let count = try comparison.compare(bruteForce, region: (48, 20), perMatrix: 12, recording: everything)
    comparison.report("demo, sampled at temperature 0.7, partial regions", count)
    #expect(count.nonSilent > count.verdicts / 10 && count.nonSilent < count.verdicts)
    #expect(count.nearTies < count.verdicts / 50)
  }

  @Test(.enabled(if: Places.hasSharedData, Comment(rawValue: Places.withoutSharedData)))
  func stories260K() throws {
    let path = Places.sharedData + "/stories260K/stories260K.bin"
    let model = try Model.load(path: path)
    let document = try Places.object(Places.sharedData + "/stories260K/reference-greedy.json")
    let references = try #require(document["references"] as? [[String: Any]])
    let prompt = references[0]["prompt_ids"].tokens
    let greedy = references[0]["greedy_ids"].tokens
    // Three inputs of different lengths out of one text.
    let inputs = [prompt, Array(greedy.prefix(17)), Array(greedy.prefix(40))].enumerated().map {
      (number: $0.offset, prompt: $0.element)
    }
    let bruteForce = BruteForce(path: path, original: model, inputs: inputs, sampling: .greedy, stepCount: 24)
    let count = try comparison.compare(bruteForce, region: (8, 8), perMatrix: 160, recording: everything)
    comparison.report("stories260K", count)
    #expect(count.mutants >= 1000 && count.combinations.count > 250)
    #expect(count.nonSilent > count.verdicts / 10 && count.nonSilent < count.verdicts)
    #expect(count.worstRelative < comparison.relative)
  }
}
