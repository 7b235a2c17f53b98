import Archive
import Findings
import Foundation
import HDF5
import MessagePassing
import Perturbations
import Statistics
import Testing
import TestSupport
import Transformer

/// From a results file to an analysis file and back.
@Suite(.serialized) struct FileTests {
  private let mutations = Screens.mutations(layer: 1, matrix: .down, rows: 40, columns: 24, region: 16)
  private let recording = RecordedColumns(text: false, divergence: true, direction: .none)
  private let provenance = AnalysisProvenance(
    locusVersion: "1.2.3", created: "2024-05-06T07:08:09Z", commandLine: "locus analyze screen.h5", source: "screen.h5",
    sourcePlanSHA256: "cd")

  /// A results file whose third row block, of 8 rows, is non-silent by the kind zero on the second input.
  private func writeResults(_ path: String, _ world: Communicator, part: Provenance.Part? = nil) throws {
    let tokens: [Int32] = [1, 2]
    let description = ScreenDescription(
      inputs: ["story", "code"].map { .init(id: "\($0)-1", task: $0, prompt: "Once", tokens: tokens) },
      baseline: Array(repeating: .init(tokens: tokens, text: "upon", margins: [1, 2]), count: 2),
      mutationCount: mutations.count, unitCount: 1, stepCount: 2, componentCount: 0, recording: recording,
      provenance: Provenance(
        locusVersion: "1.2.3", created: "2024-05-06T07:08:09Z", configuration: Array("model: m".utf8),
        commandLine: "locus",
        modelName: "m", modelSHA256: "ab", planSHA256: "cd", rowOrder: "half_split", ranks: 1, threads: 1, blas: "",
        mpi: "", instructionSet: "portable", part: part))
    var phenotypes = Phenotypes(
      mutationCount: mutations.count, inputCount: 2, stepCount: 2, componentCount: 0, recording: recording)
    for (index, mutation) in mutations.enumerated() where isPlanted(mutation) {
      phenotypes.firstChange[2 * index + 1] = 1
      phenotypes.divergence[2 * index + 1] = 0.5
    }
    let writer = try ResultsWriter(path: path, communicator: world, description: description)
    let isWriter = world.rank == 0
    let none = Phenotypes(mutationCount: 0, inputCount: 2, stepCount: 2, componentCount: 0, recording: recording)
    try writer.write(isWriter ? phenotypes : none, mutations: isWriter ? mutations : [], at: 0)
    try writer.finish(unitSeconds: [1], unitRanks: [0])
  }

  private func isPlanted(_ mutation: Mutation) -> Bool {
    mutation.region.rows.lowerBound == 32 && mutation.kind == .zero
  }

  private func withAnalysis(_ body: (String, Analysis) throws -> Void) throws {
    try World.run { world in
      try Places.withTemporaryFolder { folder in
        try writeResults(folder + "/screen.h5", world)
        let results = try ResultsFile(path: folder + "/screen.h5")
        let analysis = try Analysis(of: results)
        try results.close()
        try body(folder, analysis)
      }
    }
  }

  @Test func aFileIsAnalyzed() throws {
    try withAnalysis { _, analysis in
      #expect(analysis.counts.mutationCount == mutations.count)
      #expect(analysis.counts.verdicts() == Proportion(count: 2, total: 36))
      #expect(analysis.counts.verdicts(kind: .zero, task: 1) == Proportion(count: 2, total: 6))
      let regions = try #require(analysis[SensitiveRegions.self])
      #expect(regions.entries.map(\.region.rows) == [32..<40, 32..<40])
      #expect(regions.entries.map(\.meanDivergence) == [1.0 / 12, 1.0 / 12] as [Double])
    }
  }

  @Test func aPartIsRefused() throws {
    try World.run { world in
      try Places.withTemporaryFolder { folder in
        let part = Provenance.Part(index: 2, of: 3, firstMutation: 64, planMutationCount: 200)
        try writeResults(folder + "/part.h5", world, part: part)
        let file = try ResultsFile(path: folder + "/part.h5")
        #expect(file.summary.provenance.part == part)
        var words = ""
        do { _ = try Analysis(of: file) } catch { words = "\(error)" }
        try file.close()
        #expect(words.contains("part.h5: it is part 2 of 3") && words.contains("locus gather"), "\(words)")
      }
    }
  }

