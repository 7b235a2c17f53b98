import Archive
import Clouds
import Foundation
import MessagePassing
import Runs
import Studies
import Synchronization
import Testing
import TestSupport
import Transformer

/// Whole trainings on the demo model: what they write, and what is refused.
@Suite(.serialized) struct AutoencoderStudyRanksTests {
  private static let section = """
    training: [story, code], evaluation: [held], layer: 1, features: 64, steps: 30, batch: 60, learning_rate: 0.003,
        autoencoders: [{topk: 4}, {relu: 1, dead_after: 200}, {jumprelu: 1}], dead_after: 400, revive_every: 10
    """

  private static func configuration(_ more: String) -> String {
    """
    model: \(Demo.modelPath)
    texts:
      story: {path: \(Places.demo)/text/story.txt, limit: 300}
      code: {path: \(Places.demo)/text/code.txt, limit: 300}
      held: {path: \(Places.demo)/text/facts.txt, limit: 200}
    window: 32
    studies:
      autoencoder: {\(more.contains("features") ? section.replacing("features: 64, ", with: "") : section)\(more)}
    """
  }

  /// Asked between steps and pieces on every rank: reached after so many questions.
  private final class Limit: Sendable {
    private let left: Mutex<Int>
    init(_ count: Int) { left = Mutex(count) }
    func isReached() -> Bool {
      left.withLock {
        $0 -= 1
        return $0 < 0
      }
    }
  }

  /// Runs a configuration, or goes on with it; why it stopped if it did. Collective.
  private func run(
    _ more: String, _ folder: SharedFolder, output: String, world: Communicator, pieces: Int = .max
  ) throws -> String? {
    let path = folder.path(output + ".yaml")
    if world.rank == 0 { try Data(Self.configuration(more).utf8).write(to: URL(fileURLWithPath: path)) }
    try world.barrier()
    let prepared = try PreparedStudies.load(configurationPath: path, communicator: world)
    let place = try RunOutput.open(
      path: folder.path(output), communicator: world, conditions: { try prepared.conditions() },
      findsResult: { try StudyOutput.findsResult(at: $0, replacing: false) })
    var settings = RunSettings(locusVersion: "test", commandLine: "test", threads: 1)
    let left = Limit(pieces)
    settings.stopping = StoppingRule { _ in left.isReached() ? "enough" : nil }
    do {
      let run = try StudiesRun(prepared, output: place, settings: settings, memory: 1 << 20, world)
      return try run.findings { _ in }.stopReason
    } catch {
      if world.rank == 0 { place.removeJournal() }
      throw error
    }
  }

  private func reader(_ output: String, _ folder: SharedFolder) throws -> GroupReader {
    GroupReader(
      group: try #require(try StudyFile(path: folder.path(output)).study("autoencoder")), path: folder.path(output))
  }

  private func bytes(_ name: String, _ folder: SharedFolder) throws -> Data {
    try Data(contentsOf: URL(fileURLWithPath: folder.path(name)))
  }

  // MARK: Trainings

  /// Buffers are smaller than an epoch, so that rows are shuffled too.
  @Test(arguments: ["", ", buffer: 150", ", shuffle: false"]) func interruptionsChangeNoBit(_ more: String) throws {
    try SharedFolder.run { (world, folder) throws in
      var starts = 0
      while try run(more, folder, output: "a.h5", world: world, pieces: starts < 5 ? 23 : .max) != nil {
        #expect(!FileManager.default.fileExists(atPath: folder.path("autoencoder-topk-4.safetensors")))
        starts += 1
      }
      #expect(starts > 2)
      try world.barrier()
      #expect(try run(more + ", file: other", folder, output: "b.h5", world: world) == nil)
      try world.barrier()
      let (one, other) = (try reader("a.h5", folder), try reader("b.h5", folder))
      #expect(one.group.variables == other.group.variables && one.group.dimensions == other.group.dimensions)
      for name in ["topk-4", "relu-1", "jumprelu-1"] {
        #expect(
          try bytes("autoencoder-\(name).safetensors", folder) == bytes("other-\(name).safetensors", folder), "\(name)")
      }
    }
  }

  @Test func whatIsWrittenIsReadAsItWasMeant() throws {
    try SharedFolder.run { (world, folder) throws in
      #expect(try run(", gradients: first.safetensors", folder, output: "a.h5", world: world) == nil)
      try world.barrier()
      let study = try reader("a.h5", folder)
      #expect(try study.labels("autoencoder") == ["topk 4", "relu 1", "jumprelu 1"])
      let active = try study.numbers("active", "autoencoder")
      #expect(active[0] > 3 && active[0] <= 4 && active.allSatisfy { $0 > 0 })
      let losses = try study.numbers("loss_of_batch", "autoencoder", "step")
      let before = try study.numbers("untrained_fvu", "autoencoder")
      let after = try study.numbers("fvu", "autoencoder")
      #expect(losses.count == 90 && losses.allSatisfy(\.isFinite) && after[0] < before[0])
      let components = try study.numbers("component_fvu", "component")
      #expect(components.count == 129 && zip(components, components.dropFirst()).allSatisfy { $0 >= $1 })
      #expect(abs(components[128]) < 1e-9 && components[0] >= 1)
      let page = try AutoencoderStudy.exhibit(study)
      #expect(page.figures.count == 2 && page.tables[0].rows.count == 3 && study.findings.count == 3)
      for (name, kind) in [("topk-4", "top-4"), ("relu-1", "ReLU"), ("jumprelu-1", "JumpReLU")] {
        let read = try SparseAutoencoder.read(
          folder.path("autoencoder-\(name).safetensors"), width: 128, hook: "res_post")
        #expect(read.activation.name == kind && read.featureCount == 64 && read.shift != nil && read.notices.isEmpty)
      }
    }
  }

  // MARK: Refusals

  @Test(arguments: [
    (", site: res_pre, features: 3", "topk 4 has more than the 3 features"),
    (", bandwidth: -1", "is not a number of at least 0"), (", buffer: 10", "fewer than a batch of 60"),
    (", gradients: first.h5", "a name such as own.safetensors"), (", fall: slow", "none, linear, cosine"),
  ]) func badInputIsOneSentence(_ more: String, _ words: String) throws {
    try SharedFolder.run { (world, folder) throws in
      let error = #expect(throws: (any Error).self) { try run(more, folder, output: "a.h5", world: world) }
      let sentence = error.map { "\($0)" } ?? ""
      #expect(world.rank != 0 || sentence.contains(words), "\(sentence)")
    }
  }

  @Test func otherTensorsAreNotReplaced() throws {
    try SharedFolder.run { (world, folder) throws in
      let path = folder.path("autoencoder-topk-4.safetensors")
      if world.rank == 0 { try TensorWriter.write(path, [.init("a", [1], [1])]) }
      try world.barrier()
      #expect(throws: (any Error).self) { try run("", folder, output: "a.h5", world: world) }
      try world.barrier()
      #expect(!FileManager.default.fileExists(atPath: folder.path("a.h5")))
    }
  }
}
