import Clouds
import Foundation
import Inputs
import Testing
import TestSupport
import Tokenizers

@Suite(.serialized) struct TextCorpusTests {
  @Test func filesComeByName() throws {
    try Bench.run { bench in
      for name in ["b.txt", "a.TXT", "é.txt", "B.txt", ".hidden.txt", "note.md"] { try bench.write(name, "Lily") }
      let files = try TextCorpus.files(at: bench.folder).map { URL(fileURLWithPath: $0).lastPathComponent }
      #expect(files == ["B.txt", "a.TXT", "b.txt", "é.txt"])
      #expect(try TextCorpus.files(at: bench.path("note.md")) == [bench.path("note.md")])
      let tokenizer = try TokenizerFile.load(Demo.modelPath)
      let corpus = try TextCorpus(
        files: [bench.path("b.txt"), bench.path("note.md")], tokenizer: tokenizer, vocabularyCount: 512)
      // The token that begins a text is put before windows, not into the text.
      #expect(corpus.beginToken == 1 && corpus.texts.map(\.name) == ["b.txt", "note.md"])
      #expect(
        try [1] + corpus.texts[0].tokens == tokenizer.encode("Lily")
          && corpus.texts[0].tokens.count == corpus.tokenCount / 2)
    }
  }

  @Test func badTextsAreRefused() throws {
    try Bench.run { bench in
      #expect(refusal { try TextCorpus.files(at: bench.path("absent")) }.contains("no such file"))
      try bench.write("note.md", "x")
      #expect(refusal { try TextCorpus.files(at: bench.folder) }.contains("no file whose name ends in .txt"))
      let tokenizer = try TokenizerFile.load(Demo.modelPath)
      try Data([0x41, 0xC3, 0x28]).write(to: URL(fileURLWithPath: bench.path("latin.txt")))
      let latin = refusal {
        try TextCorpus(files: [bench.path("latin.txt")], tokenizer: tokenizer, vocabularyCount: 512)
      }
      #expect(latin.contains("not UTF-8") && latin.contains("latin.txt"))
      let foreign = refusal { try TextCorpus(files: [bench.path("note.md")], tokenizer: tokenizer, vocabularyCount: 4) }
      #expect(foreign.contains("the model's vocabulary has 4"))
    }
  }
}
