import Configuration
import Inputs
import Tokenizers
import Transformer

/// A named text of a study's configuration, and how it is cut into rows.
public struct TextSource: Equatable, Sendable {
  /// The name that studies use.
  public let name: String
  /// A text file, a folder of them, or a file of JSON Lines.
  public let path: String
  /// Tokens at the beginning that are left out, so that a text can be divided.
  public let skip: Int
  /// Tokens that are read at most; nil: all.
  public let limit: Int?
  /// Tokens of a row, the begin token included; nil: the configuration's.
  public let window: Int?
  /// Whether only the first row of each document is taken.
  public let takesFirst: Bool
  /// The line of the configuration, for refusals.
  let line: Int

  private static let use = "a path, or {path: FILE, skip: TOKENS, limit: TOKENS, window: TOKENS, first: true}"

  /// Reads `name: PATH` or `name: {path: PATH, …}`.
  init(name: String, _ value: ConfigurationValue) throws {
    self.name = name
    line = value.line
    guard value.isGroup else {
      path = try value.path()
      (skip, limit, window, takesFirst) = (0, nil, nil, false)
      return
    }
    let group = try value.group(keys: ["path", "skip", "limit", "window", "first"])
    path = try group.required("path", example: "FILE").path()
    skip = try group["skip"]?.integer(in: 0...Int.max, "a number of tokens", use: "a whole number from 0 up") ?? 0
    limit = try group["limit"]?.integer(in: 1...Int.max, "a number of tokens", use: "a whole number of at least 1")
    window = try group["window"].map(TextSource.window)
    takesFirst = try group["first"]?.flag() ?? false
  }

  /// A number of tokens of a row.
  static func window(_ value: ConfigurationValue) throws -> Int {
    try value.integer(in: 2...1 << 20, "a number of tokens", use: "a whole number from 2 up")
  }

  /// The rows of the text, each with the begin token, if the model has one, in front.
  ///
  /// Tokens that fill no row are counted, and left out. Throws where there is not one row.
  func rows(_ file: String, window usual: Int, tokenizer: any Tokenizer, shape: HostShape) throws -> TextSet {
    let window = self.window ?? usual
    func refusal(_ problem: String) -> TextFileError { .input(file, line: line, "texts.\(name): \(problem)") }
    guard window <= shape.studyContext else {
      throw refusal(
        "rows of \(window) tokens do not fit the model's context of \(shape.studyContext); set window lower")
    }
    let begin = shape.beginToken.map { [$0] } ?? []
    let size = window - begin.count
    let documents = try TextDocuments.named(
      path: path, tokenizer: tokenizer, vocabularyCount: shape.vocabularyCount, beginToken: shape.beginToken)
    var (rows, ids, dropped, ahead, left) = ([[Int32]](), [String](), 0, skip, limit ?? Int.max)
    for document in documents where left > 0 {
      let tokens = Array(document.tokens.dropFirst(ahead).prefix(left))
      ahead -= min(ahead, document.tokens.count)
      left -= tokens.count
      let count = takesFirst ? min(1, tokens.count / size) : tokens.count / size
      rows += (0..<count).map { begin + tokens[$0 * size..<($0 + 1) * size] }
      ids += Array(repeating: document.id, count: count)
      dropped += tokens.count - count * size
    }
    guard !rows.isEmpty else {
      let most = documents.map(\.tokens.count).max() ?? 0
      throw refusal(
        "\(path) has no text as long as a row of \(window) tokens (the longest has \(most + begin.count)); "
          + "name longer texts or set window lower")
    }
    return TextSet(
      name: name, rows: rows, droppedTokens: dropped, ids: ids.allSatisfy(\.isEmpty) ? [] : ids)
  }
}
