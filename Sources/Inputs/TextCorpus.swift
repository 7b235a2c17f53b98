import Configuration
import Foundation
import MessagePassing
import Tokenizers

/// The tokens of some texts, a file each.
public struct TextCorpus: Sendable {
  /// One text: a file's name and its tokens.
  public struct Text: Equatable, Sendable {
    /// The file's name, without its folder.
    public let name: String
    /// The text's tokens, without the one that begins a text.
    public let tokens: [Int32]

    /// Takes a name and tokens.
    public init(name: String, tokens: [Int32]) {
      self.name = name
      self.tokens = tokens
    }
  }

  /// The texts in the order in which they were given; a folder's by name.
  public let texts: [Text]
  /// What is put before every run of tokens; nil: nothing.
  public let beginToken: Int32?

  /// Takes texts whose tokens are of one vocabulary.
  public init(texts: [Text], beginToken: Int32?) {
    self.texts = texts
    self.beginToken = beginToken
  }

  /// The number of tokens of all texts, those that begin a text left out.
  public var tokenCount: Int { texts.reduce(0) { $0 + $1.tokens.count } }

  // MARK: Files

  /// The files of a folder whose names end in `.txt`, by name, or the one file that `path` is.
  public static func files(at path: String) throws -> [String] {
    var isFolder: ObjCBool = false
    guard FileManager.default.fileExists(atPath: path, isDirectory: &isFolder) else {
      throw TextFileError("cannot read the texts at \(path): there is no such file or folder; check the path")
    }
    guard isFolder.boolValue else { return [path] }
    guard let names = try? FileManager.default.contentsOfDirectory(atPath: path) else {
      throw TextFileError("cannot list the folder \(path): it cannot be read; check its permissions")
    }
    // By bytes, so that the order is the same everywhere.
    let files = names.filter { $0.lowercased().hasSuffix(".txt") && !$0.hasPrefix(".") }
      .sorted { Array($0.utf8).lexicographicallyPrecedes(Array($1.utf8)) }
    guard !files.isEmpty else {
      throw TextFileError(
        "cannot read the texts at \(path): the folder holds no file whose name ends in .txt; name a folder that does")
    }
    return files.map { path + "/" + $0 }
  }

  /// Reads and tokenises files; ranks share them, and all learn all. Collective.
  public init(
    files: [String], tokenizer: any Tokenizer, vocabularyCount: Int, communicator: Communicator? = nil
  ) throws {
    let pieces = Sharing(communicator)
    let tokens = try pieces.map(files.count) { index in
      try TextCorpus.tokens(of: files[index], tokenizer, vocabularyCount)
    }
    self.init(
      texts: zip(files, tokens).map { path, tokens in
        Text(name: URL(fileURLWithPath: path).lastPathComponent, tokens: tokens)
      }, beginToken: tokenizer.beginToken)
  }

  private static func tokens(of path: String, _ tokenizer: any Tokenizer, _ vocabularyCount: Int) throws -> [Int32] {
    let tokens = try tokenizer.encode(TextOfFile.read(path))
    if let foreign = tokens.first(where: { $0 < 0 || $0 >= vocabularyCount }) {
      throw TextFileError(
        "cannot use the text \(path): the tokenizer gives token \(foreign), and the model's vocabulary has "
          + "\(vocabularyCount); use the tokenizer that belongs to the model")
    }
    let begins = tokens.first != nil && tokens.first == tokenizer.beginToken
    return begins ? Array(tokens.dropFirst()) : tokens
  }
}
