import Foundation
import Testing
import TestSupport

/// Bad input gets one clear sentence and status 2; nothing is started and no file is left behind.
@Suite(.serialized) struct BadInputTests {
  struct Case: Sendable, CustomTestStringConvertible {
    let name: String
    /// What the sentence must contain.
    let words: [String]
    let spoil: @Sendable (Workbench) throws -> Void
    var arguments: [String] = []

    var testDescription: String { name }
  }

  private static func configuration(_ name: String, _ words: [String], _ old: String, _ new: String) -> Case {
    Case(name: name, words: ["screen.yaml", "line "] + words) { bench in
      try bench.write("screen.yaml", Workbench.configuration.replacing(old, with: new))
    }
  }

  private static func inputs(_ name: String, _ words: [String], _ text: String) -> Case {
    Case(name: name, words: ["inputs.jsonl"] + words) { try $0.write("inputs.jsonl", text) }
  }

  private static func architecture(_ name: String, _ words: [String], _ key: String, _ value: any Sendable) -> Case {
    Case(name: name, words: words) { bench in
      var document = try Places.object(bench.path("model/config.json"))
      document[key] = value
      try bench.write("model/config.json", try JSONSerialization.data(withJSONObject: document))
    }
  }

  /// Rewrites the header of the safetensors file, the length before it included.
  private static func header(_ name: String, _ words: [String], _ old: String, _ new: String) -> Case {
    Case(name: name, words: ["model.safetensors"] + words) { bench in
      let bytes = try bench.bytes("model/model.safetensors")
      let length = bytes.prefix(8).enumerated().reduce(0) { $0 | Int($1.element) << (8 * $1.offset) }
      let header = String(decoding: bytes[8..<8 + length], as: UTF8.self)
      guard header.contains(old) else { throw CocoaError(.fileReadCorruptFile) }
      let changed = Data(header.replacing(old, with: new, maxReplacements: 1).utf8)
      let newLength = Data((0..<8).map { UInt8(truncatingIfNeeded: changed.count >> (8 * $0)) })
      try bench.write("model/model.safetensors", newLength + changed + bytes[(8 + length)...])
    }
  }

  private static let normEntry = #""model.norm.weight":{"dtype":"BF16","shape":[128],"#

