import Configuration
import Foundation
import Screen
import Testing
import TestSupport

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

struct ConfigurationRefusalTests {
  /// A configuration with what is required in its first four lines, and then others.
  private static func minimal(_ rest: String...) -> String {
    (["model: m", "inputs: i", "mutations:", "  region: [2, 3]"] + rest).joined(separator: "\n") + "\n"
  }

  private static func mutations(_ keys: String) -> String { "model: m\ninputs: i\nmutations: {\(keys)}\n" }

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
    Refusal(
      minimal("record:", "  colour: red"), line: 6, "'record.colour'",
      "the keys here are text, text_strings, divergence, perplexity"),
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
    Refusal("mutations:\n  region: [64]\nmodel: m\ninputs: i\n", line: 2, "mutations.region: a list of 1", "two sizes"),
    Refusal("mutations:\n  region:\n    - 64\n    - 0\nmodel: m\ninputs: i\n", line: 4, "mutations.region: '0'"),
    Refusal("mutations:\n  region: [64, 16777217]\nmodel: m\ninputs: i\n", line: 2, "mutations.region: '16777217'"),
    Refusal("mutations:\n  region: [a, 4]\nmodel: m\ninputs: i\n", line: 2, "mutations.region: 'a'"),
    Refusal(minimal("  matrices: q"), line: 5, "mutations.matrices: 'q' is not a list", "all"),
    Refusal(minimal("  matrices: []"), line: 5, "mutations.matrices: the list is empty"),
    Refusal(
      minimal("  matrices: [q, w]"), line: 5, "mutations.matrices: 'w' is not a matrix",
      "gate, up, down, embedding or head"),
    Refusal(minimal("  matrices: [q, k, q]"), line: 5, "mutations.matrices: 'q' occurs twice"),
    Refusal(minimal("  layers: 0"), line: 5, "mutations.layers: '0' is not a list", "all or a list such as"),
    Refusal(minimal("  layers:", "  - 1", "  - -1"), line: 7, "mutations.layers: '-1' is not a layer"),
    Refusal(minimal("  layers: [1, 2, 1]"), line: 5, "mutations.layers: layer 1 occurs twice"),
    Refusal(minimal("  layers: some"), line: 5, "mutations.layers: 'some' is not a list"),
    Refusal(
      minimal("", "  # the kinds", "  kinds: [maximal]"), line: 7,
      "mutations.kinds: 'maximal' is not a kind; use maximum, minimum, zero"),
    Refusal(minimal("  kinds: zero"), line: 5, "mutations.kinds: 'zero' is not a list"),
    Refusal(minimal("  kinds: [zero, zero]"), line: 5, "mutations.kinds: 'zero' occurs twice"),
    Refusal(minimal("  kinds: [[zero]]"), line: 5, "mutations.kinds: a list is not a kind"),
    Refusal(minimal("  kinds: [scale]"), line: 5, "mutations.kinds: 'scale' needs a number; write scale:2"),
    Refusal(minimal("  kinds: [zero: 1]"), line: 5, "'zero:1' has a number; write zero alone"),
    Refusal(minimal("  kinds: [scale: 1]"), line: 5, "'scale:1' is not a kind", "a factor from -1000000"),
    Refusal(minimal("  kinds: [scale: 2, scale: 3]"), line: 5, "'scale' occurs twice"),
    Refusal(minimal("  kinds: [scale: inf]"), line: 5, "'scale:inf' is not a kind"),
    Refusal(minimal("  kinds: [scale: [2]]"), line: 5, "a group of keys is not a kind"),
    Refusal(minimal("  kinds: [{scale: 2, noise: 1}]"), line: 5, "a group of keys is not a kind"),
    Refusal(minimal("  kinds:", "    - zero", "    - noise: 0"), line: 7, "'noise:0' is not a kind", "above 0"),
    Refusal(minimal("  kinds: [noise: 1e-60]"), line: 5, "'noise:1e-60' is not a kind"),
    Refusal(minimal("  refine: [4, 2]"), line: 5, "mutations.refine: mutations.region is there too", "keep one"),
    Refusal(minimal("  which: all"), line: 5, "mutations.which: this goes with mutations.list"),
    Refusal(minimal("  list: [a]"), line: 5, "mutations.list: mutations.region is there too"),
    Refusal(mutations("refine: 64"), line: 3, "mutations.refine: '64' is not a list", "[64, 16, 4]"),
    Refusal(mutations("refine: [64]"), line: 3, "mutations.refine: 1 is no number of levels"),
    Refusal(mutations("refine: [9, 8, 7, 6, 5, 4, 3, 2, 1]"), line: 3, "mutations.refine: 9 is no number of levels"),
    Refusal(
      mutations("refine: [64, 24]"), line: 3, "mutations.refine: regions of 64 × 64 cannot be divided", "24 × 24"),
    Refusal(mutations("refine: [16, 16]"), line: 3, "mutations.refine: regions of 16 × 16 cannot be divided"),
    Refusal(mutations("refine: [16, [all, 4]]"), line: 3, "mutations.refine: regions of 16 × 16 cannot", "all × 4"),
    Refusal(mutations("refine: [16, 0]"), line: 3, "mutations.refine: '0' is not a size"),
    Refusal(mutations("refine: [16, [4]]"), line: 3, "mutations.refine: a list of 1 is not a region"),
    Refusal(mutations("list: a.csv, kinds: [zero]"), line: 3, "mutations.kinds: mutations.list says", "remove"),
    Refusal(mutations("list: a.csv, sample: 3"), line: 3, "mutations.sample: mutations.list says"),
    Refusal(mutations("list: a.csv, which: non_silent"), line: 3, "mutations.which: only of a results file"),
    Refusal(mutations("list: a.h5, which: some"), line: 3, "mutations.which: 'some'", "all or non_silent"),
    Refusal(mutations("list: "), line: 3, "mutations.list: there is no value"),
    Refusal(minimal("  components: {count: 4}"), line: 5, "mutations.components: mutations.region is there too"),
    Refusal(mutations("components: {}"), line: 3, "mutations.components: it does not say which components"),
    Refusal(mutations("components: {count: 0}"), line: 3, "mutations.components.count: '0'", "from 1 to 4096"),
    Refusal(
      mutations("components: {count: 2, factor: 2}"), line: 3, "mutations.components.factor: this goes with the"),
    Refusal(
      mutations("components: {count: 2, kinds: [zero, maximum]}"), line: 3,
      "mutations.components.kinds: 'maximum' does not multiply by a number", "use zero, negate, scale: 2"),
    Refusal(mutations("components: {count: 2}, kinds: [zero]"), line: 3, "mutations.kinds: mutations.components says"),
    Refusal(mutations("components: {count: 2}, sample: 3"), line: 3, "mutations.sample: mutations.components says"),
    Refusal(minimal("  pairs: {list: a.csv}"), line: 5, "mutations.pairs: mutations.region is there too"),
    Refusal(mutations("pairs: {}"), line: 3, "mutations.pairs: it does not say which pairs; add 'from: RESULTS.h5'"),
    Refusal(mutations("pairs: {from: a.csv, top: 3}"), line: 3, "mutations.pairs.from: this is the results file"),
    Refusal(mutations("pairs: {from: a.h5}"), line: 3, "mutations.pairs.top", "top: 16"),
    Refusal(mutations("pairs: {from: a.h5, top: 1}"), line: 3, "mutations.pairs.top: '1'", "from 2 to 1000"),
    Refusal(mutations("pairs: {list: a.h5}"), line: 3, "mutations.pairs.list: this is a table of pairs", "from: "),
    Refusal(
      mutations("pairs: {list: a.csv, top: 3}"), line: 3, "mutations.pairs.top: mutations.pairs.list says which pairs"),
    Refusal(mutations("pairs: {list: a.csv, kinds: [zero]}"), line: 3, "mutations.pairs.kinds"),
    Refusal(mutations("pairs: {list: a.csv}, layers: [0]"), line: 3, "mutations.layers: mutations.pairs says what"),
    Refusal(
      mutations("pairs: {list: a.csv}") + "record: {divergence: false}\n", line: 4,
      "record.divergence: pairs are compared"),
    Refusal(minimal("  sample: 0"), line: 5, "mutations.sample: '0'", "all or a whole number"),
    Refusal(minimal("  sample: some"), line: 5, "mutations.sample: 'some'"),
    Refusal(minimal("inputs_per_task: 0"), line: 5, "inputs_per_task: '0'", "all or a whole number"),
    Refusal(minimal("record: {text: all}"), line: 5, "record.text: 'all'", "none or changed"),
    Refusal(minimal("record: {divergence: yes}"), line: 5, "record.divergence: 'yes'", "true or false"),
    Refusal(minimal("record: {divergence: 'true'}"), line: 5, "record.divergence: 'true' in quotes"),
    Refusal(minimal("record: {perplexity: 2}"), line: 5, "record.perplexity: '2'", "true or false"),
    Refusal(minimal("record: {response: 2}"), line: 5, "record.response: '2'", "true or false"),
    Refusal(
      minimal("record:", "  direction: false", "  response: true"), line: 7, "record.response: a response",
      "record.direction is false"),
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
    Refusal(minimal("tokenizer: [\"a", " # \", *t]"), line: 6, "anchors and aliases"),
    Refusal(minimal(String(repeating: "[", count: 5000)), line: nil, "not YAML"),
  ]

  @Test(arguments: refusals) func refusesWithTheLine(_ refusal: Refusal) throws {
    let sentence = try #require(ConfigurationTests.sentence(refusal.text))
    let place = refusal.line.map { "configs/x.yaml: line \($0): " } ?? "configs/x.yaml: line "
    #expect(sentence.hasPrefix(place))
    for word in refusal.words { #expect(sentence.contains(word), "\(sentence)") }
    #expect(!sentence.contains("\n"))
  }

  @Test func sentenceIsThatOfTheContract() {
    #expect(
      ConfigurationTests.sentence(Self.minimal("", "  # the kinds", "  kinds: [maximal]"))
        == "configs/x.yaml: line 7: mutations.kinds: 'maximal' is not a kind; use maximum, minimum, zero, "
        + "negate, mean, shuffle, signed, scale:2 or noise:0.5")
  }

  @Test func nestedAliasesAreRefusedBeforeTheyGrow() throws {
    var text = "a0: &a0 [x]\n"
    for level in 1...40 { text += "a\(level): &a\(level) [*a\(level - 1), *a\(level - 1)]\n" }
    text += "? *a40\n: 1\n"
    #expect(try #require(ConfigurationTests.sentence(text)).contains("line 1: anchors and aliases"))
    // As many as are parsed, hidden from a look at the lines by a quote that is none.
    var hidden = "model: it 'is\na0: &a0 [x]\n"
    for level in 1...9 { hidden += "a\(level): &a\(level) [*a\(level - 1), *a\(level - 1)]\n" }
    #expect(try #require(ConfigurationTests.sentence(hidden)).contains("line 2: anchors and aliases"))
  }

  @Test func bytesThatAreNotTextAreRefused() throws {
    let bytes = Array("model: m\ninputs: i\u{e9}\n# ".utf8) + [0xFF, 0x0A]
    let sentence = ConfigurationTests.sentence { try ScreenConfiguration(bytes: bytes, path: "x.yaml") }
    #expect(try #require(sentence).hasPrefix("x.yaml: line 3: the text is not UTF-8"))
    let large = Array(Self.minimal().utf8) + [UInt8](repeating: UInt8(ascii: "\n"), count: 1 << 20)
    let tooLarge = ConfigurationTests.sentence { try ScreenConfiguration(bytes: large, path: "x.yaml") }
    #expect(try #require(tooLarge).contains("\(large.count) bytes"))
  }

  @Test func filesThatCannotBeReadAreRefused() throws {
    let folder = FileManager.default.temporaryDirectory.appendingPathComponent(UUID().uuidString)
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: folder) }
    let path = folder.path + "/x.yaml"
    #expect(
      try #require(ConfigurationTests.sentence { try ScreenConfiguration.load(path: path) }).contains("no such file"))
    #expect(
      try #require(ConfigurationTests.sentence { try ScreenConfiguration.load(path: folder.path) }).contains(
        "this is a folder"))
    #expect(mkfifo(path, 0o600) == 0)
    #expect(
      try #require(ConfigurationTests.sentence { try ScreenConfiguration.load(path: path) }).contains(
        "not a regular file"))
    try FileManager.default.removeItem(atPath: path)
    try Data(count: 1 << 20 + 1).write(to: URL(fileURLWithPath: path))
    #expect(
      try #require(ConfigurationTests.sentence { try ScreenConfiguration.load(path: path) }).contains("1048577 bytes"))
    try Data(Self.minimal().utf8).write(to: URL(fileURLWithPath: path))
    #expect(try ScreenConfiguration.load(path: path).modelPath == folder.path + "/m")
    #expect(ConfigurationTests.sentence { try ScreenConfiguration.load(path: "a\0b") }?.contains("zero byte") == true)
  }

  // MARK: Hostile texts

  @Test func damagedTextsAreReadOrRefused() {
    var random = SeededNumbers(seed: 20_240_611)
    let pieces =
      Array("[]{}:,-?&*#!|>'\"%@`\n\t \\~\u{0}\u{85}é0.".utf8).map { [$0] }
      + ["\n---\n", "<<: ", "*a", "&a ", "!!str ", "\"\\u", "null", "- ", ": ", "\r\n", "all", "99999999999999999999"]
      .map { Array($0.utf8) }
    var refused = 0
    for _ in 0..<3_000 {
      var bytes = Array(ConfigurationTests.example.utf8)
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
        #expect((1...32767).contains(configuration.stepCount))
        if case .regions(let size) = configuration.choice { #expect(size.rows ?? 1 >= 1 && size.columns ?? 1 >= 1) }
      } catch let error as TextFileError {
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
