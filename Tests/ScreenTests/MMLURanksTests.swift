import Configuration
import Foundation
import Inputs
import LinearAlgebra
import MessagePassing
import Perturbations
import Screen
import Testing
import TestSupport
import Tokenizers
import Transformer

/// Questions from csv files, and which of them are chosen: run as one process and under mpirun.
@Suite(.serialized) struct MMLURanksTests {
  // MARK: Files

  private func rows(_ text: String) throws -> [[String]] {
    try Places.withTemporaryFolder { folder in
      let path = folder + "/x.csv"
      try Data(text.utf8).write(to: URL(fileURLWithPath: path))
      return try CSVFile.rows(path: path, limit: 1 << 20).map(\.fields)
    }
  }

  @Test func valuesInQuotes() throws {
    #expect(try rows("a,b\n\"c,\"\"d\"\"\",\n") == [["a", "b"], ["c,\"d\"", ""]])
    #expect(try rows("\u{FEFF}\"two\nlines\",x\r\ny,\"\"\r\n") == [["two\nlines", "x"], ["y", ""]])
    #expect(try rows("a \"b\",c\"\n") == [["a \"b\"", "c\""]])
    #expect(try rows("é,\"ü\"") == [["é", "ü"]])
    #expect(try rows("") == [] && rows("\n") == [[""]])
    for (text, word, line) in [
      ("\"a\"b\n", "behind a field in quotes", 1), ("a\n\rb\n", "a carriage return", 2),
      ("x\n\"a\n\nb", "not closed", 2), ("\"a\nb\"c", "behind a field", 2),
    ] {
      let sentence = try #require(ConfigurationTests.sentence { try rows(text) }, "\(text)")
      #expect(sentence.contains(word) && sentence.contains("x.csv: line \(line): "), "\(sentence)")
    }
  }

