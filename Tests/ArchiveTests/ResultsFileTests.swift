import Archive
import Foundation
import HDF5
import MessagePassing
import Perturbations
import Testing
import TestSupport
import Transformer

@Suite(.serialized) struct ArchiveTests {
  private static let mutationCount = 150
  private static let inputCount = 3
  private static let stepCount = 4

  /// A vocabulary of three tokens, of which the first adds nothing and the others halves of a character.
  private static let vocabulary = TokenTexts([[], [0xC3], [0xA9]])

  private static let drive = InputSums(
    layerCount: 2, blockCount: 3, sumMean: (0..<24).map { Float($0) / 8 }, sumRMS: (0..<24).map { Float($0) })

  private static let shapes = MatrixShapes(
    layerCount: 3, shapes: WeightMatrix.allCases.map { ($0, 165, 3 + $0.index) })

  private func description(
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

  private func mutation(_ index: Int) -> Mutation {
    Mutation(
      region: Region(
        layer: index / 70, matrix: WeightMatrix.allCases[index % 7], rows: index..<index + 16, columns: 0..<3),
      kind: Kind.allCases[index % 3])
  }

  private func table(_ rows: Range<Int>, _ recording: RecordedColumns) -> Phenotypes {
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

  private static let recordings = [
    RecordedColumns(text: true, divergence: true, direction: .full, choices: true),
    RecordedColumns(text: false, divergence: false, direction: .none),
    RecordedColumns(text: false, divergence: true, direction: .full, response: false),
    RecordedColumns(text: false, divergence: false, perplexity: true, direction: .none, choices: true),
  ]

  /// Ranks write their slabs in turns, as gathering does, some of them empty.
  private func write(_ path: String, world: Communicator, description: ScreenDescription) throws {
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

  @Test(arguments: recordings) func whatIsWrittenIsRead(_ recording: RecordedColumns) throws {
    try SharedFolder.run { (world, folder) throws in
      let path = folder.path("results.h5")
      // A configuration longer than the 64 KiB that fit beside an object.
      let description = description(recording, configuration: String(repeating: "# comment\n", count: 9000))
      try write(path, world: world, description: description)
      let file = try ResultsFile(path: path)
      #expect(file.summary.provenance == description.provenance)
      #expect(file.summary.ids == description.inputs.map(\.id) && file.summary.tasks.first == "täsk")
      #expect(
        file.summary.stepCount == Self.stepCount
          && file.summary.componentCount == (recording.direction == .full ? 5 : 0))
      #expect(try file.drive() == (recording.text ? Self.drive : nil))
      #expect(try file.baselineTexts() == ["🦙 0", "🦙 1", "🦙 \u{FFFD}"])
      let all = 0..<Self.mutationCount
      let expected = table(all, recording)
      #expect(try file.values(\.firstChange, all) == expected.firstChange)
      #expect(try file.values(\.margin, all) == expected.margin)
      #expect(try file.recordedValues(\.divergence, all) == (recording.divergence ? expected.divergence : nil))
      #expect(
        try file.recordedValues(\.logPerplexityChange, all)
          == (recording.perplexity ? expected.logPerplexityChange : nil))
      #expect(try file.recordedValues(\.choice, all) == (recording.choices ? expected.choice : nil))
      let described = try file.description()
      #expect(described.choiceProtocol == description.choiceProtocol && described.recording == recording)
      #expect(described.inputs.map(\.choices) == [[], ["nein", "ja", "vielleicht"], []])
      #expect(described.inputs.map(\.answer) == ["", "ja", ""])
      #expect(described.inputs.map(\.answerChoice) == [LetterChoice.none, 1, LetterChoice.none])
      #expect(described.baseline.map(\.choice) == description.baseline.map(\.choice))
      #expect(try file.recordedValues(\.tokens, all) == (recording.text ? expected.tokens : nil))
      #expect(try file.recordedValues(\.direction, all) == (recording.direction == .full ? expected.direction : nil))
      #expect(try file.recordedValues(\.response, all) == (recording.response ? expected.response : nil))
      #expect(try file.phenotypes(all) == expected)
      #expect(try file.values(\.firstChange, 70..<73) == Array(expected.firstChange[210..<219]))
      let mutations = try file.mutations(all)
      #expect(mutations.value == expected.value && mutations.row == all.map { Int32($0) })
      #expect(
        zip(mutations.matrix, mutations.kind).enumerated().allSatisfy {
          $0.element == (mutation($0.offset).region.matrix, mutation($0.offset).kind)
        })
      try file.close()
    }
  }

