import Foundation
import Testing
import TestSupport

/// `locus geometry` from the command line: each source, other commands' findings, bad input.
@Suite(.serialized) struct GeometryTests {
  private static let width = 128

  /// A small screen whose directions are recorded, by 2 ranks.
  private func screen(_ bench: Workbench) throws {
    try bench.write("screen.yaml", Workbench.configuration.replacing("sample: 70", with: "sample: 400"))
    let outcome = try bench.screen(ranks: 2)
    #expect(outcome.status == 0, "\(outcome.errors)")
  }

  private func autoencoder(_ bench: Workbench, width: Int = Self.width) throws {
    let count = 60
    try TensorWriter.write(
      bench.path("sae.safetensors"),
      [
        .init("W_enc", [width, count], TensorWriter.numbers(width * count, seed: 1).map { $0 / 8 }),
        .init("W_dec", [count, width], TensorWriter.numbers(width * count, seed: 2)),
        .init("b_enc", [count], TensorWriter.numbers(count, seed: 3).map { $0 - 2 }),
        .init("b_dec", [width], TensorWriter.numbers(width, seed: 4)),
      ])
  }

  private func features(_ bench: Workbench) -> [String] {
    [
      "geometry", "--model", bench.path("model"), "--sae", bench.path("sae.safetensors"), "--layer", "2", "--block",
      "64",
      "--text", Places.demo + "/text",
    ]
  }

  @Test func lobesOfMutantsBesideTheAnalysis() throws {
    try Workbench.run { bench in
      try screen(bench)
      let geometry = try Program.locus.run(["geometry", bench.path("out.h5"), "--clusters", "3"])
      #expect(geometry.status == 0, "\(geometry.errors)")
      for words in [
        "points of 128 components", "Mutants are points by their response", "of 128 directions, the row blocks",
        "The galaxy",
        "Lobes: 3 by geometry", "simple-matching", "equal rates",
      ] {
        #expect(geometry.output.contains(words), "\(words) in \(geometry.output)")
      }
      #expect(geometry.errors.contains("fire on no document and are left out"))
      let whole = try Program.locus.run(
        ["geometry", bench.path("out.h5"), "--point", "direction", "--output", bench.path("whole.h5"), "--quiet"])
      #expect(whole.output.contains("Mutants are points by their direction"), "\(whole.output)\(whole.errors)")
      // In either order each command keeps what the other found.
      let alone = try Program.locus.run(["inspect", bench.path("out.analysis.h5")]).output
      #expect(alone.contains("/geometry/lobes") && !alone.contains("/analysis/"))
      for command in ["analyze", "geometry"] {
        #expect(try Program.locus.run([command, bench.path("out.h5"), "--quiet"]).status == 0)
        let both = try Program.locus.run(["inspect", bench.path("out.analysis.h5")]).output
        #expect(both.contains("/geometry/cloud") && both.contains("/analysis/sensitivity"), "\(both)")
      }
      let report = try Program.locus.run(["report", bench.path("out.h5"), "--output", bench.path("page")])
      #expect(report.status == 0, "\(report.errors)")
      #expect(try !bench.names().contains { $0.hasSuffix(".partial") })
    }
  }

  @Test func anyNumberOfRanksGivesTheSame() throws {
    try Workbench.run { bench in
      try screen(bench)
      try autoencoder(bench)
      for source in [
        ["geometry", bench.path("out.h5")], features(bench) + ["--keep-firings", bench.path("firings.h5")],
      ] {
        var (outputs, files): (Set<String>, Set<[String: [UInt8]]>) = ([], [])
        for ranks in [nil, 1, 2, 3] {
          let arguments = source + ["--output", bench.path("geometry.h5"), "--affinity", "phi", "--quiet"]
          let outcome = try Program.locus.run(ranks: ranks, arguments)
          #expect(outcome.status == 0, "\(outcome.errors)")
          outputs.insert(outcome.output)
          // Without attributes, which tell the time.
          files.insert(try StoredFile(bench.path("geometry.h5")).datasets)
        }
        #expect(outputs.count == 1 && files.count == 1, "\(outputs.sorted())")
      }
    }
  }

