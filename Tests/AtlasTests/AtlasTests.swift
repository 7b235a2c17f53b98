import Archive
import Foundation
import MessagePassing
import Perturbations
import TestSupport
import Testing
import Transformer

import Atlas

@Suite(.serialized) struct AtlasTests {
  private func run(_ body: (Communicator, String) throws -> Void) throws {
    try World.run { (world) throws in try Places.withTemporaryFolder { try body(world, $0) } }
  }

  /// A planted agreement of two studies is found beyond the size of activations, and one that is of size alone is not.
  @Test func plantedAgreementIsFoundAndSizeIsNot() throws {
    try run { (_, folder) throws in
      let size = AtlasFiles.noise(1).map { exp($0) }
      let common = AtlasFiles.noise(2)
      let paths = ["one", "two", "size"].map { "\(folder)/\($0).h5" }
      try AtlasFiles.write(
        [
          ("pruning_score", zip(common, AtlasFiles.noise(3)).map { $0 + 0.5 * $1 }),
          ("pruning_size", zip(size, AtlasFiles.noise(4)).map { log($0) + 0.3 * $1 }),
        ], plan: "1", to: paths[0])
      try AtlasFiles.write(
        [
          ("modularity_score", zip(common, AtlasFiles.noise(5)).map { $0 + 0.5 * $1 }),
          ("modularity_size", zip(size, AtlasFiles.noise(6)).map { log($0) + 0.3 * $1 }),
        ], plan: "2", to: paths[1])
      try AtlasFiles.write([("rms", size)], plan: "3", to: paths[2])
      let table = try #require(try Atlas(paths).tables.first)
      #expect(table.subject == .neuron && table.rowCount == 180)
      let found = table.agreements(seed: 0).filter(\.isFound).map { pair in
        [pair.measures.0, pair.measures.1].map { table.measures[$0].name }
      }
      #expect(found == [["pruning_score", "modularity_score"]])
      // Without the sizes the other pair agrees too.
      let without = try #require(try Atlas(Array(paths.prefix(2))).tables.first)
      #expect(without.agreements(seed: 0).count(where: \.isFound) == 2)
    }
  }

  /// Of a hundred atlases of noise at most five have a finding.
  @Test func noiseHasNoFindings() throws {
    try run { (_, folder) throws in
      let paths = ["one", "two"].map { "\(folder)/\($0).h5" }
      var findings = 0
      for seed in 0..<100 as Range<UInt64> {
        try AtlasFiles.write(
          [("rms", AtlasFiles.noise(4 * seed).map { exp($0) }), ("pruning_a", AtlasFiles.noise(4 * seed + 1))],
          plan: "1", to: paths[0])
        try AtlasFiles.write(
          [("modularity_a", AtlasFiles.noise(4 * seed + 2)), ("modularity_b", AtlasFiles.noise(4 * seed + 3))],
          plan: "2", to: paths[1])
        let table = try #require(try Atlas(paths).tables.first)
        let common = table.commonStandouts.contains { $0.probability <= 0.01 }
        if table.agreements(seed: seed).contains(where: \.isFound) || common { findings += 1 }
      }
      #expect(findings <= 5)
    }
  }

  /// A unit that three studies put first is named; one that is first in one study alone is not.
  @Test func whatSeveralStudiesPutFirstIsNamed() throws {
    try run { (_, folder) throws in
      let names = ["pruning", "modularity", "localizer"]
      for (number, name) in names.enumerated() {
        var values = AtlasFiles.noise(UInt64(10 + number))
        values[60 + 17] = -30
        values[number] = 20
        try AtlasFiles.write([("\(name)_score", values)], plan: name, to: "\(folder)/\(name).h5")
      }
      let table = try #require(try Atlas(names.map { "\(folder)/\($0).h5" }).tables.first)
      let common = table.commonStandouts.filter { $0.probability <= 0.01 }
      #expect(common.map(\.place) == [17] && common.map(\.layer) == [1])
      #expect(common.first?.sources == ["localizer", "modularity", "pruning"])
      #expect(table.standouts.map { table.place($0.row) } == Array(repeating: "layer 1, neuron 17", count: 3))
    }
  }

