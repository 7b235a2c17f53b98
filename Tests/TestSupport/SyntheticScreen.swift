import Archive
import Foundation
import MessagePassing
import Perturbations
import Transformer

/// A results file of any size that tests make up, written as a screen writes it.
package struct SyntheticScreen {
  /// Rows and columns of the matrices that are screened, in canonical order.
  package var shapes: [(matrix: WeightMatrix, rows: Int, columns: Int)] = [
    (.q, 32, 32), (.up, 64, 32), (.down, 32, 60),
  ]
  /// Layers of the model.
  package var layers = 2
  /// Rows and columns of a region.
  package var region = 8
  /// Kinds of the mutations.
  package var kinds: [Kind] = [.maximum, .minimum]
  /// Ids and tasks.
  package var inputs = [("story 1", "story"), ("story 2", "story"), ("sum 1", "arithmetic")]
  /// The prompt of each input.
  package var prompts = ["Once upon a time", "Long ago", "1 + 1 ="]
  /// The baseline's text of each input.
  package var baselines = ["there was a king", "a queen lived", "2."]
  /// Whether the file holds the tokens of mutants.
  package var hasTexts = true
  /// Steps of a continuation.
  package var stepCount = 4
  /// Texts of the tokens.
  package var words = ["the", " king", " queen", " 7", " said", "\n", " \"No\"", "."]
  /// The part of a screen that the file holds; nil: the whole.
  package var part: Provenance.Part?
  /// The hash of the plan that the file names.
  package var planSHA256 = "cd"
  /// The bytes of the configuration that the file holds.
  package var configuration = "model: m\n"
  /// What the file says of the matrices of the model.
  package var modelShapes: MatrixShapes?

  /// The small screen that the properties' initial values describe.
  package init() {}

  /// What the Llama-2-7B of the first paper has: 1,581,056 regions of 64 × 64.
  package static var large: SyntheticScreen {
    var screen = SyntheticScreen()
    let (hidden, intermediate) = (4096, 11_008)
    screen.shapes = WeightMatrix.ofBlocks.map { matrix in
      switch matrix {
      case .gate, .up: (matrix, intermediate, hidden)
      case .down: (matrix, hidden, intermediate)
      default: (matrix, hidden, hidden)
      }
    }
    screen.layers = 32
    screen.region = 64
    screen.inputs = (0..<8).map { ("input \($0)", "task \($0 / 2)") }
    screen.prompts = screen.inputs.map { "A prompt of \($0.0)" }
    screen.baselines = screen.inputs.map { "What the baseline says on \($0.0)." }
    screen.stepCount = 32
    return screen
  }

  // MARK: Mutations

  private func blocks(_ shape: (matrix: WeightMatrix, rows: Int, columns: Int)) -> (rows: Int, columns: Int) {
    ((shape.rows + region - 1) / region, (shape.columns + region - 1) / region)
  }

  /// Mutations of the screen: every region of every matrix and layer by every kind.
  package var mutationCount: Int {
    layers * kinds.count * shapes.reduce(0) { $0 + blocks($1).rows * blocks($1).columns }
  }

  /// All of them in canonical order, one matrix of one layer at a time.
  package func eachMatrix(_ body: ([Mutation]) throws -> Void) rethrows {
    for layer in 0..<layers {
      for shape in shapes {
        let (rows, columns) = blocks(shape)
        var mutations: [Mutation] = []
        for block in 0..<rows * columns {
          let (row, column) = (block / columns * region, block % columns * region)
          let place = Region(
            layer: layer, matrix: shape.matrix, rows: row..<min(row + region, shape.rows),
            columns: column..<min(column + region, shape.columns))
          mutations += kinds.map { Mutation(region: place, kind: $0) }
        }
        try body(mutations)
      }
    }
  }

  /// Regions with a mutant that is non-silent on some input.
  package var sensitiveRegionCount: Int {
    var count = 0
    eachMatrix { mutations in
      count +=
        Set(mutations.filter { mutation in inputs.indices.contains { isNonSilent(mutation, $0) } }.map(\.region)).count
    }
    return count
  }

  /// Whether a mutant is made non-silent on an input: stripes, a rest of chance, and row 0 by maximum where row 1 is by
  /// minimum.
  package func isNonSilent(_ mutation: Mutation, _ input: Int) -> Bool {
    let (row, column) = (mutation.region.rows.lowerBound / region, mutation.region.columns.lowerBound / region)
    if row < 2, mutation.region.matrix == .up { return (mutation.kind == .maximum) == ((row + column) % 2 == 0) }
    if column % 7 == 3 { return true }
    let mixed = (row &* 2_654_435_761 ^ column &* 40_503 ^ input &* 97 ^ Int(mutation.kind.code) &* 131) &* 0x9E37_79B1
    return mixed >> 16 & 7 < 2
  }

  // MARK: Writing

  /// Writes the file of all mutations. Alone.
  package func write(_ path: String, _ world: Communicator) throws {
    try write(path, world, mutationCount: mutationCount, eachMatrix)
  }

  /// Writes the file of some mutations, which may be of regions of several sizes. Alone.
  package func write(_ mutations: [Mutation], _ path: String, _ world: Communicator) throws {
    try write(path, world, mutationCount: mutations.count) { try $0(mutations) }
  }

  private func write(
    _ path: String, _ world: Communicator, mutationCount: Int, _ each: (([Mutation]) throws -> Void) throws -> Void
  ) throws {
    let recording = RecordedColumns(text: hasTexts, divergence: hasTexts, perplexity: hasTexts, direction: .none)
    let description = ScreenDescription(
      inputs: inputs.indices.map { .init(id: inputs[$0].0, task: inputs[$0].1, prompt: prompts[$0], tokens: [1, 2]) },
      baseline: baselines.map { .init(tokens: [0], text: $0, margins: [1]) }, mutationCount: mutationCount,
      unitCount: 1,
      stepCount: stepCount, componentCount: 0, recording: recording, shapes: modelShapes,
      vocabulary: TokenTexts(words.map { Array($0.utf8) }),
      provenance: Provenance(
        locusVersion: "1.2.3", created: "2024-05-06T07:08:09Z", configuration: Array(configuration.utf8),
        commandLine: "locus screen", modelName: "m", modelSHA256: "ab", planSHA256: planSHA256, rowOrder: "half_split",
        ranks: 1, threads: 1, blas: "", mpi: "", instructionSet: "portable", part: part))
    let writer = try ResultsWriter(path: path, communicator: world, description: description)
    var position = 0
    try each { mutations in
      try writer.write(table(mutations, recording), mutations: mutations, at: position)
      position += mutations.count
    }
    try writer.finish(unitSeconds: [1], unitRanks: [0])
  }

  /// What the mutants do, as the file has it.
  package func phenotypes(of mutations: [Mutation]) -> Phenotypes {
    table(
      mutations, RecordedColumns(text: hasTexts, divergence: hasTexts, perplexity: hasTexts, direction: .none))
  }

  private func table(_ mutations: [Mutation], _ recording: RecordedColumns) -> Phenotypes {
    var table = Phenotypes(
      mutationCount: mutations.count, inputCount: inputs.count, stepCount: stepCount, componentCount: 0,
      recording: recording)
    for (row, mutation) in mutations.enumerated() {
      for input in inputs.indices where isNonSilent(mutation, input) {
        let place = row * inputs.count + input
        table.firstChange[place] = Int16((row + input) % stepCount)
        guard hasTexts else { continue }
        table.divergence[place] = Float(row % 10) / 10
        for step in 0..<stepCount { table.tokens[place * stepCount + step] = Int32((row + step) % words.count) }
      }
    }
    return table
  }
}