  @Test func featuresOfAnAutoencoderGoOnAsRows() throws {
    try Workbench.run { bench in
      try autoencoder(bench)
      let kept = bench.path("firings.h5")
      let counted = try Program.locus.run(features(bench) + ["--keep-firings", kept, "--affinity", "phi"])
      #expect(counted.status == 0, "\(counted.errors)")
      #expect(counted.errors.contains("60 features of a ReLU autoencoder at res_post of layer 2"))
      #expect(counted.errors.contains("8 incomplete blocks at the ends of texts are left out"))
      #expect(counted.output.contains(bench.path("sae.analysis.h5")))
      let rows = try Program.locus.run([
        "geometry", bench.path("sae.safetensors"), "--tensor", "W_dec", "--firings", kept, "--affinity", "phi",
      ])
      #expect(rows.status == 0 && rows.output == counted.output, "\(rows.errors)")
    }
  }

  @Test func wordsWithRelations() throws {
    try Workbench.run { bench in
      var random = TensorWriter.numbers(3000, seed: 5)[...]
      func vector() -> [Float] {
        defer { random = random.dropFirst(6) }
        return Array(random.prefix(6))
      }
      var (members, lines): ([String], [String]) = ([], [])
      for relation in 0..<2 {
        let shift = vector()
        lines.append(": relation \(relation)")
        for pair in 0..<12 {
          let from = vector()
          members.append("\"from\(relation)-\(pair)\": \(from)")
          members.append("\"to\(relation)-\(pair)\": \(zip(from, shift).map { $0 + $1 })")
          if pair > 0 {
            lines.append("From\(relation)-0 to\(relation)-0 from\(relation)-\(pair) to\(relation)-\(pair)")
          }
        }
      }
      lines.append("absent words stand here")
      try bench.write("words.json", "{\(members.joined(separator: ", "))}")
      try bench.write("relations.txt", lines.joined(separator: "\n"))
      let outcome = try Program.locus.run([
        "geometry", bench.path("words.json"), "--relations", bench.path("relations.txt"), "--clusters", "2",
      ])
      #expect(outcome.status == 0, "\(outcome.errors)")
      #expect(outcome.errors.contains("2 pairs of relations have no point"))
      #expect(outcome.output.contains("Crystals: how parallel") && outcome.output.contains("relation 1"))
      #expect(!outcome.output.contains("AMI"))
    }
  }

  // MARK: Bad input

  struct Case: Sendable, CustomTestStringConvertible {
    let words: [String]
    let arguments: [String]
    var spoil: @Sendable (Workbench) throws -> Void = { _ in }
    var testDescription: String { words.joined(separator: " ") }
  }

  private static let sae = ["--model", "model", "--sae", "sae.safetensors", "--text", "texts", "--layer", "1"]

