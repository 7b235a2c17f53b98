import Archive
import Foundation
import HDF5
import MessagePassing
import Perturbations
import Testing
import TestSupport
import Transformer

/// What is written of a screen is read back.
@Suite(.serialized) struct ResultsFileTests {
  @Test(arguments: SampleScreen.recordings) func whatIsWrittenIsRead(_ recording: RecordedColumns) throws {
    try SharedFolder.run { (world, folder) throws in
      let path = folder.path("results.h5")
      // A configuration longer than the 64 KiB that fit beside an object.
      let description = SampleScreen.description(
        recording, configuration: String(repeating: "# comment\n", count: 9000))
      try SampleScreen.write(path, world: world, description: description)
      let file = try ResultsFile(path: path)
      #expect(file.summary.provenance == description.provenance)
      #expect(file.summary.ids == description.inputs.map(\.id) && file.summary.tasks.first == "täsk")
      #expect(
        file.summary.stepCount == SampleScreen.stepCount
          && file.summary.componentCount == (recording.direction == .full ? 5 : 0))
      #expect(try file.drive() == (recording.text ? SampleScreen.drive : nil))
      #expect(try file.baselineTexts() == ["🦙 0", "🦙 1", "🦙 \u{FFFD}"])
      let all = 0..<SampleScreen.mutationCount
      let expected = SampleScreen.table(all, recording)
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
          $0.element == (SampleScreen.mutation($0.offset).region.matrix, SampleScreen.mutation($0.offset).kind)
        })
      try file.close()
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
      try SampleScreen.write(path, world: world, description: SampleScreen.description(SampleScreen.recordings[0]))
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