  @Test(.enabled(if: Places.hasSharedData, Comment(rawValue: Places.withoutSharedData)))
  func everyFileOfMMLU() throws {
    let folder = Places.sharedData + "/eval-mmlu"
    var counts: [String: Int] = [:]
    for part in ["dev", "val", "test"] {
      let names = try FileManager.default.contentsOfDirectory(atPath: "\(folder)/\(part)")
      #expect(names.count == 57)
      for name in names {
        let rows = try CSVFile.rows(path: "\(folder)/\(part)/\(name)", limit: 1 << 24)
        #expect(rows.allSatisfy { $0.fields.count == 6 && "ABCD".contains($0.fields[5]) }, "\(name)")
        counts[part, default: 0] += rows.count
      }
    }
    #expect(counts == ["dev": 285, "val": 1542, "test": 14079])
    let mmlu = MMLU(folder: folder, subjects: ["abstract_algebra"], shotCount: 5, rightCount: 1, wrongCount: 1)
    var shape = try ConfigurationTests.demoShape()
    shape.contextLength = 4096
    let tokenizer = try TokenizerFile.load(Demo.modelPath)
    let questions = try MMLUQuestions(mmlu, tokenizer: tokenizer, model: shape, stepCount: 32)
    #expect(questions.count == 100)
    let first = try #require(try questions.input(0))
    #expect(first.id == "abstract_algebra-1" && first.task == "abstract_algebra" && first.answerChoice == 1)
    #expect(first.choices == ["0", "4", "2", "6"])
    #expect(
      first.prompt.hasPrefix(
        "The following are multiple choice questions (with answers) about abstract algebra.\n\n"
          + "Find all c in Z_3 such that Z_3[x]/(x^2 + c) is a field.\nA. 0\nB. 1\nC. 2\nD. 3\nAnswer: B\n\n"))
    #expect(
      first.prompt.hasSuffix(
        "\n\nFind the degree for the given field extension Q(sqrt(2), sqrt(3), sqrt(18)) over Q.\n"
          + "A. 0\nB. 4\nC. 2\nD. 6\nAnswer:"))
    #expect(first.prompt.components(separatedBy: "\nAnswer: ").count == 6)
  }

  // MARK: Choosing

  /// A folder of two subjects made of the demo's questions, in a layout that the model has not seen.
  private func write(in folder: String, configuration: String) throws {
    let inputs = try String(contentsOf: URL(fileURLWithPath: Places.demo + "/inputs.jsonl"), encoding: .utf8)
    var rows: [String] = []
    for line in inputs.split(separator: "\n") {
      let input = try JSONSerialization.jsonObject(with: Data(line.utf8)) as? [String: Any] ?? [:]
      guard input["task"] as? String == "choice", let prompt = input["prompt"] as? String else { continue }
      let lines = prompt.split(separator: "\n").map(String.init)
      let choices = lines[1...4].map { $0.dropFirst(3) }
      // Each question with its choices in four orders, so that the right letter is each of them once.
      for turn in 0..<4 {
        let turned = choices[turn...] + choices[..<turn]
        let answer = "ABCD".distance(
          from: "ABCD".startIndex,
          to: "ABCD".firstIndex(of: Character(input["answer"] as? String ?? "A")) ?? "ABCD".startIndex)
        let letter = Array("ABCD")[(answer + 4 - turn) % 4]
        rows.append("\"\(lines[0].dropFirst(10))\",\(turned.joined(separator: ",")),\(letter)\n")
      }
    }
    for part in ["dev", "test"] {
      try FileManager.default.createDirectory(atPath: "\(folder)/mmlu/\(part)", withIntermediateDirectories: true)
    }
    func put(_ name: String, _ text: String) throws {
      try Data(text.utf8).write(to: URL(fileURLWithPath: "\(folder)/\(name)"))
    }
    try put("mmlu/test/small_things_test.csv", rows[..<10].joined())
    try put("mmlu/test/animals_test.csv", rows[10...].joined())
    // The first question is too long for the model's context, with one solved question even the second.
    let long = "\"" + String(repeating: "x ", count: 300) + "\",a,b,c,d,A\n"
    try put("mmlu/test/long_test.csv", long + rows[..<2].joined())
    for subject in ["small_things", "animals", "long"] {
      let example = subject == "long" ? String(repeating: "y ", count: 220) : "Which one is red?"
      try put("mmlu/dev/\(subject)_dev.csv", "\(example),sky,blood,grass,snow,B\n")
    }
    try put("screen.yaml", configuration)
  }

  private func configuration(_ more: String) -> String {
    """
    model: \(Places.demo)/model
    inputs: {mmlu: mmlu, \(more)}
    continuation: {tokens: 4}
    mutations: {region: [64, 64], sample: 20}
    """
  }

  /// What the model answers by all its logits, question by question.
  private func answers(_ mmlu: MMLU, _ screen: PreparedScreen) throws -> [(input: ScreenInput, isRight: Bool)] {
    let questions = try MMLUQuestions(
      mmlu, tokenizer: screen.tokenizer, model: screen.model.configuration, stepCount: 4)
    return try (0..<questions.count).compactMap { index in
      guard let input = try questions.input(index) else { return nil }
      let pass = ForwardPass(model: screen.model, positionCount: input.tokens.count)
      let logits = Prefill([input.tokens], firstScored: [input.tokens.count - 1], pass: pass).logits()
      let scores = input.letters.map { logits.view[0, Int($0)] }
      let best = try #require(scores.indices.max { scores[$0] < scores[$1] })
      return (input, best == input.answerChoice)
    }
  }

  @Test func theFirstRightAndWrongAreChosen() throws {
    try SharedFolder.run { (world, folder) throws in
      if world.rank == 0 {
        try write(in: folder.url.path, configuration: configuration("shots: 1, right: 3, wrong: 4"))
      }
      try world.barrier()
      let path = folder.path("screen.yaml")
      let together = try PreparedScreen.load(configurationPath: path, communicator: world)
      let alone = try PreparedScreen(configurationPath: path)
      #expect(together.inputs.map(\.id) == alone.inputs.map(\.id))
      #expect(together.inputs.map(\.tokens) == alone.inputs.map(\.tokens))
      guard case .mmlu(let mmlu) = together.configuration.inputs else { throw CocoaError(.featureUnsupported) }
      let answers = try answers(mmlu, together)
      let right = answers.filter(\.isRight).prefix(3).map(\.input.id)
      let wrong = answers.filter { !$0.isRight }.prefix(4).map(\.input.id)
      #expect(together.inputs.map(\.id) == answers.map(\.input.id).filter { (right + wrong).contains($0) })
      #expect(right.count == 3 && wrong.count == 4 && together.inputs.count == 7)
      // Of the long ones the first fits with no number of shots, the others without any.
      let long = answers.filter { $0.input.task == "long" }.map(\.input)
      #expect(long.map(\.id) == ["long-2", "long-3"])
      #expect(long.allSatisfy { !$0.prompt.contains("Answer: ") } && answers[0].input.prompt.contains("Answer: B\n\n"))
      // All subjects by name.
      #expect(answers.first?.input.id == "animals-1")
      try world.barrier()
    }
  }

  @Test func whatCannotBeChosenIsSaid() throws {
    try SharedFolder.run { (world, folder) throws in
      func sentence(_ more: String) throws -> String {
        if world.rank == 0 { try write(in: folder.url.path, configuration: configuration(more)) }
        try world.barrier()
        var found = "accepted"
        do {
          _ = try PreparedScreen.load(configurationPath: folder.path("screen.yaml"), communicator: world)
        } catch let failure as FailureElsewhere {
          #expect(failure.rank == 0 && world.rank != 0)
          found = "elsewhere"
        } catch {
          found = "\(error)"
        }
        try world.barrier()
        return found
      }
      for (more, words) in [
        (
          "subjects: [animals], shots: 0, right: 14, wrong: 0",
          ["of 14 questions that fit, the model answers", "14 and 0"]
        ),
        ("subjects: [animals], shots: 0, right: 14, wrong: 1", ["14 of 14 questions fit", "asks for 15"]),
        ("subjects: [plants], right: 1, wrong: 1", ["plants_test.csv", "cannot read"]),
        ("subjects: [animals], right: 1, wrong: 1", ["animals_dev.csv", "1 solved questions", "asks for 5"]),
      ] {
        let said = try sentence(more)
        guard world.rank == 0 else { continue }
        for word in words { #expect(said.contains(word), "\(said)") }
      }
      guard world.rank == 0 else { return }
      let path = folder.path("mmlu/test/animals_test.csv")
      for row in ["a,b,c,d,A\n", "q,a,b,c,d,E\n", "q,a,,c,d,A\n"] {
        try Data(("q,a,b,c,d,A\n" + row).utf8).write(to: URL(fileURLWithPath: path))
        let mmlu = MMLU(folder: folder.path("mmlu"), subjects: ["animals"], shotCount: 0, rightCount: 1, wrongCount: 1)
        let said = ConfigurationTests.sentence {
          try MMLUQuestions(
            mmlu, tokenizer: TokenizerFile.load(Demo.modelPath), model: ConfigurationTests.demoShape(), stepCount: 4)
        }
        #expect(said?.contains("animals_test.csv: line 2: this is no question") == true, "\(said ?? "")")
      }
    }
  }

  @Test func configurationsAreRead() throws {
    func parse(_ inputs: String, _ more: String = "") throws -> InputSource {
      try ConfigurationTests.parse("model: m\ninputs: \(inputs)\nmutations: {region: [2, 2]}\n\(more)").inputs
    }
    #expect(
      try parse("{mmlu: data, subjects: [b, a_1], shots: 0, right: 2, wrong: 0}")
        == .mmlu(MMLU(folder: "configs/data", subjects: ["b", "a_1"], shotCount: 0, rightCount: 2, wrongCount: 0)))
    #expect(
      try parse("{mmlu: /data, subjects: all, right: 10, wrong: 5}")
        == .mmlu(MMLU(folder: "/data", subjects: nil, shotCount: 5, rightCount: 10, wrongCount: 5)))
    for (inputs, more, words) in [
      ("{right: 1, wrong: 1}", "", ["inputs.mmlu is missing"]),
      ("{mmlu: d, right: 1}", "", ["inputs.wrong is missing"]),
      ("{mmlu: d, right: 0, wrong: 0}", "", ["both 0"]), ("{mmlu: d, right: -1, wrong: 0}", "", ["inputs.right: '-1'"]),
      ("{mmlu: d, subjects: [../x], right: 1, wrong: 0}", "", ["inputs.subjects: '../x' is not a subject"]),
      ("{mmlu: d, subjects: [x, x], right: 1, wrong: 0}", "", ["'x' occurs twice"]),
      ("{mmlu: d, shot: 1, right: 1, wrong: 0}", "", ["'inputs.shot' is not a key", "inputs.shots?"]),
      ("{mmlu: d, right: 1, wrong: 0}", "inputs_per_task: 3\n", ["inputs_per_task: this is for files", "line 4"]),
      ("[a]", "", ["inputs: a list is not a path"]),
    ] {
      let sentence = try #require(ConfigurationTests.sentence { try parse(inputs, more) }, "\(inputs)")
      for word in words { #expect(sentence.contains(word), "\(sentence)") }
    }
  }

  @Test func aPlanCountsAsManyInputs() throws {
    try Places.withTemporaryFolder { folder in
      try write(in: folder, configuration: configuration("shots: 1, right: 3, wrong: 4"))
      let (_, estimate, _) = try ScreenEstimate.make(
        configurationPath: folder + "/screen.yaml", node: .init(ranks: 2, memory: 1 << 30))
      #expect(estimate.promptLengths.count == 7 && estimate.promptLengths.allSatisfy { $0 > 40 })
    }
  }
}
