import Archive
import Configuration
import Foundation
import Studies
import Testing
import TestSupport
import Tokenizers
import Transformer

/// A localizer on the demo model, with a few rows, a table and passages that a test writes.
struct LocalizerBench {
  static let header = "stimulus,group,left,right"
  static let table = """
    \(header)
    a,0,1,2
    b,0,2,1
    c,1,0,4.5
    d,1,1,-1e1
    e,2,3,2
    f,2,2,0

    """
  static let passages = """
    {"text": "Mia found a kite. She was happy.", "times": [3, 2, 1, 4, 2, 1, 3]}
    {"tokens": [1, 49, 80, 71, 273, 67], "words": [[1, 2], [2, 4], [4, 6]], "times": [1, 2, 3]}

    """

  private let folder: String

  /// Writes a table and passages into a folder.
  init(_ folder: String, table: String = Self.table, passages: String = Self.passages) throws {
    self.folder = folder
    try Data(table.utf8).write(to: URL(fileURLWithPath: folder + "/table.csv"))
    try Data(passages.utf8).write(to: URL(fileURLWithPath: folder + "/passages.jsonl"))
  }

  /// Rows of eight tokens.
  static func set(_ name: String, count: Int, first: Int, ids: [String] = []) -> TextSet {
    let rows: [[Int32]] = (0..<count).map { row in [1] + (0..<7).map { Int32(first + 29 * row + 17 * $0) % 500 } }
    return TextSet(name: name, rows: rows, ids: ids)
  }

  static let texts = StudyTexts([
    set("one", count: 4, first: 40), set("two", count: 5, first: 90), set("short", count: 1, first: 7),
    set("trials", count: 6, first: 20, ids: ["f", "a", "b", "c", "d", "e"]), set("plain", count: 6, first: 20),
    set("twice", count: 7, first: 20, ids: ["a", "b", "c", "d", "e", "f", "f"]),
    ending("left", in: 273), ending("right", in: 80),
  ])

  /// Eight rows with one last token, which tells them from those with another at every unit.
  private static func ending(_ name: String, in last: Int32) -> TextSet {
    TextSet(name: name, rows: set(name, count: 8, first: 40).rows.map { $0.tokens.dropLast() + [last] })
  }

  /// The study of a section.
  func study(_ section: String) throws -> Localizer {
    let names = Self.texts.sets.map { "\($0.name): x" }.joined(separator: ", ")
    let text = "model: \(Demo.modelPath)\ntexts: {\(names)}\nstudies:\n  localizer: {\(section)}\n"
    let configuration = try StudyConfiguration(bytes: Array(text.utf8), path: folder + "/localizer.yaml")
    return try #require(configuration.studies.first as? Localizer)
  }

  /// What a section finds.
  func findings(_ section: String) throws -> StudyFindings {
    let (model, tokenizer) = (try Demo().model, try TokenizerFile.load(Demo.modelPath))
    let study = try study(section)
    _ = try study.cost(StudyOutline(shape: model.shape, texts: Self.texts, tokenizer: tokenizer))
    let pass = ForwardPass(model: model, positionCount: 64)
    return try study.findings(on: StudyGround(pass, texts: Self.texts, tokenizer: tokenizer))
  }

  /// The sentence with which a section is refused, without the folder.
  func refusal(_ section: String) -> String {
    do {
      let model = try Demo().model
      _ = try study(section).cost(
        StudyOutline(shape: model.shape, texts: Self.texts, tokenizer: try TokenizerFile.load(Demo.modelPath)))
      return "accepted"
    } catch {
      return "\(error)".replacing(folder + "/", with: "")
    }
  }
}
