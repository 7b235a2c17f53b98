import Archive
import Findings
import MessagePassing
import Perturbations
import TestSupport
import Transformer

/// A screen whose verdicts a test makes up, as a results file that the program's own writer makes.
struct MadeScreen {
  /// An input: its id, its task and its prompt.
  typealias Input = (id: String, task: String, prompt: String)

  var mutations = MadeScreen.mutations
  var inputs = MadeScreen.inputs(24)
  var shapes: MatrixShapes? = MatrixShapes(layerCount: 2, shapes: [(.q, 64, 64), (.up, 64, 64), (.down, 64, 64)])
  /// Differs from plan to plan, and so from screen to screen.
  var plan = "first"
  var recording = RecordedColumns(text: false, divergence: false, direction: .none)
  var part: Provenance.Part?
  var progress: Provenance.Progress?
  var rowOrder = "half_split"
  var parameters = KindParameters()
  /// Whether a mutant is non-silent on an input.
  var isNonSilent: (Mutation, Int) -> Bool = { _, _ in false }
  /// How far a mutant's predictions move on an input, where that is recorded.
  var divergence: (Mutation, Int) -> Float = { _, _ in 0 }
  /// The token that a mutant says throughout on an input, where texts are recorded.
  var token: (Mutation, Int) -> Int32 = { _, _ in 1 }

  private static let stepCount = 2

  /// Two layers of three matrices of 8 × 8 regions, by two kinds.
  static let mutations = (0..<2).flatMap { layer in
    [WeightMatrix.q, .up, .down].flatMap {
      Screens.mutations(layer: layer, matrix: $0, rows: 64, columns: 64, region: 8, kinds: [.maximum, .minimum])
    }
  }

  /// Inputs of four tasks, as many of each.
  static func inputs(_ count: Int, from first: Int = 0) -> [Input] {
    (first..<first + count).map { ("input \($0)", ["story", "code", "facts", "verse"][$0 % 4], "Prompt \($0)") }
  }

  func write(_ path: String, _ world: Communicator) throws {
    var provenance = Provenance(
      locusVersion: "1.2.3", created: "2024-05-06T07:08:09Z", configuration: Array("model: m".utf8),
      commandLine: "locus screen", modelName: "m", modelSHA256: "ab", planSHA256: plan, rowOrder: rowOrder, ranks: 1,
      threads: 1, blas: "", mpi: "", instructionSet: "portable", part: part)
    provenance.progress = progress
    let description = ScreenDescription(
      inputs: inputs.map { .init(id: $0.id, task: $0.task, prompt: $0.prompt, tokens: [1, 2]) },
      baseline: inputs.map { _ in .init(tokens: [0, 0], text: "aa", margins: [1, 1]) },
      mutationCount: mutations.count, unitCount: 1, stepCount: MadeScreen.stepCount, componentCount: 0,
      recording: recording, shapes: shapes, vocabulary: TokenTexts(["a", "b", "c"].map { Array($0.utf8) }),
      provenance: provenance, parameters: parameters)
    let writer = try ResultsWriter(path: path, communicator: world, description: description)
    try writer.write(table, mutations: mutations, at: 0)
    try writer.finish(unitSeconds: [1], unitRanks: [0])
  }

  private var table: Phenotypes {
    var table = Phenotypes(
      mutationCount: mutations.count, inputCount: inputs.count, stepCount: MadeScreen.stepCount, componentCount: 0,
      recording: recording)
    for (row, mutation) in mutations.enumerated() {
      for input in inputs.indices {
        let place = row * inputs.count + input
        if recording.divergence { table.divergence[place] = divergence(mutation, input) }
        guard isNonSilent(mutation, input) else { continue }
        table.firstChange[place] = 0
        guard recording.text else { continue }
        for step in 0..<MadeScreen.stepCount {
          table.tokens[place * MadeScreen.stepCount + step] = token(mutation, input)
        }
      }
    }
    return table
  }

  /// Compares two screens through their files.
  static func compare(_ first: MadeScreen, _ second: MadeScreen, seed: UInt64 = 0) throws -> Comparison {
    try World.run { world in
      try Places.withTemporaryFolder { folder in
        try first.write(folder + "/first.h5", world)
        try second.write(folder + "/second.h5", world)
        let one = try ResultsFile(path: folder + "/first.h5")
        let other = try ResultsFile(path: folder + "/second.h5")
        let comparison = try Comparison(of: one, and: other, seed: seed)
        try one.close()
        try other.close()
        return comparison
      }
    }
  }

  /// The sentence with which two screens are refused; empty if they are not.
  static func refusal(_ first: MadeScreen, _ second: MadeScreen) -> String {
    do {
      _ = try compare(first, second)
      return ""
    } catch {
      return "\(error)"
    }
  }
}
