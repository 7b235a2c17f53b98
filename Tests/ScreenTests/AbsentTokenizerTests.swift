import Foundation
import Inputs
import Screen
import Testing
import Tokenizers

/// Inputs without a tokenizer that can be read: tokens need none, texts do.
struct AbsentTokenizerTests {
  private func inputs(_ line: String) throws -> [ScreenInput] {
    let folder = FileManager.default.temporaryDirectory.appendingPathComponent("absent-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: folder) }
    let reason = #expect(throws: TokenizerError.self) {
      try TokenizerFile.load(ofModel: folder.path, remedy: "add one")
    }
    let path = folder.appendingPathComponent("inputs.jsonl").path
    try Data(line.utf8).write(to: URL(fileURLWithPath: path))
    return try InputsFile.load(
      path: path, tokenizer: AbsentTokenizer(try #require(reason)), perTask: nil, model: ConfigurationTests.demoShape(),
      stepCount: 8)
  }

  @Test func tokensNeedNone() throws {
    let input = try #require(try inputs(#"{"id": "a", "task": "t", "tokens": [1, 7, 9]}"#).first)
    #expect(input.tokens == [1, 7, 9] && input.prompt.isEmpty)
  }

  @Test func textsNeedOne() throws {
    let error = #expect(throws: TokenizerError.self) {
      _ = try inputs(#"{"id": "a", "task": "t", "prompt": "x"}"#)
    }
    #expect(error?.description.hasSuffix(" has no tokenizer in it: add one") == true)
  }
}