  /// What other tests compare files with sees every value.
  @Test func aDifferenceIsSeenWhereverItIs() throws {
    try SharedFolder.run { (world, folder) throws in
      let alone = try #require(try world.split(color: world.rank, key: 0))
      defer { try? alone.free() }
      guard world.rank == 0 else { return }
      let (path, other) = (folder.path("results.h5"), folder.path("other.h5"))
      try write(path, world: alone, description: description(Self.recordings[0], shapes: Self.shapes))
      #expect(try StoredFile.differences(path, path).isEmpty)
      let names = try StoredFile(path).values.keys.filter { !$0.contains("@") && $0.split(separator: "/").count == 2 }
      #expect(names.count > 40)
      for name in names where !StoredFile.provenance.contains(name) {
        try? FileManager.default.removeItem(atPath: other)
        try FileManager.default.copyItem(atPath: path, toPath: other)
        let file = try File.update(other, communicator: nil)
        let dataset = try file.openDataset(name)
        try change(dataset)
        try dataset.close()
        try file.close()
        let differences = try StoredFile.differences(path, other)
        #expect(differences == [name])
      }
    }
  }

  /// Changes the last element.
  private func change(_ dataset: borrowing Dataset) throws {
    let last = dataset.shape.map { $0 - 1 }
    let one = dataset.shape.map { _ in 1 }
    func change<Element: NumericElement>(_ values: [Element], _ new: (Element) -> Element) throws {
      try dataset.write(values.map(new), at: last, count: one)
    }
    switch dataset.elementType {
    case .float32: try change(try dataset.read(at: last, count: one) as [Float]) { $0.isNaN ? 0 : -$0 - 1 }
    case .float64: try change(try dataset.read(at: last, count: one) as [Double]) { $0.isNaN ? 0 : -$0 - 1 }
    case .int16: try change(try dataset.read(at: last, count: one) as [Int16]) { $0 ^ 1 }
    case .int32: try change(try dataset.read(at: last, count: one) as [Int32]) { $0 ^ 1 }
    case .int64: try change(try dataset.read(at: last, count: one) as [Int64]) { $0 ^ 1 }
    case .uint8: try change(try dataset.read(at: last, count: one) as [UInt8]) { $0 ^ 1 }
    case .text: try dataset.write(["another"], at: last, count: one)
    case .string: try dataset.write(characters: [UInt8(ascii: "~")], at: last, count: one)
    case nil: Issue.record("an element of ours")
    }
  }

  @Test func textsOfTokens() {
    let vocabulary = Self.vocabulary
    #expect(vocabulary.count == 3 && vocabulary.bytes(of: 2) == [0xA9] && vocabulary.bytes(of: 3).isEmpty)
    #expect(vocabulary.text(of: [1, 2, 0, -1, -1]) == "é")
    #expect(vocabulary.text(of: [2, 1, 3]) == "\u{FFFD}\u{FFFD}⟨3⟩")
    #expect(TokenTexts([[UInt8]]()).text(of: [0]) == "⟨0⟩")
  }