  @Test func anAnalysisFileIsReadBack() throws {
    try withAnalysis { folder, analysis in
      let path = AnalysisFile.path(besides: folder + "/screen.h5")
      #expect(path == folder + "/screen.analysis.h5")
      try AnalysisWriter(path: path).write(analysis.groups, provenance: provenance)
      #expect(
        try FileManager.default.contentsOfDirectory(atPath: folder).sorted() == ["screen.analysis.h5", "screen.h5"])

      let described = try AnalysisFile(path: path)
      #expect(described.provenance == provenance)
      #expect(
        described.contents.map(\.name) == [
          "sensitivity", "tasks", "regions", "profiles", "overlap", "specificity", "bias", "enrichment",
          "complementarity",
        ])
      #expect(described.contents[3].dimensions.map(\.name) == ["profile", "kind", "row_block", "column_block"])
      #expect(described.contents[3].dimensions.map(\.length) == [1, 4, 3, 2])

      let file = try File.open(path)
      func numbers(_ name: String) throws -> [Double] { try read(name, of: path) }
      func counts(_ name: String) throws -> [Int64] { try read(name, of: path) }
      #expect(try file.openDataset("analysis/sensitivity/kind").read(UInt8.self) == [0, 1, 2])
      #expect(try file.openDataset("analysis/sensitivity/matrix").read(UInt8.self) == [6, 6, 6])
      #expect(try counts("sensitivity/non_silent") == [0, 0, 0, 0, 0, 2])
      #expect(try counts("sensitivity/on_some_input") == [0, 0, 2])
      let third = 1.0 / 3
      #expect(try numbers("sensitivity/task_share") == [0, 0, 0, 0, 0, third])
      #expect(try counts("tasks/regions") == [0, 2])
      #expect(try file.openDataset("analysis/tasks/task").readStrings() == ["story", "code"])
      #expect(try file.openDataset("analysis/regions/kind_is_non_silent").read(UInt8.self) == [0, 0, 1, 0, 0, 1])
      // All, maximum, minimum, zero.
      let sixth = 1.0 / 6
      #expect(try numbers("profiles/row_share") == [0, 0, sixth, 0, 0, 0, 0, 0, 0, 0, 0, 0.5])
      #expect(try numbers("profiles/row_enrichment").suffix(3) == [0, 0, 3])
      #expect(try counts("profiles/region_rows") == [16])
      #expect(try file.openDataset("analysis/profiles/matrix").textAttribute("flag_meanings") == "q k v o gate up down")
      try file.close()
    }
  }

  @Test func anAnalysisIsReplacedAndNothingElse() throws {
    try withAnalysis { folder, analysis in
      let path = folder + "/a.h5"
      try AnalysisWriter(path: path).write(analysis.groups, provenance: provenance)
      var later = provenance
      later.created = "2025-01-01T00:00:00Z"
      try AnalysisWriter(path: path).write(analysis.groups, provenance: later)
      #expect(try AnalysisFile(path: path).provenance.created == later.created)

      #expect(throws: ArchiveError.self) { try AnalysisWriter(path: folder + "/screen.h5") }
      #expect(throws: ArchiveError.self) { try AnalysisWriter(path: folder) }
      #expect(throws: ArchiveError.self) { try AnalysisWriter(path: folder + "/absent/a.h5") }
      try "text".write(toFile: folder + "/note.h5", atomically: true, encoding: .utf8)
      #expect(throws: ArchiveError.self) { try AnalysisWriter(path: folder + "/note.h5") }
      #expect(throws: ArchiveError.self) { try AnalysisFile(path: folder + "/screen.h5") }
    }
  }

  @Test func aFailedAnalysisLeavesNothing() throws {
    try withAnalysis { folder, analysis in
      var wrong = provenance
      wrong.commandLine = "a zero byte \0 inside"
      let writer = try AnalysisWriter(path: folder + "/a.h5")
      #expect(throws: HDF5Error.self) { try writer.write(analysis.groups, provenance: wrong) }
      #expect(try FileManager.default.contentsOfDirectory(atPath: folder) == ["screen.h5"])
    }
  }

  private func read<Element: NumericElement>(_ name: String, of path: String) throws -> [Element] {
    let file = try File.open(path)
    let values: [Element] = try file.openDataset("analysis/" + name).read()
    try file.close()
    return values
  }
}
