import Foundation
import Testing
import Tokenizers

/// Agreement with Hugging Face tokenizers on documents that between them have every supported part;
/// Fixtures/make_parts.py made them.
struct PartsTests {
  private struct Part: Decodable {
    struct Row: Decodable {
      let text: String
      let ids: [Int32]
      let decoded: String
    }

    let name: String
    let rows: [Row]
  }

  /// The tokenizers as bytes: Foundation's reader of JSON would join names that are canonically equivalent.
  private func documents() throws -> [ArraySlice<UInt8>] {
    let file = Array(try Data(contentsOf: Places.fixtures.appendingPathComponent("parts.json")))
    return file.split(separator: UInt8(ascii: "\n")).map { line in
      let start = Array(#""tokenizer":"#.utf8)
      let end = Array(#","rows":"#.utf8)
      let from = line.indices.first { line[$0...].starts(with: start) } ?? line.startIndex
      let to = line.indices.last { line[$0...].starts(with: end) } ?? line.endIndex
      return line[(from + start.count)..<to]
    }
  }

  @Test func agree() throws {
    let folder = try TemporaryFolder()
    let parts = try Places.json(Places.fixtures.appendingPathComponent("parts.json"), as: [Part].self)
    let documents = try documents()
    #expect(parts.count == 17 && documents.count == 17)
    for (part, document) in zip(parts, documents) {
      let tokenizer = try TokenizerFile.load(try folder.write(Array(document), as: "tokenizer.json"))
      #expect(part.rows.count == 42)
      for row in part.rows {
        #expect(try tokenizer.encode(row.text) == row.ids, "\(part.name): \(row.text.debugDescription)")
        #expect(tokenizer.decode(row.ids).isSame(as: row.decoded), "\(part.name): \(row.ids)")
      }
    }
  }
}
