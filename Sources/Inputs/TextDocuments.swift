import Basics
import Configuration
import Foundation
import StrictJSON
import Tokenizers

/// The documents of a text file, of a folder of such files, or of a file of JSON Lines with `text` or `tokens`, as
/// tokens.
public enum TextDocuments {
  /// Reads the documents at a path, each without the token that begins a text: a text file is one, and so is each line
  /// of JSON.
  ///
  /// All tokens are of the vocabulary. Throws a `TextFileError` that names the file and the line.
  public static func read(
    path: String, tokenizer: any Tokenizer, vocabularyCount: Int, beginToken: Int32?
  ) throws -> [[Int32]] {
    try named(path: path, tokenizer: tokenizer, vocabularyCount: vocabularyCount, beginToken: beginToken).map(\.tokens)
  }

  /// Reads the same documents, each with its `id`, which is empty where it has none.
  public static func named(
    path: String, tokenizer: any Tokenizer, vocabularyCount: Int, beginToken: Int32?
  ) throws -> [(id: String, tokens: [Int32])] {
    let ending = path.lowercased()
    guard ending.hasSuffix(".jsonl") || ending.hasSuffix(".ndjson") else {
      return try TextCorpus(
        files: TextCorpus.files(at: path), tokenizer: tokenizer, vocabularyCount: vocabularyCount
      ).texts.map { ("", $0.tokens) }
    }
    return try lines(path).map { number, line in
      let tokens = try self.tokens(of: line, path: path, number: number, tokenizer)
      if let foreign = tokens.first(where: { $0 < 0 || $0 >= vocabularyCount }) {
        throw TextFileError.input(
          path, line: number,
          "token \(foreign) is not in the model's vocabulary of \(vocabularyCount); use the tokenizer that belongs to "
            + "the model")
      }
      let isBegun = beginToken != nil && tokens.first.map(Int32.init(truncatingIfNeeded:)) == beginToken
      return (id(of: line), (isBegun ? tokens.dropFirst() : tokens[...]).map { Int32($0) })
    }
  }

  /// The JSON objects of a file, a line each, with the numbers of their lines; blank lines are left out.
  ///
  /// Throws a `TextFileError` that names the line where one is no object, or where there is none.
  public static func lines(_ path: String) throws -> [(number: Int, line: JSONValue)] {
    var found: [(Int, JSONValue)] = []
    for (index, text) in try TextOfFile.lines(path).enumerated() where text.contains(where: { !$0.isWhitespace }) {
      let bytes = Array(text.utf8)
      let value: JSONValue
      do {
        value = try bytes.withUnsafeBytes { try JSONReader.read($0, valueLimit: bytes.count) }
      } catch {
        throw TextFileError.input(path, line: index + 1, "this is no JSON: \(error); write one JSON object a line")
      }
      guard value.members != nil else {
        throw TextFileError.input(path, line: index + 1, "this is no JSON object; write {\"text\": \"…\"}")
      }
      found.append((index + 1, value))
    }
    guard !found.isEmpty else {
      throw TextFileError.input(path, "the file is empty; write one JSON object with text or tokens a line")
    }
    return found
  }

  /// The tokens of a member that is a text or a list of tokens; nil where the line has none such.
  public static func tokens(
    _ key: String, of line: JSONValue, path: String, number: Int, _ tokenizer: any Tokenizer
  ) throws -> [Int]? {
    guard let member = line[key] else { return nil }
    if let text = member.string { return try tokenizer.encode(text).map { Int($0) } }
    guard let tokens = member.elements(\.integer) else {
      throw TextFileError.input(path, line: number, "\(key): this is neither a text nor a list of tokens; write one")
    }
    return tokens
  }

  private static func id(of line: JSONValue) -> String {
    line["id"]?.string ?? line["id"]?.integer.map(String.init) ?? ""
  }

  private static func tokens(
    of line: JSONValue, path: String, number: Int, _ tokenizer: any Tokenizer
  ) throws -> [Int] {
    for key in ["tokens", "text"] {
      if let tokens = try tokens(key, of: line, path: path, number: number, tokenizer) { return tokens }
    }
    throw TextFileError.input(path, line: number, "text is missing; add \"text\" or \"tokens\"")
  }
}
