import ModelTraining
import Testing
import TestSupport

@Suite struct TrainingConfigurationTests {
  @Test func theDemoModelsTrainingIsRead() throws {
    let configuration = try TrainingConfiguration(path: Places.root + "/configs/demo-train.yaml")
    #expect(configuration.phases.map(\.steps) == [2800, 1400, 1300, 1500])
    let mixes = configuration.phases.compactMap { phase in
      if case .microWorld(let mix) = phase.source { mix } else { nil }
    }
    #expect(mixes.map(\.hasNaming) == [true, true, false, false])
    for mix in mixes { #expect(abs(mix.shares.reduce(0) { $0 + $1.share } - 1) < 1e-9) }
  }

  @Test(arguments: [
    "phases: [{rows: a.safetensors, steps: 0}]", "batch: none", "optimizer: best", "phases: [{steps: 2}]",
    "phases: [{rows: a.jsonl, micro_world: {copy: 1}, steps: 2}]", "phases: [{micro_world: {copy: 0}, steps: 2}]",
    "phases: [{micro_world: {song: 1}, steps: 2}]", "phases: [{rows: a.jsonl, naming: true, steps: 2}]",
  ])
  func whatIsWrongIsSaid(_ line: String) {
    let key = line.prefix { $0 != ":" }
    let lines = [
      "shape: m", "phases: [{rows: a.safetensors, steps: 2}]", "batch: 4", "learning_rate: 0.1", "optimizer: adam",
    ].filter { !$0.hasPrefix(key) }
    let text = (lines + [line]).joined(separator: "\n") + "\n"
    do {
      _ = try TrainingConfiguration(bytes: Array(text.utf8), path: "train.yaml")
      Issue.record("\(line) was taken")
    } catch {
      let sentence = "\(error)"
      #expect(sentence.contains("train.yaml") && sentence.contains("line 5") && !sentence.contains("\n"), "\(sentence)")
    }
  }
}