  private static let cases = [
    Case(words: ["Name one cloud"], arguments: []),
    Case(words: ["Name one cloud"], arguments: ["points.safetensors"] + sae),
    Case(words: ["--sae is missing"], arguments: ["--model", "model", "--text", "texts"]),
    Case(words: ["belong together"], arguments: ["--model", "model", "--sae", "sae.safetensors"]),
    Case(words: ["'measure'"], arguments: ["points.safetensors", "--affinity", "measure"]),
    Case(words: ["--clusters is 1"], arguments: ["points.safetensors", "--clusters", "1"]),
    Case(words: ["absent.h5", "no such file"], arguments: ["absent.h5"]),
    Case(words: ["short", "it is a text", "no HDF5"], arguments: ["short"], spoil: { try $0.write("short", "x") }),
    Case(words: ["it is a folder", "a safetensors file in it"], arguments: ["texts"]),
    Case(words: ["'none'", "none of that name"], arguments: ["points.safetensors", "--tensor", "none"]),
    Case(words: ["divide 9 points into 10 lobes"], arguments: ["points.safetensors", "--clusters", "10"]),
    Case(words: ["2 are zero vectors", "1 are not finite"], arguments: ["odd.safetensors"]),
    Case(words: ["all are the same"], arguments: ["equal.safetensors"]),
    Case(
      words: ["no texts here", "no file whose name ends in .txt"],
      arguments: sae.map { $0 == "texts" ? "no texts here" : $0 }),
    Case(
      words: ["[64, 60]", "128 numbers"], arguments: sae.map { $0 == "sae.safetensors" ? "narrow.safetensors" : $0 }),
    Case(words: ["[128, 60]", "384 numbers", "mlp_pre_out"], arguments: sae + ["--hook", "mlp_pre_out"]),
    Case(words: ["layer 7", "4 layers"], arguments: sae.map { $0 == "1" ? "7" : $0 }),
    Case(words: ["'res_past'"], arguments: sae + ["--hook", "res_past"]),
    Case(words: ["windows of 300", "256"], arguments: sae + ["--context", "300"]),
    Case(words: ["0 blocks of 9999"], arguments: sae + ["--block", "9999"]),
    Case(words: ["60 never fire"], arguments: sae + ["--threshold", "1e9"]),
    Case(words: ["notes.txt", "no firing record"], arguments: sae + ["--keep-firings", "texts/notes.txt"]),
    Case(
      words: ["something that is no analysis file"], arguments: ["points.safetensors", "--output", "texts/notes.txt"]),
    Case(words: ["--point is for the mutants"], arguments: ["points.safetensors", "--point", "direction"]),
    Case(words: ["--point is for the mutants"], arguments: sae + ["--point", "response"]),
  ]

  @Test(arguments: cases.indices) func oneSentenceAndStatusTwo(_ index: Int) throws {
    let bad = Self.cases[index]
    try Workbench.run { bench in
      try FileManager.default.createDirectory(atPath: bench.path("texts"), withIntermediateDirectories: false)
      try FileManager.default.createDirectory(atPath: bench.path("no texts here"), withIntermediateDirectories: false)
      try bench.write("texts/notes.txt", String(repeating: "Lily had a gold kite. ", count: 100))
      let numbers = TensorWriter.numbers(36, seed: 6)
      try TensorWriter.write(bench.path("points.safetensors"), [.init("p", [9, 4], numbers)])
      try TensorWriter.write(bench.path("odd.safetensors"), [.init("p", [4, 2], [0, 0, 0, 0, .nan, 1, 2, 3])])
      try TensorWriter.write(bench.path("equal.safetensors"), [.init("p", [9, 4], Array(repeating: 2, count: 36))])
      try autoencoder(bench, width: 64)
      try FileManager.default.moveItem(atPath: bench.path("sae.safetensors"), toPath: bench.path("narrow.safetensors"))
      try autoencoder(bench)
      try bad.spoil(bench)
      let before = try bench.names()
      let paths = Set(before + ["absent.h5", "texts/notes.txt"])
      let arguments = bad.arguments.map { paths.contains($0) ? bench.path($0) : $0 }
      // What the command line itself says wrong ends some ranks before the first can say so.
      for ranks in index > 5 && index % 4 == 0 ? [nil, 3] : [nil] {
        let outcome = try Program.locus.run(ranks: ranks, ["geometry"] + arguments)
        #expect(outcome.status == 2 && outcome.output.isEmpty, "\(outcome.output)\(outcome.errors)")
        #expect(outcome.complaints.count { !$0.contains("warning") } == 1, "\(outcome.errors)")
        for word in bad.words { #expect(outcome.errors.contains(word), "\(word) in \(outcome.errors)") }
        #expect(try bench.names() == before)
      }
    }
  }
}
