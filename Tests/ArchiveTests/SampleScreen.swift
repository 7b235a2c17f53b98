import Archive
import MessagePassing
import Perturbations
import Transformer

/// A small screen whose every value tells its place.
enum SampleScreen {
  static let mutationCount = 150
  static let inputCount = 3
  static let stepCount = 4

  /// A vocabulary of three tokens, of which the first adds nothing and the others halves of a character.
  static let vocabulary = TokenTexts([[], [0xC3], [0xA9]])

  static let drive = InputSums(
    layerCount: 2, blockCount: 3, sumMean: (0..<24).map { Float($0) / 8 }, sumRMS: (0..<24).map { Float($0) })

  static let shapes = MatrixShapes(
    layerCount: 3, shapes: WeightMatrix.ofBlocks.map { ($0, 165, 3 + $0.index) })

  static func description(
    _ recording: RecordedColumns, configuration: String = "model: x\n", vocabulary: TokenTexts? = nil,
    shapes: MatrixShapes? = nil
  ) -> ScreenDescription {
    ScreenDescription(
      inputs: (0..<Self.inputCount).map {
        ScreenDescription.Input(
          id: "input \($0)", task: "täsk", prompt: "p\($0)", tokens: Array(repeating: 7, count: $0 + 1),
          answer: $0 == 1 ? "ja" : "", choices: $0 == 1 ? ["nein", "ja", "vielleicht"] : [],
          answerChoice: $0 == 1 ? 1 : LetterChoice.none)
      },
      baseline: (0..<Self.inputCount).map {
        ScreenDescription.Continuation(
          tokens: [Int32($0), 2], text: $0 == 2 ? "🦙 \0" : "🦙 \($0)", margins: [1, 0.5],
          choice: recording.choices && $0 == 1 ? 2 : LetterChoice.none)
      },
      mutationCount: Self.mutationCount, unitCount: 3, stepCount: Self.stepCount,
      componentCount: recording.componentCount(hiddenSize: 5), recording: recording,
      choiceProtocol: recording.choices
        ? ChoiceProtocol(promptTemplate: "Q\nA. …", letterTokens: "7 8 9", shotCount: recording.text ? 5 : nil) : nil,
      shapes: shapes, drive: recording.text ? Self.drive : nil, vocabulary: vocabulary,
      provenance: Provenance(
        locusVersion: "1.2.3", created: "2020-01-01T00:00:00Z", configuration: Array(configuration.utf8),
        commandLine: "locus screen", modelName: "model", modelSHA256: "aa", planSHA256: "bb", rowOrder: "half_split",
        ranks: 2, threads: 1, blas: "blas", mpi: "mpi", instructionSet: "portable",
        seed: recording.text ? .max : nil, temperature: recording.text ? 0.7 : nil))
  }

  static func mutation(_ index: Int) -> Mutation {
    Mutation(
      region: Region(
        layer: index / 70, matrix: WeightMatrix.ofBlocks[index % 7], rows: index..<index + 16, columns: 0..<3),
      kind: Kind.allCases[index % 3])
  }

  static func table(_ rows: Range<Int>, _ recording: RecordedColumns) -> Phenotypes {
    var table = Phenotypes(
      mutationCount: rows.count, inputCount: Self.inputCount, stepCount: Self.stepCount,
      componentCount: recording.componentCount(hiddenSize: 5), recording: recording)
    let first = rows.lowerBound
    for place in table.firstChange.indices {
      table.firstChange[place] = Int16((first * Self.inputCount + place) % 5 - 1)
      table.margin[place] = Float(first * Self.inputCount + place) / 8
    }
    for place in table.divergence.indices { table.divergence[place] = Float(first * Self.inputCount + place) }
    for place in table.logPerplexityChange.indices {
      table.logPerplexityChange[place] = Float(first * Self.inputCount + place) / -16
    }
    for place in table.tokens.indices { table.tokens[place] = Int32(first * Self.inputCount * Self.stepCount + place) }
    for place in table.choice.indices where (first * Self.inputCount + place) % Self.inputCount == 1 {
      table.choice[place] = UInt8((first * Self.inputCount + place) / Self.inputCount % 3)
    }
    for place in table.direction.indices { table.direction[place] = -Float(first * 5 + place) }
    for place in table.response.indices { table.response[place] = Float(first * 5 + place) / 4 }
    for row in 0..<rows.count { table.value[row] = Float(first + row) }
    return table
  }

  static let recordings = [
    RecordedColumns(text: true, divergence: true, direction: .full, choices: true),
    RecordedColumns(text: false, divergence: false, direction: .none),
    RecordedColumns(text: false, divergence: true, direction: .full, response: false),
    RecordedColumns(text: false, divergence: false, perplexity: true, direction: .none, choices: true),
  ]

  /// Ranks write their slabs in turns, as gathering does, some of them empty.
  static func write(_ path: String, world: Communicator, description: ScreenDescription) throws {
    let writer = try ResultsWriter(path: path, communicator: world, description: description)
    let round = 64 * world.size
    for start in stride(from: 0, to: Self.mutationCount, by: round) {
      let first = min(start + 64 * world.rank, Self.mutationCount)
      let rows = first..<min(first + 64, Self.mutationCount)
      try writer.write(table(rows, description.recording), mutations: rows.map(mutation), at: first)
    }
    try writer.finish(unitSeconds: [1, 2, 3], unitRanks: [0, 1, 0])
    try world.barrier()
  }
}
