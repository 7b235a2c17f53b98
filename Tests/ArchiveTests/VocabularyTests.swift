import Archive
import Foundation
import MessagePassing
import Perturbations
import Testing
import TestSupport
import Transformer

/// The texts of tokens, and how a results file holds them.
@Suite(.serialized) struct VocabularyTests {
  @Test func textsOfTokens() {
    let vocabulary = SampleScreen.vocabulary
    #expect(vocabulary.count == 3 && vocabulary.bytes(of: 2) == [0xA9] && vocabulary.bytes(of: 3).isEmpty)
    #expect(vocabulary.text(of: [1, 2, 0, -1, -1]) == "é")
    #expect(vocabulary.text(of: [2, 1, 3]) == "\u{FFFD}\u{FFFD}⟨3⟩")
    #expect(TokenTexts([[UInt8]]()).text(of: [0]) == "⟨0⟩")
  }

  @Test func theVocabularyIsReadBack() throws {
    let recording = RecordedColumns(text: false, divergence: false, direction: .none)
    try SharedFolder.run { (world, folder) throws in
      for vocabulary in [nil, SampleScreen.vocabulary, TokenTexts([[UInt8]]())] {
        let path = folder.path("results.h5")
        try SampleScreen.write(
          path, world: world, description: SampleScreen.description(recording, vocabulary: vocabulary))
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
        try SampleScreen.write(
          path, world: world, description: SampleScreen.description(SampleScreen.recordings[1], vocabulary: sound))
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
      try SampleScreen.write(
        path, world: world, description: SampleScreen.description(SampleScreen.recordings[0], vocabulary: small))
      #expect(try refusal { _ = try $0.description() }.contains("baseline/tokens holds the token 2"))
      #expect(
        try refusal { _ = try $0.recordedValues(\.tokens, 0..<3) }.contains("phenotype/tokens holds the token 35"))
    }
  }
}
