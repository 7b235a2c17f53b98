import Clouds
import Foundation
import Inputs
import MessagePassing
import Runs
import Studies
import Testing
import TestSupport
import Transformer

/// Runs of the study that stop and go on.
extension FeatureRanksTests {
  /// A count of the pieces that a start evaluates.
  final class Count {
    var value = 0
  }

  /// Runs a study, or goes on with it; nil where it stopped early, and then the journal stays. A piece that is spoiled
  /// gives bytes that no window can give. Collective.
  func firings(
    _ study: FeatureStudy, output: String, world: Communicator, limit: Int? = nil, counting count: Count = Count(),
    spoiling spoiled: Int? = nil
  ) throws -> FeatureFirings? {
    let place = try RunOutput.open(
      path: output, communicator: world,
      conditions: {
        PlanConditions(
          planSHA256: String(repeating: "1", count: 64), modelSHA256: String(repeating: "2", count: 64), items: [])
      })
    var settings = RunSettings(locusVersion: "test", commandLine: "test", threads: 1)
    if let limit {
      let limit = QuestionLimit(limit)
      settings.stopping = StoppingRule { _ in limit.isReached() ? "enough" : nil }
    }
    let run = try Run(output: place, settings: settings, communicator: world)
    try run.noteStart(piecesBefore: try run.journal.pieceCount(world))
    var shown = 0
    let stages = StudyStages(run, plannedOperations: study.costs.reduce(0, +)) {
      shown += 1
      #expect($0.stage.phase == "counting firings" && $0.stage.pieceCount == study.costs.count)
    }
    var found: FeatureFirings?
    do {
      found = study.found(
        of: try stages.evaluate(study.phase, costs: study.costs, isWhole: study.isWhole) { piece, pause in
          count.value += 1
          return piece == spoiled ? [1, 2, 3, 4] : try study.evaluate(piece, pause: pause)
        })
    } catch let stop as StudyStages.Stop {
      #expect(stop.reason == "enough")
    }
    #expect((shown > 0) == (world.rank == 0))
    if world.rank == 0 { if found == nil { place.setAside() } else { place.removeJournal() } }
    try world.barrier()
    return found
  }

  @Test func whatIsFinishedIsNotCountedAgain() throws {
    try SharedFolder.run { (world, folder) throws in
      let model = try Demo().model
      let path = folder.path("sae.safetensors")
      if world.rank == 0 { try TensorWriter.write(path, tensors(width: model.shape.hiddenSize, scale: 0.02)) }
      try world.barrier()
      let autoencoder = try SparseAutoencoder.read(path, width: model.shape.hiddenSize, hook: "res_post")
      var settings = settings(.residualAfter, layer: 1)
      settings.contextTokens = 9
      let corpus = try corpus(nil)
      let study = try FeatureStudy(
        corpus: corpus, pass: ForwardPass(model: model, positionCount: 50), autoencoder: autoencoder,
        settings: settings)
      let output = folder.path("out.h5")
      var (counts, starts, found): ([Int64], Int, FeatureFirings?) = ([], 0, nil)
      while found == nil, starts < 20 {
        // The first piece of the first start is not whole, and is evaluated again by the second.
        let own = Count()
        found = try firings(
          study, output: output, world: world, limit: starts < 3 ? 3 : nil, counting: own,
          spoiling: starts == 0 ? 0 : nil)
        counts.append(Int64(own.value))
        starts += 1
      }
      let count = study.costs.count
      let evaluated = try world.allReduce(counts, .sum)
      // Two of the starts stop early at least, and no other window is evaluated twice.
      #expect(starts > 2 && evaluated.reduce(0, +) == Int64(count) + 1 && count == 24, "\(evaluated) of \(count)")
      let shared = try #require(found)
      let alone = try study.firings(on: StudyStages())
      #expect(shared.record == alone.record && shared.documents == alone.documents)
      #expect(!FileManager.default.fileExists(atPath: output + ".journal"))
    }
  }
}
