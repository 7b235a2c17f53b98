import Archive
import Configuration
import Foundation
import Hosts
import Perturbations
import Studies
import Testing
import TestSupport
import Transformer

/// The whole study on a small model in which it is known who uses what.
struct ModularityStudyTests {
  private static let width = 24

  /// Residual streams are tokens: embeddings are unit vectors, and attention adds nothing. In layer 0 unit 5 answers to
  /// token 7 and to no other.
  private func model() throws -> Model {
    try Places.withTemporaryFolder { folder in
      let configuration: [String: Any] = [
        "model_type": "llama", "hidden_size": 16, "intermediate_size": Self.width, "num_hidden_layers": 2,
        "num_attention_heads": 2, "num_key_value_heads": 2, "vocab_size": 16, "max_position_embeddings": 64,
      ]
      try JSONSerialization.data(withJSONObject: configuration).write(
        to: URL(fileURLWithPath: folder + "/config.json"))
      let shapes = Model.tensorShapes(try HostShape.load(path: folder))
      try TensorWriter.write(
        folder + "/model.safetensors", shapes.enumerated().map { tensor($1.name, $1.shape, seed: UInt64($0 + 1)) })
      return try Model.load(path: folder)
    }
  }

  private func tensor(_ name: String, _ shape: [Int], seed: UInt64) -> TensorWriter.Tensor {
    var values = TensorWriter.numbers(shape.reduce(1, *), seed: seed)
    if name.hasSuffix("embed_tokens.weight") {
      for place in values.indices { values[place] = place / 16 == place % 16 ? 1 : 0 }
    } else if name.contains("o_proj") {
      values = values.map { _ in 0 }
    } else if name.contains("layers.0.mlp.gate") || name.contains("layers.0.mlp.up") {
      for place in 0..<16 { values[5 * 16 + place] = place == 7 ? 3 : 0 }
    } else if shape.count == 1 {
      values = values.map { _ in 1 }
    }
    return .init(name, shape, values)
  }

  /// Rows of tokens of which only those of the third task have a 7.
  private func texts() -> StudyTexts {
    var numbers = SeededNumbers(seed: 3)
    func rows(_ tokens: [Int32], _ count: Int) -> [[Int32]] {
      (0..<count).map { _ in [1] + (0..<9).map { _ in numbers.pick(tokens) } }
    }
    let tokens: [(String, [Int32])] = [("one", [2, 3, 4]), ("two", [5, 6, 8]), ("three", [7, 9, 10])]
    return StudyTexts(
      tokens.map { TextSet(name: $0, rows: rows($1, 4)) }
        + tokens.map { TextSet(name: "more_" + $0, rows: rows($1, 3)) })
  }

  private func study(_ keys: String) throws -> Modularity {
    let text = """
      model: none
      texts: {one: a, two: b, three: c, more_one: d, more_two: e, more_three: f}
      studies:
        modularity:
          \(keys)
      """
    let found = try StudyConfiguration(bytes: Array(text.utf8), path: "tiny.yaml").studies.first as? Modularity
    return try #require(found)
  }

  private func refusal(_ keys: String, _ cost: Bool = false) -> String {
    do {
      let study = try study(keys)
      guard cost else { return "accepted" }
      _ = try study.cost(StudyOutline(shape: model().shape, texts: texts()))
      return "accepted"
    } catch {
      return "\(error)"
    }
  }

  // MARK: Findings

