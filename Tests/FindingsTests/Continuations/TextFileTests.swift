import Archive
import Findings
import HDF5
import MessagePassing
import Perturbations
import Testing
import TestSupport
import Transformer

/// Findings on texts, from a results file to an analysis file.
@Suite(.serialized) struct TextFileTests {
  private let mutations = Screens.mutations(layer: 1, matrix: .down, rows: 40, columns: 24, region: 16)
  private let recording = RecordedColumns(text: true, divergence: true, direction: .none)
  private let texts = ScreenTexts(
    inputs: ["story", "code"].map {
      ScreenTexts.Input(id: "\($0)-1", task: $0, prompt: "Once", baseline: [1, 2])
    }, text: { $0.map { " t\($0)" }.joined() })

  /// The third row block says something else by the kind zero on the second input, each mutant its own.
  private func writeResults(_ path: String, _ world: Communicator) throws {
    let description = ScreenDescription(
      inputs: texts.inputs.map { .init(id: $0.id, task: $0.task, prompt: $0.prompt, tokens: [1]) },
      baseline: texts.inputs.map { .init(tokens: $0.baseline, text: "upon", margins: [1, 2]) },
      mutationCount: mutations.count, unitCount: 1, stepCount: 2, componentCount: 0, recording: recording,
      provenance: Provenance(
        locusVersion: "1.2.3", created: "2024-05-06T07:08:09Z", configuration: Array("model: m".utf8),
        commandLine: "locus", modelName: "m", modelSHA256: "ab", planSHA256: "cd", rowOrder: "half_split", ranks: 1,
        threads: 1, blas: "", mpi: "", instructionSet: "portable"))
    var phenotypes = Phenotypes(
      mutationCount: mutations.count, inputCount: 2, stepCount: 2, componentCount: 0, recording: recording)
    for (index, mutation) in mutations.enumerated()
    where mutation.region.rows.lowerBound == 32 && mutation.kind == .zero {
      phenotypes.firstChange[2 * index + 1] = 0
      phenotypes.divergence[2 * index + 1] = 0.5
      phenotypes.tokens[4 * index + 2] = Int32(index)
    }
    let writer = try ResultsWriter(path: path, communicator: world, description: description)
    let isWriter = world.rank == 0
    let none = Phenotypes(mutationCount: 0, inputCount: 2, stepCount: 2, componentCount: 0, recording: recording)
    try writer.write(isWriter ? phenotypes : none, mutations: isWriter ? mutations : [], at: 0)
    try writer.finish(unitSeconds: [1], unitRanks: [0])
  }

  @Test func textsAreReadAnalyzedAndReadBack() throws {
    try World.run { world in
      try Places.withTemporaryFolder { folder in
        try writeResults(folder + "/screen.h5", world)
        let results = try ResultsFile(path: folder + "/screen.h5")
        let tables = try #require(try TextTables.read(results, texts: texts))
        try results.close()
        #expect(tables.mutations.count == 18 && tables.continuations.count == 2)
        let findings = try Analysis(texts: tables)
        let path = folder + "/a.h5"
        try AnalysisWriter(path: path).write(
          findings.groups,
          provenance: AnalysisProvenance(
            locusVersion: "1", created: "2024-05-06T07:08:09Z", commandLine: "", source: "", sourcePlanSHA256: ""))
        #expect(
          try AnalysisFile(path: path).contents.map(\.name)
            == ["distinct", "severity", "severity_map", "destruction", "classes", "writers"])
        try check(path)
      }
    }
  }

  private func check(_ path: String) throws {
    let file = try File.open(path)
    func counts(_ name: String) throws -> [Int64] { try read(name, of: path) }
    func numbers(_ name: String) throws -> [Double] { try read(name, of: path) }
    #expect(try counts("distinct/non_silent") == [0, 0, 0, 0, 0, 2])
    #expect(try counts("distinct/input_distinct") == [0, 2])
    #expect(try counts("severity/cosine_mutations") == [0, 0, 0, 0, 0, 2])
    // The texts are one word where the baseline's are two.
    #expect(try numbers("severity/edit_distance")[5] == 2)
    #expect(try numbers("severity/cosine")[5] == 0)
    // Two of six mutations have a half.
    let divergence = try numbers("severity/divergence")
    #expect(divergence.dropLast().allSatisfy { $0 == 0 } && abs(divergence[5] - 1.0 / 6) < 1e-15)
    let map: [UInt8] = try file.openDataset("analysis/severity_map/inputs").read()
    #expect(map.count == 18 * 4 && map.reduce(0, +) == 8)
    let classes: [UInt8] = try file.openDataset("analysis/classes/verdict_class").read()
    #expect(classes.count == 36 && classes.count { $0 == 0 } == 2 && classes.count { $0 == 255 } == 34)
    #expect(try file.openDataset("analysis/classes/name").readStrings().count == 1)
    #expect(try file.openDataset("analysis/classes/sample_text").readStrings() == [" t14", " t17"])
    try file.close()
  }

  private func read<Element: NumericElement>(_ name: String, of path: String) throws -> [Element] {
    let file = try File.open(path)
    let values: [Element] = try file.openDataset("analysis/" + name).read()
    try file.close()
    return values
  }
}