  static let cases: [Case] = [
    Case(name: "missing configuration", words: ["screen.yaml"]) {
      try FileManager.default.removeItem(atPath: $0.path("screen.yaml"))
    },
    Case(name: "missing model", words: ["model"]) { try FileManager.default.removeItem(atPath: $0.path("model")) },
    Case(name: "missing weights", words: ["model", "safetensors"]) {
      try FileManager.default.removeItem(atPath: $0.path("model/model.safetensors"))
    },
    Case(name: "truncated weights", words: ["model.safetensors", "truncated"]) {
      try $0.write("model/model.safetensors", try $0.bytes("model/model.safetensors").dropLast(1000))
    },
    Case(name: "header beyond the file", words: ["model.safetensors"]) {
      try $0.write("model/model.safetensors", Data([255, 255, 255, 255, 0, 0, 0, 0]) + Data("{}".utf8))
    },
    header(
      "unreadable dtype", ["F8_E4M3"], normEntry,
      normEntry.replacing("BF16", with: "F8_E4M3").replacing("128", with: "256")),
    header("shape against the data", ["model.norm.weight"], normEntry, normEntry.replacing("128", with: "64")),
    header("missing tensor", ["model.norm.weight"], "model.norm.weight", "model.norm.wight"),
    header(
      "overflowing offsets", ["model.norm.weight"], normEntry + #""data_offsets":["#,
      normEntry + #""data_offsets":[9223372036854775807,"#),
    architecture("shape against config.json", ["config.json"], "intermediate_size", 400),
    architecture("unknown architecture", ["'rwkv'"], "model_type", "rwkv"),
    architecture("absurd size", ["hidden_size"], "hidden_size", -1),
    Case(name: "unsupported tokenizer", words: ["tokenizer.json", "'Bigram'"]) { bench in
      var document = try Places.object(bench.path("model/tokenizer.json"))
      document["model"] = ["type": "Bigram", "vocab": []] as [String: Any]
      try bench.write("model/tokenizer.json", try JSONSerialization.data(withJSONObject: document))
    },
    configuration("unknown key", ["region_size"], "region:", "region_size:"),
    configuration("wrong type", ["tokens"], "tokens: 8", "tokens: eight"),
    configuration("no such layer", ["layers", "7"], "[2, 3]", "[2, 7]"),
    configuration("region of zero", ["region"], "[16, 16]", "[16, 0]"),
    configuration("unknown kind", ["mutations.kinds", "'maximal'"], "sample: 70", "kinds: [maximal]"),
    configuration("sample beyond the space", ["sample"], "sample: 70", "sample: 70000000"),
    inputs("broken line", ["line 2"], #"{"id": "a", "task": "t", "prompt": "x"}"# + "\n{\"id\": \n"),
    inputs("empty prompt", ["line 1", "empty"], #"{"id": "a", "task": "t", "prompt": ""}"#),
    inputs(
      "prompt beyond the context", ["line 1", "256"],
      #"{"id": "a", "task": "t", "prompt": "\#(String(repeating: "1 ", count: 300))"}"#),
    inputs("no inputs", ["no input"], "\n"),
    Case(name: "output is a folder", words: ["model", "folder"], spoil: { _ in }, arguments: ["model"]),
    Case(name: "no folder for the output", words: ["absent"], spoil: { _ in }, arguments: ["absent/out.h5"]),
    Case(
      name: "a file for a folder", words: ["inputs.jsonl/out.h5"], spoil: { _ in }, arguments: ["inputs.jsonl/out.h5"]),
  ]

  @Test(arguments: cases) func oneSentenceAndStatusTwo(_ bad: Case) throws {
    try Workbench.run { bench in
      try bad.spoil(bench)
      let before = try bench.names()
      let outcome = try bench.screen(output: bad.arguments.first ?? "out.h5")
      #expect(outcome.status == 2, "\(outcome.output)\(outcome.errors)")
      #expect(outcome.complaints.count == 1 && outcome.output.isEmpty, "\(outcome.errors)")
      for word in bad.words { #expect(outcome.errors.contains(word), "\(word) in \(outcome.errors)") }
      #expect(outcome.errors.split(separator: "\n").count == 1, "\(outcome.errors)")
      #expect(try bench.names() == before)
    }
  }

  /// The same under mpirun, for some of each sort.
  @Test(arguments: cases.enumerated().filter { $0.offset % 4 == 0 }.map(\.element))
  func rankZeroSaysIt(_ bad: Case) throws {
    try Workbench.run { bench in
      try bad.spoil(bench)
      let before = try bench.names()
      let outcome = try bench.screen(ranks: 3, output: bad.arguments.first ?? "out.h5")
      #expect(outcome.status == 2, "\(outcome.errors)")
      #expect(outcome.complaints.count == 1, "\(outcome.errors)")
      #expect(try bench.names() == before)
    }
  }

  @Test func theCommandLine() throws {
    for arguments in [["scren"], ["screen"], ["screen", "x.yaml"], ["plan", "--speed", "-1", "x.yaml"]] {
      let outcome = try Program.locus.run(arguments)
      #expect(outcome.status == 2 && outcome.output.isEmpty && !outcome.errors.isEmpty, "\(arguments)")
    }
  }

  @Test func anOutputAsAnArgumentIsTold() throws {
    let outcome = try Program.locus.run(["screen", "x.yaml", "y.h5"])
    #expect(outcome.status == 2 && outcome.errors.contains("write --output y.h5"), "\(outcome.errors)")
  }

  @Test func helpTeaches() throws {
    let whole = try Program.locus.run(["--help"])
    #expect(whole.status == 0 && whole.output.contains("Exit status"))
    #expect(try Program.locus.run(["--version"]).status == 0)
    for command in ["plan", "screen", "gather", "analyze", "geometry", "report", "export", "inspect", "bench"] {
      let help = try Program.locus.run([command, "--help"])
      #expect(help.status == 0 && help.output.contains("locus \(command) "), "\(command)")
    }
    for command in ["plan", "screen"] {
      let help = try Program.locus.run([command, "--help"]).output
      #expect(help.contains("mean        every weight becomes the mean of its matrix\n"), "\(help)")
      #expect(help.contains("scale: 2    every weight is multiplied by a factor\n"), "\(help)")
    }
  }
}
