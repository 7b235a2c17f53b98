import Configuration
import Foundation
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

  static func demoShape() throws -> LlamaConfiguration {
    try LlamaConfiguration.load(path: root.path + "/configs/demo/model")
  }

  // MARK: What is read

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
    #expect(all.matrices == WeightMatrix.allCases)
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

  @Test func plansTheFirstLevelOfARefinement() throws {
    let text = "model: m\ninputs: i\nmutations: {refine: [64, 16], kinds: [zero], layers: [0], matrices: [q]}\n"
    let configuration = try Self.parse(text)
    #expect(try configuration.plan(for: Self.demoShape()).mutationCount == 4)
    let levels = configuration.levels(output: "out/screen.h5")
    #expect(levels.map(\.path) == ["out/screen.64x64.h5", "out/screen.h5"])
    #expect(levels.map(\.isLast) == [false, true] && levels.map { $0.size?.description } == ["64 × 64", "16 × 16"])
    #expect(try Self.parse(Self.minimal()).levels(output: "screen").map(\.path) == ["screen"])
  }

  // MARK: What is refused

  @Test func sentenceIsThatOfTheContract() {
    #expect(
      Self.sentence(Self.minimal("", "  # the kinds", "  kinds: [maximal]"))
        == "configs/x.yaml: line 7: mutations.kinds: 'maximal' is not a kind; use maximum, minimum, zero, "
        + "negate, mean, shuffle, signed, scale:2 or noise:0.5")
  }

  @Test func nestedAliasesAreRefusedBeforeTheyGrow() throws {
    var text = "a0: &a0 [x]\n"
    for level in 1...40 { text += "a\(level): &a\(level) [*a\(level - 1), *a\(level - 1)]\n" }
    text += "? *a40\n: 1\n"
    #expect(try #require(Self.sentence(text)).contains("line 1: anchors and aliases"))
    // As many as are parsed, hidden from a look at the lines by a quote that is none.
    var hidden = "model: it 'is\na0: &a0 [x]\n"
    for level in 1...9 { hidden += "a\(level): &a\(level) [*a\(level - 1), *a\(level - 1)]\n" }
    #expect(try #require(Self.sentence(hidden)).contains("line 2: anchors and aliases"))
  }

  @Test func bytesThatAreNotTextAreRefused() throws {
    let bytes = Array("model: m\ninputs: i\u{e9}\n# ".utf8) + [0xFF, 0x0A]
    let sentence = Self.sentence { try ScreenConfiguration(bytes: bytes, path: "x.yaml") }
    #expect(try #require(sentence).hasPrefix("x.yaml: line 3: the text is not UTF-8"))
    let large = Array(Self.minimal().utf8) + [UInt8](repeating: UInt8(ascii: "\n"), count: 1 << 20)
    let tooLarge = Self.sentence { try ScreenConfiguration(bytes: large, path: "x.yaml") }
    #expect(try #require(tooLarge).contains("\(large.count) bytes"))
  }

  @Test func filesThatCannotBeReadAreRefused() throws {
    let folder = FileManager.default.temporaryDirectory.appendingPathComponent(UUID().uuidString)
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: folder) }
    let path = folder.path + "/x.yaml"
    #expect(try #require(Self.sentence { try ScreenConfiguration.load(path: path) }).contains("no such file"))
    #expect(
      try #require(Self.sentence { try ScreenConfiguration.load(path: folder.path) }).contains("this is a folder"))
    #expect(mkfifo(path, 0o600) == 0)
    #expect(try #require(Self.sentence { try ScreenConfiguration.load(path: path) }).contains("not a regular file"))
    try FileManager.default.removeItem(atPath: path)
    try Data(count: 1 << 20 + 1).write(to: URL(fileURLWithPath: path))
    #expect(try #require(Self.sentence { try ScreenConfiguration.load(path: path) }).contains("1048577 bytes"))
    try Data(Self.minimal().utf8).write(to: URL(fileURLWithPath: path))
    #expect(try ScreenConfiguration.load(path: path).modelPath == folder.path + "/m")
    #expect(Self.sentence { try ScreenConfiguration.load(path: "a\0b") }?.contains("zero byte") == true)
  }

  // MARK: Plans

  @Test func plansTheDemo() throws {
    let configuration = try ScreenConfiguration.load(path: Self.root.path + "/configs/demo.yaml")
    #expect(configuration.modelPath == Self.root.path + "/configs/demo/model")
    #expect(configuration.inputsPerTask == 3)
    #expect(configuration.stepCount == 32)
    #expect(configuration.temperature == 0)
    #expect(configuration.recording == RecordedColumns(text: true, divergence: true, direction: .full))
    // Row blocks times column blocks of q, k, v, o, gate, up, down; three kinds; four layers.
    let regions = 8 * 8 + 4 * 8 + 4 * 8 + 8 * 8 + 24 * 8 + 24 * 8 + 8 * 24
    #expect(try configuration.plan(for: Self.demoShape()).mutationCount == regions * 3 * 4)
    #expect(regions * 3 * 4 == 9_216)
  }

  @Test func plansAsTheConfigurationSays() throws {
    let text = Self.minimal("  matrices: [down, k]", "  layers: [3, 1]", "  kinds: [zero]", "  sample: 100")
    let shape = try Self.demoShape()
    let plan = try Self.parse(text + "continuation: {seed: 5}\n").plan(for: shape)
    #expect(plan.mutationCount == 100)
    let space = try #require(plan.space)
    #expect(space.layers == [1, 3])
    #expect(space.matrices == [.k, .down])
    #expect(space.kinds == [.zero])
    #expect(space.region == RegionSize(rows: 2, columns: 3))
    let other = try Self.parse(text + "continuation: {seed: 6}\n").plan(for: shape)
    #expect((0..<100).map { plan.mutation(at: $0) } != (0..<100).map { other.mutation(at: $0) })
  }

  @Test func plansThatTheModelDoesNotAllowAreRefused() throws {
    let shape = try Self.demoShape()
    func sentence(_ text: String, _ shape: LlamaConfiguration) throws -> String {
      try #require(Self.sentence { try Self.parse(text).plan(for: shape) })
    }
    #expect(
      try sentence(Self.minimal("  layers: [0, 31]"), shape)
        == "configs/x.yaml: line 5: mutations.layers: the model has no layer 31; use layers from 0 to 3")
    let whole = "model: m\ninputs: i\nmutations:\n  region: [1000, 1000]\n"
    #expect(try Self.parse(whole + "  sample: 84\n").plan(for: shape).mutationCount == 84)
    let sample = try sentence(whole + "  sample: 85\n", shape)
    #expect(sample.contains("line 5: mutations.sample: a sample of 85 is larger than all 84 mutations"))
    #expect(try Self.parse(whole + "record: {direction: 128}\n").plan(for: shape).mutationCount == 84)
    let direction = try sentence(whole + "record: {direction: 129}\n", shape)
    #expect(direction.contains("line 5: record.direction: 129 components"))
    var huge = shape
    (huge.hiddenSize, huge.intermediateSize, huge.layerCount) = (1 << 24, 1 << 24, 1 << 16)
    let ones = "model: m\ninputs: i\nmutations:\n  region: [1, 1]\n"
    #expect(try sentence(ones, huge).contains("line 4: mutations.region: this asks for more than 1073741824 mutations"))
    #expect(try sentence(ones + "  sample: 10\n", huge).contains("line 5: mutations.sample: this asks for more"))
    #expect(try sentence(ones + "  layers: [0]\n", huge).contains("line 4: mutations.region: this asks for more"))
  }
}