  /// Regions are joined by coordinates, and said of the units that they make and read.
  @Test func regionsAreSaidOfTheirUnits() throws {
    try run { (world, folder) throws in
      var screen = SyntheticScreen()
      screen.shapes = [(.q, 32, 32), (.k, 16, 32), (.o, 32, 32), (.up, 64, 32), (.down, 32, 64)]
      screen.layers = 3
      screen.modelShapes = MatrixShapes(layerCount: 3, shapes: screen.shapes)
      let path = folder + "/screen.h5"
      try screen.write(path, world)
      try AtlasFiles.write(
        [("rms", AtlasFiles.noise(1, count: 96).map(abs))], site: .attentionOutput, width: 32, plan: "1", heads: 4,
        to: folder + "/study.h5")
      let atlas = try Atlas([path, folder + "/study.h5"])
      #expect(atlas.tables.map(\.subject) == [.residual, .neuron, .head, .region])
      #expect(atlas.tables.map(\.rowCount) == [96, 192, 12, 3 * (16 + 8 + 16 + 32 + 32)])
      // Neuron 9 of layer 1 is made by the second block of rows of up: all four of its regions.
      let file = try ResultsFile(path: path)
      let rows = 0..<file.summary.mutationCount
      let (mutations, changes) = (try file.mutations(rows), try file.values(\.firstChange, rows))
      var (sum, count) = (0.0, 0.0)
      for row in rows where mutations.kind[row] == .maximum && mutations.matrix[row] == .up && mutations.layer[row] == 1
      {
        guard mutations.row[row] == 8 else { continue }
        sum += Double(changes[row * 3..<row * 3 + 3].count { $0 >= 0 }) / 3
        count += 1
      }
      try file.close()
      let neurons = atlas.tables[1]
      let made = try #require(neurons.measures.first { $0.name == "screen_maximum_severity_made" })
      #expect(count == 4 && made.values[64 + 9] == sum / count)
      #expect(made.bandStarts == [0, 8, 16, 24, 32, 40, 48, 56])
      // A head of 8 rows of q, and of two heads together those of k.
      let heads = try #require(atlas.tables[2].measures.first { $0.name == "screen_maximum_severity_made" })
      #expect(heads.values.count == 12 && heads.values.allSatisfy(\.isFinite))
      #expect(atlas.tables[2].measures.first?.name == "statistics_rms")
    }
  }

