import ModelTraining
import Testing
import TestSupport

@Suite struct TrainingConfigurationTests {
  @Test func theDemoModelsTrainingIsRead() throws {
    let configuration = try TrainingConfiguration(path: Places.root + "/configs/demo-train.yaml")
    #expect(configuration.phases.map(\.steps) == [2800, 1400, 1300])
  }

  @Test(arguments: ["phases: [{rows: a.safetensors, steps: 0}]", "batch: none", "optimizer: best"])
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
