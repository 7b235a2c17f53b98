import Configuration
import Hosts
import Testing
import TestSupport

@Suite struct HostChoiceTests {
  private func read(_ model: String) throws -> HostChoice {
    let keys = ConfigurationKeys(top: ["model", "inputs"], groups: [])
    let text = "inputs: i\nmodel: \(model)\n"
    let file = try ConfigurationReader(bytes: Array(text.utf8), file: "configs/x.yaml", keys: keys)
    return try HostChoice(file.required("model", example: "PATH"))
  }

  private func refusal(_ model: String) -> String {
    do {
      return "accepted: \(try read(model))"
    } catch {
      return "\(error)"
    }
  }

  @Test func aPathIsATrainedModel() throws {
    let choice = try read("demo/model")
    #expect(choice == HostChoice(path: "configs/demo/model"))
    #expect(choice.name == "model" && "\(choice)" == "configs/demo/model" && choice.fingerprint.isEmpty)
  }

  @Test func aGroupIsAnUntrainedOne() throws {
    let choice = try read("{of: demo/model, weights: random}")
    #expect(choice == HostChoice(path: "configs/demo/model", untrained: UntrainedWeights(seed: 0, scale: .usual)))
    #expect(choice.name == "model (random weights, seed 0)" && choice.fingerprint == "random 0")
    #expect("\(choice)" == "configs/demo/model (random weights, seed 0)")
    let own = try read("\n  of: /m\n  weights: random\n  seed: 18446744073709551615\n  scale: own")
    #expect(own == HostChoice(path: "/m", untrained: UntrainedWeights(seed: .max, scale: .own)))
    #expect(own.name == "m (random weights of its own scale, seed 18446744073709551615)")
    #expect(own.fingerprint == "random 18446744073709551615 own")
    let shuffled = try read("{of: /m, weights: shuffled, seed: 3}")
    #expect(shuffled == HostChoice(path: "/m", untrained: UntrainedWeights(seed: 3, way: .shuffled)))
    #expect(shuffled.name == "m (shuffled weights, seed 3)" && shuffled.fingerprint == "shuffled 3")
  }

  @Test(arguments: [
    ("[m]", "line 2: model: a list is not a path"),
    ("", "line 2: model: there is no value"),
    ("{weights: random}", "line 2: model.of is missing; add 'of: PATH' here"),
    ("{of: [m], weights: random}", "line 2: model.of: a list is not a path"),
    ("{of: m}", "line 2: model.weights is missing; add 'weights: random' here"),
    (
      "\n  of: m\n  weights: trained",
      "line 4: model.weights: 'trained' is not a kind of weights; use random, uniform, matched, shuffled, or write"
    ),
    ("{of: m, weights: {random: 1}}", "line 2: model.weights: a group of keys is not a kind of weights"),
    ("{of: m, weights: random, seed: -1}", "line 2: model.seed: '-1' is not a seed; use a whole number from 0"),
    ("{of: m, weights: random, seed: 1.5}", "line 2: model.seed: '1.5' is not a seed"),
    ("{of: m, weights: random, scale: 2}", "line 2: model.scale: '2' is not a scale of random weights; use own, for"),
    ("{of: m, weights: random, scale: usual}", "line 2: model.scale: 'usual' is not a scale"),
    ("{of: m, weights: matched, scale: own}", "line 2: model.scale: only random weights have a scale, and these are"),
    ("{of: m, weights: random, sed: 1}", "line 2: 'model.sed' is not a key; did you mean model.seed?"),
  ]) func nonsenseIsRefusedWithItsLine(model: String, words: String) {
    #expect(refusal(model).hasPrefix("configs/x.yaml: \(words)"), "\(refusal(model))")
  }

  @Test func bothKindsAreLoaded() throws {
    let trained = HostChoice(path: Demo.modelPath)
    let other = HostChoice(path: Demo.modelPath, untrained: UntrainedWeights())
    #expect(try trained.shape().layerCount == 4 && other.shape().layerCount == 4)
    #expect(try trained.load().notices.isEmpty && other.load().notices.count == 1)
  }
}
