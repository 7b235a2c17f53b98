import Foundation
import Mutagenesis
import Screen
import Testing
import Transformer

/// A configuration text that must be refused: at a line, nil for the file as a whole, with words of the sentence.
struct Refusal: CustomTestStringConvertible, Sendable {
  let text: String
  let line: Int?
  let words: [String]

  init(_ text: String, line: Int?, _ words: String...) {
    self.text = text
    self.line = line
    self.words = words
  }

  var testDescription: String { words.joined(separator: " … ") }
}

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

  /// Three lines that every configuration needs, and then others.
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
    } catch let error as ScreenError {
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
    #expect(configuration.inputsPath == "configs/demo/inputs.jsonl")
    #expect(configuration.inputsPerTask == nil)
    #expect(configuration.stepCount == 32)
    #expect(configuration.temperature == 0)
    #expect(configuration.seed == 0)
    #expect(configuration.regionRows == 64)
    #expect(configuration.regionColumns == 64)
    #expect(configuration.matrices == [.q, .k, .v, .o, .gate, .up, .down])
    #expect(configuration.layers == nil)
    #expect(configuration.kinds == [.maximum, .minimum, .zero])
    #expect(configuration.sampleCount == nil)
    #expect(configuration.recording == Recording(text: true, divergence: true, direction: .full))
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
    #expect(minimal.regionRows == 2)
    #expect(minimal.regionColumns == 3)
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
    #expect(configuration.recording == Recording(text: false, divergence: false, direction: .projected(7)))
    #expect(configuration.kinds == [.maximum, .zero])
    #expect(configuration.layers == [0, 1, 30])
    #expect(configuration.matrices == [.q, .up, .down])
    #expect(configuration.regionColumns == 16_777_216)
    #expect(configuration.sampleCount == 12)
    #expect(configuration.seed == UInt64.max)
    #expect(configuration.temperature == 0.75)
    #expect(configuration.stepCount == 32767)
    #expect(configuration.inputsPerTask == 3)
    #expect(configuration.inputsPath == "/data/in puts.jsonl")
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
  }

  // MARK: What is refused

  static let refusals: [Refusal] = [
    Refusal("mutations:\n  region: [4, 4]\ninputs: i\n", line: 1, "model is missing"),
    Refusal("# c\n\nmodel: m\nmutations: {region: [4, 4]}\n", line: 3, "inputs is missing"),
    Refusal("model: m\ninputs: i\n", line: 1, "mutations is missing", "region"),
    Refusal("model: m\ninputs: i\nmutations:\n  sample: 4\n", line: 3, "mutations.region is missing"),
    Refusal("model: m\ninputs: i\nmutations:\n", line: 3, "mutations: there is no value", "region"),
    Refusal("model:\ninputs: i\n", line: 1, "model: there is no value"),
    Refusal("model: ''\ninputs: i\n", line: 1, "model:", "not a path"),
    Refusal("model: [m]\n", line: 1, "model: a list is not a path"),
    Refusal("inputs: i\nmodel: \"a\\0b\"\n", line: 2, "model:", "control character"),
    Refusal(minimal("modle: x"), line: 5, "'modle' is not a key", "did you mean model?"),
    Refusal(minimal("region: [2, 2]"), line: 5, "'region' is not a key", "did you mean mutations.region?"),
    Refusal(minimal("  kind: [zero]"), line: 5, "'mutations.kind'", "did you mean mutations.kinds?"),
    Refusal(minimal("record:", "  colour: red"), line: 6, "'record.colour'", "the keys here are text, divergence"),
    Refusal(minimal("? [a]", ": 1"), line: 5, "no single word"),
    Refusal(minimal("1: 2"), line: 5, "'1' is not a key"),
    Refusal(minimal("<<: {model: x}"), line: 5, "'<<' is not a key"),
    Refusal(minimal("inputs: j"), line: 2, "'inputs' occurs more than once"),
    Refusal(minimal("!tag inputs: j"), line: 5, "inputs: the key occurs a second time"),
    Refusal(minimal("continuation: 3"), line: 5, "continuation: '3' is not a group of keys", "tokens"),
    Refusal(minimal("record: [text]"), line: 5, "record: a list is not a group of keys"),
    Refusal(minimal("continuation:", "  tokens: 0"), line: 6, "continuation.tokens: '0'", "from 1 to 32767"),
    Refusal(minimal("continuation:", "  tokens: 32768"), line: 6, "continuation.tokens: '32768'"),
    Refusal(minimal("continuation: {tokens: '32'}"), line: 5, "continuation.tokens: '32' in quotes"),
    Refusal(minimal("continuation: {tokens: !!str 32}"), line: 5, "continuation.tokens: '32'", "with a tag"),
    Refusal(minimal("continuation: {tokens: 3.5}"), line: 5, "continuation.tokens: '3.5'"),
    Refusal(minimal("continuation: {tokens: 010}"), line: 5, "continuation.tokens: '010'"),
    Refusal(minimal("continuation: {tokens: 99999999999999999999}"), line: 5, "continuation.tokens:"),
    Refusal(minimal("continuation: {temperature: -0.5}"), line: 5, "continuation.temperature: '-0.5'", "at least 0"),
    Refusal(minimal("continuation: {temperature: .inf}"), line: 5, "continuation.temperature: '.inf'"),
    Refusal(minimal("continuation: {temperature: nan}"), line: 5, "continuation.temperature: 'nan'"),
    Refusal(minimal("continuation: {temperature: 1e39}"), line: 5, "continuation.temperature: '1e39'"),
    Refusal(minimal("continuation: {temperature: 1e-60}"), line: 5, "continuation.temperature: '1e-60'", "close to 0"),
    Refusal(minimal("continuation: {temperature: warm}"), line: 5, "continuation.temperature: 'warm'"),
    Refusal(minimal("continuation: {seed: -1}"), line: 5, "continuation.seed: '-1'", "from 0 to 18446744073709551615"),
    Refusal(minimal("continuation: {seed: 18446744073709551616}"), line: 5, "continuation.seed:"),
    Refusal(
      "mutations:\n  region: 64\nmodel: m\ninputs: i\n", line: 2, "mutations.region: '64' is not a list", "[64, 64]"),
    Refusal("mutations:\n  region: [64]\nmodel: m\ninputs: i\n", line: 2, "mutations.region: a list of 1", "two whole"),
    Refusal("mutations:\n  region:\n    - 64\n    - 0\nmodel: m\ninputs: i\n", line: 4, "mutations.region: '0'"),
    Refusal("mutations:\n  region: [64, 16777217]\nmodel: m\ninputs: i\n", line: 2, "mutations.region: '16777217'"),
    Refusal("mutations:\n  region: [a, 4]\nmodel: m\ninputs: i\n", line: 2, "mutations.region: 'a'"),
    Refusal(minimal("  matrices: q"), line: 5, "mutations.matrices: 'q' is not a list", "all"),
    Refusal(minimal("  matrices: []"), line: 5, "mutations.matrices: the list is empty"),
    Refusal(minimal("  matrices: [q, w]"), line: 5, "mutations.matrices: 'w' is not a matrix", "gate, up or down"),
    Refusal(minimal("  matrices: [q, k, q]"), line: 5, "mutations.matrices: 'q' occurs twice"),
    Refusal(minimal("  layers: 0"), line: 5, "mutations.layers: '0' is not a list", "all or a list such as"),
    Refusal(minimal("  layers:", "  - 1", "  - -1"), line: 7, "mutations.layers: '-1' is not a layer"),
    Refusal(minimal("  layers: [1, 2, 1]"), line: 5, "mutations.layers: layer 1 occurs twice"),
    Refusal(minimal("  layers: some"), line: 5, "mutations.layers: 'some' is not a list"),
    Refusal(
      minimal("", "  # the kinds", "  kinds: [maximal]"), line: 7,
      "mutations.kinds: 'maximal' is not a kind; use maximum, minimum or zero"),
    Refusal(minimal("  kinds: zero"), line: 5, "mutations.kinds: 'zero' is not a list"),
    Refusal(minimal("  kinds: [zero, zero]"), line: 5, "mutations.kinds: 'zero' occurs twice"),
    Refusal(minimal("  kinds: [[zero]]"), line: 5, "mutations.kinds: a list is not a kind"),
    Refusal(minimal("  sample: 0"), line: 5, "mutations.sample: '0'", "all or a whole number"),
    Refusal(minimal("  sample: some"), line: 5, "mutations.sample: 'some'"),
    Refusal(minimal("inputs_per_task: 0"), line: 5, "inputs_per_task: '0'", "all or a whole number"),
    Refusal(minimal("record: {text: all}"), line: 5, "record.text: 'all'", "none or changed"),
    Refusal(minimal("record: {divergence: yes}"), line: 5, "record.divergence: 'yes'", "true or false"),
    Refusal(minimal("record: {divergence: 'true'}"), line: 5, "record.divergence: 'true' in quotes"),
    Refusal(minimal("record: {direction: 0}"), line: 5, "record.direction: '0'", "true, false or a whole number"),
    Refusal(minimal("record: {direction: on}"), line: 5, "record.direction: 'on'"),
    Refusal("", line: 1, "empty"),
    Refusal("# nothing\n\n", line: 1, "empty"),
    Refusal("\n- model\n", line: 2, "no list of keys and values"),
    Refusal("model", line: 1, "no list of keys and values"),
    Refusal(minimal("---", "model: x"), line: 5, "second document"),
    Refusal(minimal("record: [1"), line: 5, "not YAML"),
    Refusal(minimal("record: [1", "tokenizer: t"), line: 6, "not YAML", "flow sequence that begins in line 5"),
    Refusal("model: m\r\ninputs: {\r\n\r\nrecord: ]\r\n", line: 4, "not YAML"),
    Refusal(minimal("record:", "\ttext: none"), line: 6, "not YAML", "spaces, not with tabs"),
    Refusal(minimal("tokenizer: \u{1}"), line: 5, "not YAML", "control characters"),
    Refusal(minimal("tokenizer: &t x"), line: 5, "anchors and aliases"),
    Refusal(minimal("tokenizer: *t"), line: 5, "anchors and aliases"),
    Refusal(minimal("tokenizer: \"a", " # \" : *t"), line: 6, "anchors and aliases"),
    Refusal(minimal(String(repeating: "[", count: 5000)), line: nil, "not YAML"),
  ]

  @Test(arguments: refusals) func refusesWithTheLine(_ refusal: Refusal) throws {
    let sentence = try #require(Self.sentence(refusal.text))
    let place = refusal.line.map { "configs/x.yaml: line \($0): " } ?? "configs/x.yaml: line "
    #expect(sentence.hasPrefix(place))
    for word in refusal.words { #expect(sentence.contains(word), "\(sentence)") }
    #expect(!sentence.contains("\n"))
  }

  @Test func sentenceIsThatOfTheContract() {
    #expect(
      Self.sentence(Self.minimal("", "  # the kinds", "  kinds: [maximal]"))
        == "configs/x.yaml: line 7: mutations.kinds: 'maximal' is not a kind; use maximum, minimum or zero")
  }

  @Test func nestedAliasesAreRefusedBeforeTheyGrow() throws {
    var text = "a0: &a0 [x]\n"
    for level in 1...40 { text += "a\(level): &a\(level) [*a\(level - 1), *a\(level - 1)]\n" }
    text += "? *a40\n: 1\n"
    #expect(try #require(Self.sentence(text)).contains("line 1: anchors and aliases"))
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
      try #require(Self.sentence { try ScreenConfiguration.load(path: folder.path) }).contains("not a regular file"))
    #expect(mkfifo(path, 0o600) == 0)
    #expect(try #require(Self.sentence { try ScreenConfiguration.load(path: path) }).contains("not a regular file"))
    try FileManager.default.removeItem(atPath: path)
    try Data(count: 1 << 20 + 1).write(to: URL(fileURLWithPath: path))
    #expect(try #require(Self.sentence { try ScreenConfiguration.load(path: path) }).contains("1048577 bytes"))
    try Data(Self.minimal().utf8).write(to: URL(fileURLWithPath: path))
    #expect(try ScreenConfiguration.load(path: path).modelPath == folder.path + "/m")
    #expect(Self.sentence { try ScreenConfiguration.load(path: "a\0b") }?.contains("zero byte") == true)
  }

  @Test func errorsOfAConfigurationAreErrorsOfInput() throws {
    let error = #expect(throws: ScreenError.self) { try Self.parse("model: m") }
    #expect(error?.cause == .input)
  }

  // MARK: Plans

  @Test func plansTheDemo() throws {
    let configuration = try ScreenConfiguration.load(path: Self.root.path + "/configs/demo.yaml")
    #expect(configuration.modelPath == Self.root.path + "/configs/demo/model")
    #expect(configuration.inputsPerTask == 3)
    #expect(configuration.stepCount == 32)
    #expect(configuration.temperature == 0)
    #expect(configuration.recording == Recording(text: true, divergence: true, direction: .full))
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
    #expect(plan.space.layers == [1, 3])
    #expect(plan.space.matrices == [.k, .down])
    #expect(plan.space.kinds == [.zero])
    #expect(plan.space.regionRows == 2)
    #expect(plan.space.regionColumns == 3)
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

  // MARK: Hostile texts

  @Test func damagedTextsAreReadOrRefused() {
    var random = SplitMix(state: 20_240_611)
    let pieces =
      Array("[]{}:,-?&*#!|>'\"%@`\n\t \\~\u{0}\u{85}é0.".utf8).map { [$0] }
      + ["\n---\n", "<<: ", "*a", "&a ", "!!str ", "\"\\u", "null", "- ", ": ", "\r\n", "all", "99999999999999999999"]
      .map { Array($0.utf8) }
    var refused = 0
    for _ in 0..<3_000 {
      var bytes = Array(Self.example.utf8)
      for _ in 0...Int(random.next() % 6) {
        let place = Int(random.next() % UInt64(bytes.count))
        let length = min(Int(random.next() % 12), bytes.count - place)
        switch random.next() % 5 {
        case 0: bytes[place] = UInt8(truncatingIfNeeded: random.next())
        case 1: bytes.removeSubrange(place..<place + length)
        case 2: bytes.insert(contentsOf: bytes[place..<place + length], at: Int(random.next() % UInt64(bytes.count)))
        case 3: bytes.insert(contentsOf: pieces[Int(random.next() % UInt64(pieces.count))], at: place)
        default: bytes.removeSubrange(place...)
        }
        if bytes.isEmpty { bytes = [UInt8(ascii: "a")] }
      }
      do {
        let configuration = try ScreenConfiguration(bytes: bytes, path: "x.yaml")
        #expect(configuration.regionRows >= 1 && (1...32767).contains(configuration.stepCount))
      } catch let error as ScreenError {
        refused += 1
        #expect(error.description.hasPrefix("x.yaml: "))
        #expect(!error.description.contains("\n"))
      } catch {
        Issue.record("another error: \(error)")
      }
    }
    #expect(refused > 1_000)
    #expect(refused < 3_000)
  }
}

/// A seeded generator (Steele, Lea and Flood 2014), so that a failure can be seen again.
struct SplitMix {
  var state: UInt64

  mutating func next() -> UInt64 {
    state &+= 0x9e37_79b9_7f4a_7c15
    var bits = state
    bits = (bits ^ (bits >> 30)) &* 0xbf58_476d_1ce4_e5b9
    bits = (bits ^ (bits >> 27)) &* 0x94d0_49bb_1331_11eb
    return bits ^ (bits >> 31)
  }
}
