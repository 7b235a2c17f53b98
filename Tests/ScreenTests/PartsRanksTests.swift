import Archive
import Foundation
import Inputs
import MessagePassing
import Perturbations
import Screen
import Testing
import TestSupport
import Transformer

/// The parts of a screen, gathered on any number of ranks, are the file of the whole.
@Suite(.serialized) struct PartsRanksTests {
  /// Made-up results, of rows so wide that a chunk has one unit's.
  private struct Screening {
    var planSHA256 = "plan"
    var spoken: [Int32] = [5, 2]
    var recording = RecordedColumns(text: true, divergence: true, direction: .full, choices: true)
    static let mutationCount = 700
    static let unitCount = 11
    /// Where the parts begin and end, by mutation and by unit.
    static let mutationCuts = [0, 130, 131, 500, 700]
    static let unitCuts = [0, 3, 4, 9, 11]
    static let inputs = 8
    static let steps = 512

    func description(mutations: Range<Int>, units: Range<Int>, part: Provenance.Part?, ranks: Int) -> ScreenDescription
    {
      ScreenDescription(
        inputs: (0..<Self.inputs).map {
          .init(
            id: "input \($0)", task: "täsk", prompt: "", tokens: Array(repeating: 7, count: $0 + 1), answer: "B",
            choices: ["x", "y"], answerChoice: 1)
        },
        baseline: (0..<Self.inputs).map {
          .init(tokens: spoken, text: "🦙 \($0)", margins: [1, 0.5], choice: UInt8($0 % 2))
        },
        mutationCount: mutations.count, unitCount: units.count, stepCount: Self.steps,
        componentCount: recording.componentCount(hiddenSize: 5), recording: recording,
        choiceProtocol: recording.choices
          ? ChoiceProtocol(promptTemplate: "Q", letterTokens: "5 6", shotCount: 2) : nil,
        shapes: MatrixShapes(layerCount: 10, shapes: WeightMatrix.ofBlocks.map { ($0, 715, 3) }),
        drive: InputSums(layerCount: 1, blockCount: 1, sumMean: [1, 2, 3, 4], sumRMS: [5, 6, 7, 8]),
        vocabulary: TokenTexts((0..<1013).map { Array("t\($0)".utf8) }),
        provenance: Provenance(
          locusVersion: "1.2.3", created: "2020-01-01T00:00:00Z", configuration: Array("model: x\n".utf8),
          commandLine: "locus", modelName: "model", modelSHA256: "aa", planSHA256: planSHA256,
          rowOrder: "half_split", ranks: ranks, threads: 1, blas: "blas", mpi: "mpi", instructionSet: "portable",
          seed: 7, temperature: 0.25, part: part))
    }

    func mutation(_ index: Int) -> Mutation {
      Mutation(
        region: Region(
          layer: index / 70, matrix: WeightMatrix.ofBlocks[index % 7], rows: index..<index + 16, columns: 0..<3),
        kind: Kind.allCases[index % 3])
    }

    func table(_ rows: Range<Int>, _ description: ScreenDescription) -> Phenotypes {
      var table = description.emptyTable(rows: rows.count)
      func fill<Element>(_ values: inout [Element], _ value: (Int) -> Element) {
        let width = values.count / max(rows.count, 1)
        for place in values.indices { values[place] = value(rows.lowerBound * width + place) }
      }
      fill(&table.value) { Float($0) }
      fill(&table.firstChange) { Int16($0 % 7 - 1) }
      fill(&table.margin) { Float($0) / 8 }
      fill(&table.divergence) { Float($0) }
      fill(&table.logPerplexityChange) { Float($0) / 4 }
      fill(&table.tokens) { Int32($0 % 1013) }
      fill(&table.choice) { $0 % 3 == 0 ? LetterChoice.none : UInt8($0 % 5) }
      fill(&table.direction) { -Float($0) }
      fill(&table.response) { Float($0) / 2 }
      return table
    }

