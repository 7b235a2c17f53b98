import Configuration
import Foundation
import Hosts
import Inputs
import Perturbations
import Screen
import Testing
import Transformer

struct ConfigurationTests {
  static let root = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
    .deletingLastPathComponent()

  static let example = """
    model: demo/model               # a folder in Hugging Face layout, or a llama2.c .bin file
    tokenizer: demo/model           # optional
    inputs: demo/inputs.jsonl       # one JSON object a line
    continuation:
      tokens: 32                    # steps
      temperature: 0                # 0: greedy
      seed: 0
    mutations:
      region: [64, 64]              # rows, columns
      matrices: [q, k, v, o, gate, up, down]
      layers: all                   # or a list: [0, 1, 30]
      kinds: [maximum, minimum, zero]
      sample: all
    record:
      text: changed
      divergence: true
      direction: true

    """

  /// A configuration with what is required in its first four lines, and then others.
  static func minimal(_ rest: String...) -> String {
    (["model: m", "inputs: i", "mutations:", "  region: [2, 3]"] + rest).joined(separator: "\n") + "\n"
  }

  static func parse(_ text: String, path: String = "configs/x.yaml") throws -> ScreenConfiguration {
    try ScreenConfiguration(bytes: Array(text.utf8), path: path)
  }

  /// The sentence with which a text is refused.
  static func sentence(_ text: String) -> String? { sentence { try parse(text) } }

  static func sentence<Value>(_ body: () throws -> Value) -> String? {
    do {
      _ = try body()
      return nil
    } catch let error as TextFileError {
      return error.description
    } catch {
      return "another error: \(error)"
    }
  }

  static func demoShape() throws -> HostShape {
    try HostShape.load(path: root.path + "/configs/demo/model")
  }

  @Test func readsTheExampleOfTheContract() throws {
    let configuration = try Self.parse(Self.example)
    #expect(configuration.path == "configs/x.yaml")
    #expect(configuration.bytes == Array(Self.example.utf8))
    #expect(configuration.modelPath == "configs/demo/model")
    #expect(configuration.tokenizerPath == "configs/demo/model")
    #expect(configuration.inputs == .file("configs/demo/inputs.jsonl"))
    #expect(configuration.inputsPerTask == nil)
    #expect(configuration.stepCount == 32)
    #expect(configuration.temperature == 0)
    #expect(configuration.seed == 0)
    #expect(configuration.choice == .regions(RegionSize(rows: 64, columns: 64)))
    #expect(configuration.matrices == [.q, .k, .v, .o, .gate, .up, .down])
    #expect(configuration.layers == nil)
    #expect(configuration.kinds == [.maximum, .minimum, .zero])
    #expect(configuration.sampleCount == nil)
    #expect(configuration.recording == RecordedColumns(text: true, divergence: true, direction: .full))
  }

  @Test func defaultsAreThoseOfTheExample() throws {
    let minimal = try Self.parse(Self.minimal())
    let example = try Self.parse(Self.example)
    #expect(minimal.tokenizerPath == nil)
    #expect(minimal.inputsPerTask == nil)
    #expect(minimal.stepCount == example.stepCount)
    #expect(minimal.temperature == example.temperature)
    #expect(minimal.seed == example.seed)
    #expect(minimal.matrices == example.matrices)
    #expect(minimal.layers == example.layers)
    #expect(minimal.kinds == example.kinds)
    #expect(minimal.sampleCount == example.sampleCount)
    #expect(minimal.recording == example.recording)
    #expect(minimal.choice == .regions(RegionSize(rows: 2, columns: 3)))
  }

  @Test func perplexityIsRecordedWhereDivergenceIs() throws {
    for (record, perplexity) in [
      ("divergence: true", true), ("divergence: false", false), ("divergence: false, perplexity: true", true),
      ("divergence: true, perplexity: false", false),
    ] {
      #expect(try Self.parse(Self.minimal("record: {\(record)}")).recording.perplexity == perplexity)
    }
  }

  @Test func responsesAreRecordedWhereDirectionsAre() throws {
    for (record, response) in [
      ("direction: true", true), ("direction: 7", true), ("direction: false", false), ("text: none", true),
      ("direction: 3, response: false", false), ("direction: false, response: false", false),
    ] {
      #expect(try Self.parse(Self.minimal("record: {\(record)}")).recording.response == response)
    }
  }

