import Archive
import Clouds
import Foundation
import MessagePassing
import Studies
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

  /// Runs a configuration, or goes on with it; why it stopped if it did. Collective.
  private func run(_ more: String, _ bench: StudyBench, output: String, pieces: Int = .max) throws -> String? {
    try bench.write(output + ".yaml", Self.configuration(more))
    return try bench.run(output + ".yaml", output: output, pieces: pieces)
  }

  // MARK: Trainings

  /// Buffers are smaller than an epoch, so that rows are shuffled too.
  @Test(arguments: ["", ", buffer: 150", ", shuffle: false"]) func interruptionsChangeNoBit(_ more: String) throws {
    try SharedFolder.run { (world, folder) throws in
      let bench = StudyBench(folder, world)
      var starts = 0
      while try run(more, bench, output: "a.h5", pieces: starts < 5 ? 23 : .max) != nil {
        #expect(!bench.has("autoencoder-topk-4.safetensors"))
        starts += 1
      }
      #expect(starts > 2)
      try world.barrier()
      #expect(try run(more + ", file: other", bench, output: "b.h5") == nil)
      try world.barrier()
      let (one, other) = (try bench.group("autoencoder", "a.h5"), try bench.group("autoencoder", "b.h5"))
      #expect(one.variables == other.variables && one.dimensions == other.dimensions)
      for name in ["topk-4", "relu-1", "jumprelu-1"] {
        #expect(
          try bench.bytes("autoencoder-\(name).safetensors") == bench.bytes("other-\(name).safetensors"), "\(name)")
      }
    }
  }

  @Test func whatIsWrittenIsReadAsItWasMeant() throws {
    try SharedFolder.run { (world, folder) throws in
      let bench = StudyBench(folder, world)
      #expect(try run(", gradients: first.safetensors", bench, output: "a.h5") == nil)
      try world.barrier()
      let study = try bench.reader("autoencoder", "a.h5")
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
      let bench = StudyBench(folder, world)
      let error = #expect(throws: (any Error).self) { try run(more, bench, output: "a.h5") }
      let sentence = error.map { "\($0)" } ?? ""
      #expect(world.rank != 0 || sentence.contains(words), "\(sentence)")
    }
  }

  @Test func otherTensorsAreNotReplaced() throws {
    try SharedFolder.run { (world, folder) throws in
      let bench = StudyBench(folder, world)
      let path = folder.path("autoencoder-topk-4.safetensors")
      if world.rank == 0 { try TensorWriter.write(path, [.init("a", [1], [1])]) }
      try world.barrier()
      #expect(throws: (any Error).self) { try run("", bench, output: "a.h5") }
      try world.barrier()
      #expect(!bench.has("a.h5"))
    }
  }
}