    /// Writes these mutations and units of the plan, by all ranks. Collective.
    func write(
      _ path: String, mutations: Range<Int> = 0..<mutationCount, units: Range<Int> = 0..<unitCount,
      part: Provenance.Part? = nil, world: Communicator
    ) throws {
      let description = description(mutations: mutations, units: units, part: part, ranks: world.size)
      let writer = try ResultsWriter(path: path, communicator: world, description: description)
      #expect(writer.chunkRows == 64)
      for start in stride(from: 0, to: mutations.count, by: 64 * world.size) {
        let first = min(start + 64 * world.rank, mutations.count)
        let rows = mutations.lowerBound + first..<mutations.lowerBound + min(first + 64, mutations.count)
        try writer.write(table(rows, description), mutations: rows.map(mutation), at: first)
      }
      try writer.finish(unitSeconds: units.map { Double($0) / 4 }, unitRanks: units.map { Int32($0 % 3) })
      try world.barrier()
    }

    /// Writes the part of this number, from 1 up, and returns its path. Collective.
    func writePart(_ index: Int, _ name: String, in folder: SharedFolder, world: Communicator) throws -> String {
      let mutations = Self.mutationCuts[index - 1]..<Self.mutationCuts[index]
      let place = Provenance.Part(
        index: index, of: 4, firstMutation: mutations.lowerBound, planMutationCount: Self.mutationCount)
      let path = folder.path(name)
      try write(
        path, mutations: mutations, units: Self.unitCuts[index - 1]..<Self.unitCuts[index], part: place, world: world)
      return path
    }

    func writeParts(in folder: SharedFolder, world: Communicator) throws -> [String] {
      try (1...4).map { try writePart($0, "part-\($0).h5", in: folder, world: world) }
    }
  }

  @Test(arguments: [
    RecordedColumns(text: true, divergence: true, direction: .full, choices: true),
    RecordedColumns(text: true, divergence: false, direction: .none),
  ])
  func partsGiveTheFileOfTheWhole(_ recording: RecordedColumns) throws {
    try SharedFolder.run { (world, folder) throws in
      let screening = Screening(recording: recording)
      let whole = folder.path("whole.h5")
      try screening.write(whole, world: world)
      let paths = try screening.writeParts(in: folder, world: world)
      // In any order; one round for all rows, and rounds of a chunk a rank.
      for (name, bytes) in [("gathered.h5", PartsGathering.usualRoundBytes), ("slowly.h5", 1)] {
        let gathered = folder.path(name)
        let gathering = try PartsGathering.open(paths: [2, 0, 3, 1].map { paths[$0] }, communicator: world)
        #expect(gathering.partCount == 4 && gathering.mutationCount == 700 && gathering.inputCount == 8)
        let claimed = try #require(try gathering.claim(gathered, replacing: false, communicator: world))
        try gathering.write(
          to: claimed, created: "2020-01-01T00:00:00Z", commandLine: "locus", communicator: world, roundBytes: bytes)
        try world.barrier()
        try compare(gathered, whole)
        #expect(try gathering.claim(gathered, replacing: false, communicator: world) == nil)
        // Everything, attributes and scales included.
        if world.rank == 0, let difference = Program.named("h5diff") {
          let outcome = try difference.run([gathered, whole])
          #expect(outcome.status == 0, "\(outcome.output)\(outcome.errors)")
        }
      }
      if world.rank == 0 {
        let names = try FileManager.default.contentsOfDirectory(atPath: folder.url.path)
        #expect(names.count == 7 && !names.contains { $0.hasSuffix(".partial") }, "\(names)")
      }
    }
  }

  private func compare(_ path: String, _ wholePath: String) throws {
    let one = try ResultsFile(path: path)
    let all = try ResultsFile(path: wholePath)
    let rows = 0..<Screening.mutationCount
    #expect(one.summary.mutationCount == rows.count && one.summary.provenance == all.summary.provenance)
    #expect(try one.phenotypes(rows) == all.phenotypes(rows))
    #expect(try one.mutationList(rows) == all.mutationList(rows))
    #expect(try one.unitSeconds() == all.unitSeconds() && one.unitRanks() == all.unitRanks())
    let (left, right) = (try one.description(), try all.description())
    #expect(left.inputs.map(\.tokens) == right.inputs.map(\.tokens) && left.inputs.last?.tokens.count == 8)
    #expect(left.baseline.map(\.tokens) == right.baseline.map(\.tokens) && left.baseline.first?.tokens == [5, 2])
    #expect(left.baseline.map(\.margins) == right.baseline.map(\.margins) && left.baseline.first?.margins == [1, 0.5])
    #expect(left.baseline.map(\.text) == right.baseline.map(\.text))
    try one.close()
    try all.close()
  }

