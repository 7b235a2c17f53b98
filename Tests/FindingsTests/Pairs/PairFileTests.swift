import Archive
import Basics
import Findings
import Foundation
import MessagePassing
import Perturbations
import Testing
import TestSupport
import Transformer

/// Planted interactions are found through a results file, and noise is none.
@Suite(.serialized) struct PairFileTests {
  private static let inputCount = 6

  private var singles: MutationList {
    var list = MutationList()
    for layer in 0..<4 {
      for row in 0..<4 {
        list.append(
          Mutation(
            region: Region(
              layer: layer, matrix: .down, rows: row * 16..<(row + 1) * 16, columns: 16..<32), kind: .maximum))
      }
    }
    return list
  }

  /// A screen in which pairs have the sum of their divergences, saturated and with noise, times a factor that may be
  /// planted by the places of both mutations.
  private func write(
    _ path: String, _ world: Communicator, seed: UInt64, planted: [PairList.Pair: Double], part: Provenance.Part? = nil
  ) throws {
    let (inputs, list) = (PairFileTests.inputCount, PairList(allOf: singles))
    var recording = RecordedColumns(text: false, divergence: true, direction: .none)
    recording.pairs = true
    let description = ScreenDescription(
      inputs: (0..<inputs).map { .init(id: "i\($0)", task: "story", prompt: "Once", tokens: [1, 2]) },
      baseline: Array(repeating: .init(tokens: [1, 2], text: "upon", margins: [1, 2]), count: inputs),
      mutationCount: list.count, unitCount: 1, stepCount: 2, componentCount: 0, recording: recording,
      provenance: Provenance(
        locusVersion: "1.2.3", created: "2024-05-06T07:08:09Z", configuration: Array("model: m".utf8),
        commandLine: "locus", modelName: "m", modelSHA256: "ab", planSHA256: "cd", rowOrder: "half_split", ranks: 1,
        threads: 1, blas: "", mpi: "", instructionSet: "portable", part: part))
    var table = Phenotypes(
      mutationCount: list.count, inputCount: inputs, stepCount: 2, componentCount: 0, recording: recording)
    var random = RandomStream(seed: seed, counter: SIMD4(0, 0, 0, 0))
    for single in 0..<list.singles.count {
      let size = exp(2 * random.normal() - 2)
      for input in 0..<inputs { table.divergence[single * inputs + input] = Float(size * exp(0.5 * random.normal())) }
    }
    for (number, pair) in list.pairs.enumerated() {
      let row = list.singles.count + number
      (table.pairFirst[row], table.pairSecond[row]) = (Int32(pair.first), Int32(pair.second))
      for input in 0..<inputs {
        let sum = table.divergence[pair.first * inputs + input] + table.divergence[pair.second * inputs + input]
        table.divergence[row * inputs + input] =
          sum / (1 + sum / 3) * Float(exp(0.2 * random.normal()) * (planted[pair] ?? 1))
        table.firstChange[row * inputs + input] = input == 0 ? 1 : -1
      }
    }
    let mutations =
      (0..<list.singles.count).map { list.singles[$0] } + list.pairs.map { list.singles[$0.first] }
    let writer = try ResultsWriter(path: path, communicator: world, description: description)
    let isWriter = world.rank == 0
    let none = Phenotypes(mutationCount: 0, inputCount: inputs, stepCount: 2, componentCount: 0, recording: recording)
    try writer.write(isWriter ? table : none, mutations: isWriter ? mutations : [], at: 0)
    try writer.finish(unitSeconds: [1], unitRanks: [0])
    if isWriter { try ResultsPairs.write(to: path) }
    try world.barrier()
  }

  private func pairs(seed: UInt64, planted: [PairList.Pair: Double]) throws -> (Pairs, Analysis) {
    var found: Analysis?
    try SharedFolder.run { (world, folder) throws in
      try write(folder.path("pairs.h5"), world, seed: seed, planted: planted)
      let results = try ResultsFile(path: folder.path("pairs.h5"))
      found = try Analysis(of: results)
      try results.close()
    }
    let analysis = try #require(found)
    return (try #require(analysis[Pairs.self]), analysis)
  }

  @Test func plantedInteractionsAreFound() throws {
    let (worse, better) = (PairList.Pair(2, 9), PairList.Pair(5, 6))
    for seed in 0..<8 {
      let (found, analysis) = try pairs(seed: UInt64(seed), planted: [worse: 5, better: 0.2])
      let findings = found.entries.filter(\.isFinding)
      #expect(Set(findings.map(\.places)).isSuperset(of: [worse, better]), "seed \(seed)")
      #expect(found.worseCount + found.betterCount == findings.count && findings.count <= 3)
      #expect(findings.first { $0.places == worse }.map { $0.factor > 2 } == true)
      #expect(findings.first { $0.places == better }.map { $0.factor < 0.5 } == true)
      let words = analysis.sentences.joined(separator: " ")
      #expect(words.contains("synthetic lethal") && words.contains("layer 2 down 16…31 × 16…31 maximum"), "\(words)")
      #expect(!words.contains("sensitive"), "places of pairs are no sample")
    }
  }

  @Test func noiseIsNone() throws {
    var withFindings = 0
    for seed in 100..<120 {
      let (found, analysis) = try pairs(seed: UInt64(seed), planted: [:])
      withFindings += found.entries.contains(where: \.isFinding) ? 1 : 0
      if found.worseCount + found.betterCount == 0 {
        #expect(analysis.sentences[0].hasPrefix("None of 120 pairs is worse or better"), "\(analysis.sentences[0])")
      }
    }
    // One in twenty at most; 4 of 20 has a probability of 1.6 %.
    #expect(withFindings < 4)
  }

  @Test func theGroupHasWhatThePageReads() throws {
    try SharedFolder.run { (world, folder) throws in
      let path = folder.path("pairs.h5")
      try write(path, world, seed: 1, planted: [.init(2, 9): 5, .init(5, 6): 0.2])
      let results = try ResultsFile(path: path)
      let stored = try #require(try results.pairs())
      #expect(stored.count == 120 && stored.singleCount == 16 && stored.row(of: 3) == 19)
      let context = try ScreenContext(results, palette: .paper)
      let group = try #require(try Analysis(of: results).groups.first)
      try results.close()
      let exhibit = try #require(try Pairs.exhibit(GroupReader(group: group, path: path), context))
      let drawing = try #require(exhibit.figures.first).drawing.inPage.text
      #expect(drawing.contains("times the divergence that is expected") && drawing.contains("layer 2"))
      #expect(exhibit.tables[0].rows.count >= 2)
    }
  }
}
