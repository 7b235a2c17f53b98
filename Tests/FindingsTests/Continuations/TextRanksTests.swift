import Archive
import Findings
import MessagePassing
import Perturbations
import Testing
import TestSupport
import Transformer

/// Ranks that share the texts of a screen find the same as one alone, bit for bit; runs under mpirun with any number.
@Suite(.serialized) struct TextRanksTests {
  private let mutations = [WeightMatrix.o, .down].flatMap {
    Screens.mutations(layer: 1, matrix: $0, rows: 24, columns: 24, region: 4, kinds: [.maximum, .minimum])
  }
  private let recording = RecordedColumns(text: true, divergence: true, direction: .none)
  private let stepCount = 6
  private let inputs = ["story", "story", "code"]

  /// Some say what many say, others something of their own, many nothing.
  private func phenotypes() -> Phenotypes {
    var table = Phenotypes(
      mutationCount: mutations.count, inputCount: inputs.count, stepCount: stepCount, componentCount: 0,
      recording: recording)
    var chance = SeededNumbers(11)
    for verdict in 0..<mutations.count * inputs.count where chance.happens(60) {
      table.firstChange[verdict] = 0
      table.divergence[verdict] = Float(chance.below(1000)) / 1000
      let isCommon = chance.happens(50)
      for step in 0..<stepCount where step < 2 || chance.happens(80) {
        table.tokens[verdict * stepCount + step] = isCommon ? Int32(chance.below(2)) : Int32(40 + chance.below(90))
      }
    }
    return table
  }

  private func writeResults(_ path: String, _ world: Communicator) throws {
    let description = ScreenDescription(
      inputs: inputs.enumerated().map { .init(id: "\($1)-\($0)", task: $1, prompt: "Once", tokens: [1, 50, 60]) },
      baseline: inputs.map { _ in .init(tokens: [70, 71, 72], text: "upon", margins: [1, 2, 3]) },
      mutationCount: mutations.count, unitCount: 1, stepCount: stepCount, componentCount: 0, recording: recording,
      vocabulary: TokenTexts((0..<512).map { Array(" t\($0 / 2)".utf8) }),
      provenance: Provenance(
        locusVersion: "1.2.3", created: "2024-05-06T07:08:09Z", configuration: Array("model: m".utf8),
        commandLine: "locus", modelName: "m", modelSHA256: "ab", planSHA256: "cd", rowOrder: "half_split", ranks: 1,
        threads: 1, blas: "", mpi: "", instructionSet: "portable"))
    let writer = try ResultsWriter(path: path, communicator: world, description: description)
    let isWriter = world.rank == 0
    let none = Phenotypes(
      mutationCount: 0, inputCount: inputs.count, stepCount: stepCount, componentCount: 0, recording: recording)
    try writer.write(isWriter ? phenotypes() : none, mutations: isWriter ? mutations : [], at: 0)
    try writer.finish(unitSeconds: [1], unitRanks: [0])
  }

  @Test func ranksTogetherFindWhatOneFinds() throws {
    try SharedFolder.run { (world, folder) throws in
      try writeResults(folder.path("screen.h5"), world)
      let demo = try Demo()
      let model = ScreenedModel(demo.model, prompts: inputs.map { _ in [1, 50, 60] })
      let results = try ResultsFile(path: folder.path("screen.h5"))
      let shared = try Analysis(of: results, model: model, seed: 5, communicator: world)
      #expect((shared.screen.texts == nil) == (world.rank > 0))
      if world.rank == 0 {
        let alone = try Analysis(of: results, model: model, seed: 5)
        #expect(alone.groups.map(\.name) == shared.groups.map(\.name) && alone.groups.count == 16)
        // As text, because what is no number is not equal to itself.
        for (one, other) in zip(alone.groups, shared.groups) {
          #expect("\(one)" == "\(other)", "\(one.name)")
        }
      }
      try results.close()
    }
  }
}