  // MARK: Refusals

  @Test func whatIsNotOneScreenIsRefused() throws {
    try SharedFolder.run { (world, folder) throws in
      let screening = Screening()
      let paths = try screening.writeParts(in: folder, world: world)
      let whole = folder.path("whole.h5")
      try screening.write(whole, world: world)
      let other = try Screening(planSHA256: "other").writePart(2, "other.h5", in: folder, world: world)
      let spoken = try Screening(spoken: [5, 3]).writePart(2, "spoken.h5", in: folder, world: world)
      func odd(_ name: String, _ part: Provenance.Part) throws -> String {
        try screening.write(folder.path(name), mutations: 130..<131, units: 3..<4, part: part, world: world)
        return folder.path(name)
      }
      let division = try odd("division.h5", .init(index: 2, of: 5, firstMutation: 130, planMutationCount: 700))
      let early = try odd("early.h5", .init(index: 2, of: 4, firstMutation: 129, planMutationCount: 700))
      let late = try odd("late.h5", .init(index: 2, of: 4, firstMutation: 131, planMutationCount: 700))
      let short = try odd("short.h5", .init(index: 4, of: 4, firstMutation: 500, planMutationCount: 700))
      let cases: [(paths: [String], words: [String])] = [
        ([], ["nothing"]), ([whole], ["whole.h5", "whole screen"]),
        ([paths[0], whole, paths[1]], ["whole.h5", "whole screen"]),
        (paths.dropLast(), ["3 of 4 parts", "4/4 missing"]), ([paths[2]], ["1/4, 2/4, 4/4 missing"]),
        (paths + [paths[1]], ["part-2.h5", "both are part 2/4"]),
        ([paths[0], other, paths[2], paths[3]], ["other.h5", "part-1.h5", "different plans"]),
        ([paths[0], division, paths[2], paths[3]], ["division.h5", "2/5", "1/4", "one division"]),
        ([paths[0], spoken, paths[2], paths[3]], ["spoken.h5", "part-1.h5", "without a mutation"]),
        ([paths[0], early, paths[2], paths[3]], ["early.h5", "129", "overlaps", "part-1.h5", "130"]),
        ([paths[0], late, paths[2], paths[3]], ["late.h5", "131", "leaves out", "part-1.h5", "130"]),
        ([paths[0], paths[1], paths[2], short], ["short.h5", "501", "700"]),
        ([folder.path("absent.h5")], ["absent.h5"]),
      ]
      for (paths, words) in cases {
        let sentence = refusal { _ = try PartsGathering.open(paths: paths, communicator: world) }
        // One rank says it.
        guard world.rank == 0 else { continue }
        for word in words { #expect(sentence.contains(word), "\(word) in: \(sentence)") }
      }
    }
  }

  @Test func whatIsThereIsRespected() throws {
    try SharedFolder.run { (world, folder) throws in
      let screening = Screening()
      let paths = try screening.writeParts(in: folder, world: world)
      let other = folder.path("other.h5")
      try Screening(planSHA256: "other").write(other, world: world)
      let gathering = try PartsGathering.open(paths: paths, communicator: world)
      for (path, words) in [
        (other, "another plan"), (paths[1], "part 2/4 of this plan"), (folder.url.path, "folder"),
        (folder.path("absent/out.h5"), "folder exists and can be written"),
      ] {
        let sentence = refusal { _ = try gathering.claim(path, replacing: false, communicator: world) }
        if world.rank == 0 { #expect(sentence.contains(words), "\(words) in: \(sentence)") }
      }
      // A part may even be replaced by the whole it is of.
      let claimed = try #require(try gathering.claim(paths[1], replacing: true, communicator: world))
      try gathering.write(to: claimed, created: "now", commandLine: "locus gather", communicator: world)
      try world.barrier()
      let file = try ResultsFile(path: paths[1])
      let provenance = file.summary.provenance
      #expect(provenance.part == nil && provenance.created == "now" && provenance.commandLine == "locus gather")
      #expect(provenance.ranks == world.size && file.summary.unitCount == Screening.unitCount)
      try file.close()
    }
  }

  private func refusal(_ body: () throws -> Void) -> String {
    do {
      try body()
      return "accepted"
    } catch {
      return "\(error)"
    }
  }
}