  @Test func readsEveryKeyThatIsWrittenOut() throws {
    let configuration = try Self.parse(
      """
      record: {text: none, divergence: false, direction: 7}
      mutations:
        kinds:
          - zero
          - maximum
        layers: [30, 0, 1]
        matrices: [down, q, up]
        region: [1, 16777216]
        sample: 12
      continuation: {seed: 18446744073709551615, temperature: 0.75, tokens: 32767}
      inputs_per_task: 3
      inputs: "/data/in puts.jsonl"
      tokenizer: ../tokenizer.json
      model: 7B
      """)
    #expect(configuration.recording == RecordedColumns(text: false, divergence: false, direction: .projected(7)))
    #expect(configuration.kinds == [.maximum, .zero])
    #expect(configuration.layers == [0, 1, 30])
    #expect(configuration.matrices == [.q, .up, .down])
    #expect(configuration.choice == .regions(RegionSize(rows: 1, columns: 16_777_216)))
    #expect(configuration.sampleCount == 12)
    #expect(configuration.seed == UInt64.max)
    #expect(configuration.temperature == 0.75)
    #expect(configuration.stepCount == 32767)
    #expect(configuration.inputsPerTask == 3)
    #expect(configuration.inputs == .file("/data/in puts.jsonl"))
    #expect(configuration.tokenizerPath == "configs/../tokenizer.json")
    #expect(configuration.modelPath == "configs/7B")
  }

  @Test func smallDifferencesOfWritingDoNotMatter() throws {
    let windows = "\u{FEFF}" + Self.example.replacingOccurrences(of: "\n", with: "\r\n")
    #expect(try Self.parse(windows).recording.text)
    let all = try Self.parse(Self.minimal("  matrices: all", "record: {direction: false}", "inputs_per_task: all"))
    #expect(all.matrices == WeightMatrix.ofBlocks)
    #expect(all.recording.direction == .none)
    #expect(all.inputsPerTask == nil)
    #expect(try Self.parse(Self.minimal("continuation: {temperature: 1e-3}")).temperature == 1e-3)
    let inQuotes = try Self.parse(Self.minimal("  kinds: ['zero']", "  layers: \"all\"", "record: {text: 'none'}"))
    #expect(inQuotes.kinds == [.zero])
    #expect(inQuotes.layers == nil)
    #expect(!inQuotes.recording.text)
    #expect(try Self.parse(Self.minimal(), path: "x.yaml").modelPath == "m")
    #expect(try Self.parse(Self.minimal(), path: "/x.yaml").modelPath == "/m")
    // Neither multiplication nor emphasis in a comment is an alias.
    let commented = try Self.parse(Self.minimal("# *these* are &c., don't care", "tokenizer: a*b&c"))
    #expect(commented.tokenizerPath == "configs/a*b&c")
    let apostrophes = Self.minimal("# It's the *first* try of Tom's, don't *touch* &it", "tokenizer: 'it''s *t &u'")
    #expect(try Self.parse(apostrophes).tokenizerPath == "configs/it's *t &u")
  }

  @Test func readsKindsWithNumbers() throws {
    let configuration = try Self.parse(
      Self.minimal("  kinds: [signed, shuffle, scale: -2.5, {noise: 5e-1}, mean, negate]"))
    #expect(configuration.kinds == [.negate, .scale, .noise, .mean, .shuffle, .signed])
    #expect(configuration.parameters[.scale] == -2.5 && configuration.parameters[.noise] == 0.5)
    let block = try Self.parse(Self.minimal("  kinds:", "    - zero", "    - scale: 2", "    - noise:3"))
    #expect(block.kinds == [.zero, .scale, .noise])
    #expect(block.parameters[.scale] == 2 && block.parameters[.noise] == 3)
    #expect(try Self.parse(Self.minimal()).kinds == [.maximum, .minimum, .zero])
  }

  @Test func readsWhereMutationsComeFrom() throws {
    func choice(_ mutations: String) throws -> MutationChoice {
      try Self.parse("model: m\ninputs: i\nmutations: {\(mutations)}\n").choice
    }
    #expect(try choice("region: [all, 1]") == .regions(RegionSize(rows: nil, columns: 1)))
    let square = { (side: Int) in RegionSize(rows: side, columns: side) }
    #expect(try choice("refine: [64, 16, 4]") == .refinement([square(64), square(16), square(4)]))
    #expect(
      try choice("refine: [[all, 64], [all, 16], 16, [1, 16]]")
        == .refinement([
          RegionSize(rows: nil, columns: 64), RegionSize(rows: nil, columns: 16), square(16),
          RegionSize(rows: 1, columns: 16),
        ]))
    #expect(try choice("list: a.csv") == .list(path: "configs/a.csv", which: .all))
    #expect(try choice("list: /a.h5, which: non_silent") == .list(path: "/a.h5", which: .nonSilent))
  }
}