  @Test func theUnitOfATokenIsItsTasks() throws {
    let study = try study(
      """
      {tasks: {A: one, B: two, C: three}, evaluation: {B: more_two, A: more_one, C: more_three}, clusters: 4,
           percents: [5, 25], goals: [50], seeds: 2, deals: 2, draws: 99}
      """)
    let ground = StudyGround(ForwardPass(model: try model(), positionCount: 16), texts: texts())
    _ = try study.cost(StudyOutline(shape: ground.shape, texts: ground.texts))
    let findings = try study.findings(on: ground)
    let units = Dictionary(uniqueKeysWithValues: findings.units.map { ($0.name, $0.values) })
    guard case .counts(let tasks) = units["modularity_task"], case .numbers(let scores) = units["modularity_score"],
      case .counts(let clusters) = units["modularity_cluster"]
    else {
      Issue.record("columns of units")
      return
    }
    #expect(tasks[5] == 2)
    // All of its activation is on a third of the rows.
    #expect(abs(scores[5] - 3) < 0.02)
    for cluster in 0..<4 { #expect(clusters.prefix(Self.width).count { $0 == cluster } == Self.width / 4) }
    let variables = Dictionary(uniqueKeysWithValues: findings.group.variables.map { ($0.name, $0) })
    guard case .counts(let selected) = variables["selected"]?.values,
      case .numbers(let kept) = variables["kept"]?.values, case .counts(let removed) = variables["removed"]?.values
    else {
      Issue.record("variables of the group")
      return
    }
    // Five percent of 48 units are two; the model's own hosts come first.
    #expect(selected.count == 2 * 3 * 2 && selected[4...5].contains(5) && !selected[..<4].contains(5))
    #expect(removed.count == 3 && removed.allSatisfy { (-1...48).contains($0) })
    for task in 0..<3 { #expect(kept[4 * task].isNaN || kept[4 * task] <= 0.5) }
    #expect(findings.group.findings.count == 4)
    let exhibit = try Modularity.exhibit(GroupReader(group: findings.group, path: "tiny.h5"))
    #expect(exhibit.figures.count == 5 && exhibit.tables.count == 1)
    #expect(findings.group.findings.allSatisfy { $0.contains("pseudo-tasks") || $0.contains("No task") })
  }

  @Test func tasksWithoutEvaluationAreNotPruned() throws {
    let study = try study("{tasks: [one, two], clusters: 3, percents: [10], seeds: 1, draws: 79, untrained: false}")
    let ground = StudyGround(ForwardPass(model: try model(), positionCount: 16), texts: texts())
    let group = try study.findings(on: ground).group
    #expect(try Modularity.exhibit(GroupReader(group: group, path: "tiny.h5")).tables.isEmpty)
    #expect(!group.variables.contains { $0.name == "kept" } && group.findings.count == 3)
  }

  /// Two hosts keep a number for each of eight rows and 48 units.
  @Test func whatIsKeptOfTextsIsTold() throws {
    let outline = StudyOutline(shape: try model().shape, texts: texts())
    #expect(try study("{tasks: [one, two], clusters: 4, percents: [5]}").cost(outline).keptBytes == 2 * 8 * 8 * 48)
    let cost = StudyCost(operations: 1, keptBytes: 3) + StudyCost(operations: 2, keptBytes: 5)
    #expect(cost == StudyCost(operations: 3, keptBytes: 5))
  }

  // MARK: Refusals

  @Test func keysAreRefusedWithTheirLine() {
    #expect(refusal("{clusters: 4}").hasPrefix("tiny.yaml: line 4: studies.modularity.tasks is missing"))
    #expect(
      refusal("{tasks: one, clusters: 4}")
        == "tiny.yaml: line 5: studies.modularity.tasks: a single task has nothing to be compared with; use "
        + "a group such as {facts: TEXT, code: TEXT}, or a list of texts, each of which is a task")
    #expect(
      refusal("{tasks: {A: one, B: [two, one]}, clusters: 4}").hasSuffix(
        "tasks: the text 'one' stands for two tasks; give each its own"))
    #expect(
      refusal("{tasks: {A: one, B: two}, evaluation: {A: three, C: more_one}, clusters: 4}").hasSuffix(
        "evaluation: 'C' is none of the tasks; the tasks are A, B"))
    #expect(
      refusal("{tasks: [one, two], evaluation: [three, more_one, more_two], clusters: 4}").hasSuffix(
        "there are 3 texts for 2 tasks; name one for each, in their order"))
    #expect(
      refusal("{tasks: [one, two], clusters: 4, draws: 50}").hasSuffix(
        "draws: 50 draws cannot show anything beyond chance: this study makes 4 claims, and 1 in 51 is the least "
          + "probability; use 79 or more"))
    #expect(
      refusal("{tasks: [one, two], clusters: 4, percents: [0, 5]}").hasSuffix("0 percent is nothing; leave it out"))
  }

  @Test func hostsAndTextsThatDoNotFitAreRefused() {
    let tasks = "tasks: [one, two]"
    #expect(
      refusal("{\(tasks), clusters: 5}", true)
        == "cannot form 5 clusters of the 24 units of a layer: all have the same number of units; use 3, 4, 6 or so")
    #expect(
      refusal("{\(tasks), clusters: 4, layers: [0, 2]}", true)
        == "cannot cluster the units of layer 2: the model has the layers 0 to 1; leave it out of layers")
    #expect(
      refusal("{\(tasks), clusters: 4, percents: [1, 10]}", true)
        == "cannot give a task 1 % of the 24 units of a layer: that is none; leave it out of percents")
    #expect(refusal("{\(tasks), clusters: 4, percents: [5]}", true) == "accepted")
  }
}