  @Test func theVocabularyIsReadBack() throws {
    let recording = RecordedColumns(text: false, divergence: false, direction: .none)
    try SharedFolder.run { (world, folder) throws in
      for vocabulary in [nil, Self.vocabulary, TokenTexts([[UInt8]]())] {
        let path = folder.path("results.h5")
        try write(path, world: world, description: description(recording, vocabulary: vocabulary))
        let file = try ResultsFile(path: path)
        #expect(file.summary.vocabularyCount == vocabulary?.count)
        #expect(try file.texts() == vocabulary)
        // The baselines' tokens are 0 to 2.
        if vocabulary?.count != 0 { #expect(try file.description().vocabulary == vocabulary) }
        try file.close()
        try world.barrier()
      }
    }
  }

  @Test func shapesOfMatricesAreReadBack() throws {
    try SharedFolder.run { (world, folder) throws in
      let path = folder.path("results.h5")
      try write(path, world: world, description: description(Self.recordings[1]))
      let without = try ResultsFile(path: path)
      #expect(without.summary.shapes == nil)
      #expect(try without.description().shapes == nil)
      try without.close()
      try world.barrier()
      try write(path, world: world, description: description(Self.recordings[1], shapes: Self.shapes))
      let file = try ResultsFile(path: path)
      let shapes = try #require(file.summary.shapes)
      #expect(shapes == Self.shapes && shapes.layerCount == 3 && shapes.matrices == WeightMatrix.allCases)
      #expect(try #require(shapes.shape(of: .down)) == (165, 9))
      #expect(try file.description().shapes == Self.shapes)
      // The last mutations are of layer 2 and end at row 165.
      #expect(try file.mutationList(0..<Self.mutationCount) == (0..<Self.mutationCount).map(mutation))
      try file.close()
      try world.barrier()
    }
  }

  @Test func impossibleShapesAreRefused() throws {
    try SharedFolder.run { (world, folder) throws in
      let path = folder.path("results.h5")
      func refusal() throws -> String {
        do {
          let file = try ResultsFile(path: path)
          _ = try file.mutationList(0..<Self.mutationCount)
          try file.close()
        } catch {
          return "\(error)"
        }
        return "accepted"
      }
      let all = WeightMatrix.allCases
      let small = [
        MatrixShapes(layerCount: 2, shapes: all.map { ($0, 165, 9) }),
        MatrixShapes(layerCount: 3, shapes: all.map { ($0, 164, 9) }),
        MatrixShapes(layerCount: 3, shapes: all.map { ($0, 165, 2) }),
        MatrixShapes(layerCount: 3, shapes: [(.q, 165, 9)]),
      ]
      for shapes in small {
        try write(path, world: world, description: description(Self.recordings[1], shapes: shapes))
        #expect(try refusal().contains("as /matrix has it; the file is damaged"))
        try world.barrier()
      }
      let impossible = [
        MatrixShapes(layerCount: 0, shapes: all.map { ($0, 165, 9) }),
        MatrixShapes(layerCount: 3, shapes: all.map { ($0, 165, 0) }),
      ]
      for shapes in impossible {
        try write(path, world: world, description: description(Self.recordings[1], shapes: shapes))
        #expect(try refusal().contains("/matrix does not hold the rows and columns"))
        try world.barrier()
      }
    }
  }

  /// What a damaged vocabulary, or a token outside of it, gives: one sentence.
  @Test func damagedVocabulariesAreRefused() throws {
    try SharedFolder.run { (world, folder) throws in
      let path = folder.path("results.h5")
      func refusal(_ body: (borrowing ResultsFile) throws -> Void) throws -> String {
        let file = try ResultsFile(path: path)
        do { try body(file) } catch { return "\(error)" }
        return "accepted"
      }
      func bytes(_ offsets: [Int64]) -> Data { offsets.withUnsafeBytes { Data($0) } }
      let sound = TokenTexts([Array("seven71".utf8), [], Array("eleven11111".utf8)])
      for offsets: [Int64] in [[0, 7, 6, 18], [1, 7, 7, 18], [0, 7, 7, 19], [0, -1, 7, 18], [0, 7, 7, 17]] {
        try write(path, world: world, description: description(Self.recordings[1], vocabulary: sound))
        if world.rank == 0 {
          var data = try Data(contentsOf: URL(fileURLWithPath: path))
          data.replaceSubrange(try #require(data.firstRange(of: bytes([0, 7, 7, 18]))), with: bytes(offsets))
          try data.write(to: URL(fileURLWithPath: path))
        }
        try world.barrier()
        #expect(try refusal { _ = try $0.texts() }.contains("vocabulary/offset does not ascend"), "\(offsets)")
        try world.barrier()
      }
      let small = TokenTexts([[1], [2]])
      try write(path, world: world, description: description(Self.recordings[0], vocabulary: small))
      #expect(try refusal { _ = try $0.description() }.contains("baseline/tokens holds the token 2"))
      #expect(
        try refusal { _ = try $0.recordedValues(\.tokens, 0..<3) }.contains("phenotype/tokens holds the token 35"))
    }
  }

  @Test func otherFilesAreRefusedInWords() throws {
    try SharedFolder.run { (world, folder) throws in
      func refusal(_ path: String) -> String {
        do {
          let file = try ResultsFile(path: path)
          try file.close()
          return "accepted"
        } catch {
          return "\(error)"
        }
      }
      let path = folder.path("results.h5")
      try write(path, world: world, description: description(Self.recordings[0]))
      #expect(refusal(path) == "accepted")
      guard world.rank == 0 else { return }
      #expect(refusal(folder.path("absent.h5")).contains("absent.h5"))
      let bytes = try Data(contentsOf: URL(fileURLWithPath: path))
      let other = folder.path("other.h5")
      for (name, format, version) in [("other", "else", 1), ("later", "locus-screen", 99)] {
        let file = try File.create(folder.path(name + ".h5"), communicator: nil)
        try file.setAttribute("format", format)
        try file.setAttribute("format_version", Int64(version))
        try file.close()
      }
      #expect(refusal(other).contains("no result of a screen"))
      #expect(refusal(folder.path("later.h5")).contains("format version is 99 and this program reads 1 to 3"))
      // Cut short anywhere, a file is refused or readable, never a crash.
      for share in 1...20 {
        let cut = folder.path("cut.h5")
        try bytes.prefix(bytes.count * share / 21).write(to: URL(fileURLWithPath: cut))
        #expect(refusal(cut) != "accepted", "\(share) of 21")
      }
    }
  }
}