  /// Units of which a screen says nothing are no part of the run of units before them.
  @Test func whatWasNotScreenedIsNoPartOfABand() throws {
    try run { (world, folder) throws in
      var screen = SyntheticScreen()
      screen.shapes = [(.up, 32, 32)]
      screen.layers = 3
      screen.modelShapes = MatrixShapes(layerCount: 3, shapes: [(.up, 64, 32)])
      try screen.write(folder + "/screen.h5", world)
      try AtlasFiles.write(
        [("pruning_score", AtlasFiles.noise(1, count: 192))], width: 64, plan: "1", to: folder + "/study.h5")
      let neurons = try #require(
        try Atlas([folder + "/screen.h5", folder + "/study.h5"]).tables.first { $0.subject == .neuron })
      let place = try #require(neurons.measures.firstIndex { $0.name == "screen_maximum_severity_made" })
      #expect(neurons.measures[place].bandStarts == [0, 8, 16, 24, 32])
      #expect(neurons.measures[place].values[32..<64].allSatisfy { $0.isNaN })
      let agreement = try #require(
        neurons.agreements(seed: 0).first { [$0.measures.0, $0.measures.1].contains(place) })
      #expect(agreement.within.count == 12)
    }
  }

  /// The file has every table, and the page shows what was found.
  @Test func aFileHoldsTheAtlas() throws {
    try run { (_, folder) throws in
      let paths = ["one", "two"].map { "\(folder)/\($0).h5" }
      let common = AtlasFiles.noise(2)
      try AtlasFiles.write([("pruning_score", common)], plan: "1", to: paths[0])
      try AtlasFiles.write([("modularity_score", common)], plan: "2", to: paths[1])
      let atlas = try Atlas(paths)
      let target = try AtlasFile.target(folder + "/atlas.h5")
      let provenance = AtlasFile.Provenance(
        locusVersion: "1", created: "2024", commandLine: "locus atlas", modelName: "m", modelSHA256: "ab",
        origins: atlas.origins)
      try AtlasFile.write(atlas.groups(), provenance, to: target)
      let file = try AtlasFile(path: target)
      #expect(file.provenance == provenance && AtlasFile.isAtlas(target))
      #expect(file.contents.map(\.name) == ["neuron", "neuron_agreement", "neuron_standout"])
      let (exhibits, sentences) = try AtlasExhibits.make(of: file)
      #expect(exhibits.map(\.name) == ["atlas-neuron"])
      #expect(
        sentences.first
          == "Neurons: 1 of 1 pair of measures from different sources agrees within layers: pruning_score and "
          + "modularity_score (ρ = 1.00).")
      // Again, over the first.
      try AtlasFile.write(atlas.groups(), provenance, to: try AtlasFile.target(target))
      #expect(throws: ArchiveError.self) { try AtlasFile.target(paths[0]) }
    }
  }

  @Test func whatCannotBeJoinedIsRefused() throws {
    try run { (_, folder) throws in
      let (one, other) = (folder + "/one.h5", folder + "/other.h5")
      try AtlasFiles.write([("pruning_score", AtlasFiles.noise(1))], plan: "1", to: one)
      try AtlasFiles.write([("pruning_score", AtlasFiles.noise(1))], plan: "2", model: "cd", to: other)
      func refusal(_ paths: [String]) -> String? {
        do {
          _ = try Atlas(paths)
          return nil
        } catch { return "\(error)" }
      }
      #expect(
        refusal([one, other])
          == "cannot join \(other): it is of another model (tiny) than \(one) (tiny); name files of one model")
      #expect(refusal([one, one]) == "cannot join \(one): it is the result of the same plan as one.h5; name it once")
      #expect(
        refusal([Places.demo + "/inputs.jsonl"])
          == "cannot open \(Places.demo)/inputs.jsonl: it is no HDF5 file; check the name of the file")
    }
  }

  /// A part of a screen, and files that claim what no model has.
  @Test func partsAndDamagedScreensAreRefused() throws {
    try run { (world, folder) throws in
      func refusal(_ change: (inout SyntheticScreen) -> Void) throws -> String {
        var screen = SyntheticScreen()
        change(&screen)
        try screen.write(folder + "/screen.h5", world)
        do {
          _ = try Atlas([folder + "/screen.h5"])
          return ""
        } catch { return "\(error)" }
      }
      let part = try refusal { $0.part = .init(index: 1, of: 2, firstMutation: 0, planMutationCount: 1000) }
      #expect(part.hasSuffix("it is part 1 of 2 of a screen; join all parts with locus gather first"), "\(part)")
      let shapes = SyntheticScreen().shapes
      let deep = try refusal { $0.modelShapes = MatrixShapes(layerCount: 1 << 40, shapes: shapes) }
      #expect(deep.contains("layers, more than any model has; the file is damaged"), "\(deep)")
      let narrow = try refusal {
        $0.modelShapes = MatrixShapes(layerCount: 2, shapes: shapes.map { ($0.matrix, 16, $0.columns) })
      }
      #expect(narrow.contains("is outside of layer 0 q as /matrix has it; the file is damaged"), "\(narrow)")
      #expect(try refusal { $0.modelShapes = MatrixShapes(layerCount: 2, shapes: shapes) }.isEmpty)
    }
  }

  /// Activations that stand far above the others are named by their index.
  @Test func massiveActivationsAreNamed() throws {
    try run { (_, folder) throws in
      var greatest = [Double](repeating: 2, count: 180)
      greatest[60 + 7] = 5000
      try AtlasFiles.write(
        [
          ("abs", [Double](repeating: 1, count: 180)), ("max", greatest), ("min", greatest.map { _ in -1 }),
          ("rms", [Double](repeating: 1, count: 180)),
        ], site: .residualAfter, plan: "1", to: folder + "/one.h5")
      let massive = try #require(try Atlas([folder + "/one.h5"]).massive)
      #expect(massive.massive.map(\.index) == [7] && massive.massive.map(\.layer) == [1])
      #expect(massive.largest.map(\.magnitude) == [2, 5000, 2])
    }
  }
}
