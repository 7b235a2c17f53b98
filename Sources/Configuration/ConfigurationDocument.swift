import Basics
import Yams

/// The text of a configuration as a tree of YAML nodes.
enum ConfigurationDocument {
  /// The root of the one document in `bytes`, the content of the file `path`.
  static func root(bytes: [UInt8], path: String) throws -> Node {
    // The parser would count a byte order mark as a column of the first line, which then begins deeper than the others.
    let byteOrderMark: [UInt8] = [0xEF, 0xBB, 0xBF]
    let content = bytes.starts(with: byteOrderMark) ? bytes[byteOrderMark.count...] : bytes[...]
    guard var text = String(validating: content, as: UTF8.self) else {
      let lines = bytes.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false)
      let line = lines.firstIndex { String(validating: $0, as: UTF8.self) == nil } ?? 0
      throw TextFileError.input(path, line: line + 1, "the text is not UTF-8; save the file as UTF-8")
    }
    let suspects = suspectLines(in: text)
    if suspects.count > suspectLimit { throw anchorRefusal(path, line: suspects[0]) }
    // The parser keeps a pointer into the text, which only longer strings hold in a place of their own.
    if text.utf8.count < 64 { text += String(repeating: " ", count: 64) }
    let parser: Yams.Parser
    let root: Node?
    do {
      parser = try Yams.Parser(yaml: text, resolver: .default, constructor: .default, encoding: .utf8)
      root = try parser.singleRoot()
    } catch let error as YamlError {
      if case .composer(_, let problem, let mark, _) = error, problem.contains("alias") {
        throw anchorRefusal(path, line: mark.line)
      }
      throw translated(error, text: text, path: path)
    }
    guard let root else {
      throw TextFileError.input(
        path, line: 1, "the configuration is empty; write at least model, inputs and mutations.region")
    }
    // Nodes know their anchors for as long as the parser lives.
    if let line = withExtendedLifetime(parser, { anchorLine(in: root) }) { throw anchorRefusal(path, line: line) }
    return root
  }

  // MARK: Anchors

  /// More than so many places that look like anchors or aliases are refused unparsed. A few lines of nested aliases
  /// stand for billions of nodes, and the parser visits all of them where they are keys; this many stand for some
  /// hundred thousand at most.
  private static let suspectLimit = 32

  private static func anchorRefusal(_ path: String, line: Int) -> TextFileError {
    .input(path, line: line, "anchors and aliases (&name, *name) are not allowed here; write each value out")
  }

  /// The line of the first anchor. Every alias comes after its anchor, so that the search never walks through one.
  private static func anchorLine(in node: Node) -> Int? {
    if node.anchor != nil { return node.line }
    switch node {
    case .mapping(let mapping):
      for (key, value) in mapping {
        if let line = anchorLine(in: key) ?? anchorLine(in: value) { return line }
      }
    case .sequence(let sequence):
      for element in sequence {
        if let line = anchorLine(in: element) { return line }
      }
    case .scalar, .alias: break
    }
    return nil
  }

  /// The lines of all places that could be an anchor or an alias, at least those that are.
  ///
  /// What looks like a comment may be text in quotes that began on an earlier line: it counts as one up to a quote.
  private static func suspectLines(in text: String) -> [Int] {
    let breaks: Set<Unicode.Scalar> = ["\n", "\r", "\u{85}", "\u{2028}", "\u{2029}"]
    let openings: Set<Unicode.Scalar> = breaks.union([" ", "\t", "[", "{", ",", ":", "?", "-"])
    var lines: [Int] = []
    var line = 1
    var isComment = false
    var mayBeAnchor = false
    var previous: Unicode.Scalar = "\n"
    for scalar in text.unicodeScalars {
      if mayBeAnchor && (scalar.isLetterOrDigit || scalar == "_" || scalar == "-") { lines.append(line) }
      mayBeAnchor = false
      switch scalar {
      case _ where breaks.contains(scalar):
        isComment = false
        if scalar != "\n" || previous != "\r" { line += 1 }
      case "#": if previous == " " || previous == "\t" || breaks.contains(previous) { isComment = true }
      case "\"", "'": isComment = false
      case "&", "*": mayBeAnchor = !isComment && openings.contains(previous)
      default: break
      }
      previous = scalar
    }
    return lines
  }

  // MARK: Errors of the parser

  private static func translated(_ error: YamlError, text: String, path: String) -> TextFileError {
    // "\r\n" is one character, so splitting is done on scalars.
    var lines = text.unicodeScalars.split(separator: "\n", omittingEmptySubsequences: false)
    // What is missing at the end of the file is missing in its last line.
    while let last = lines.last, lines.count > 1, last.allSatisfy(\.properties.isWhitespace) { lines.removeLast() }
    func refusal(_ line: Int, _ problem: String) -> TextFileError {
      .input(path, line: min(max(line, 1), lines.count), problem)
    }
    switch error {
    case .scanner(let context, let problem, let mark, _), .parser(let context, let problem, let mark, _):
      let line = min(max(mark.line, 1), lines.count)
      let indentation = lines[line - 1].prefix { $0 == " " || $0 == "\t" }
      let advice =
        indentation.contains("\t") ? "indent with spaces, not with tabs" : "correct the line or the one before"
      let construct = context.map { " \($0.text)\($0.mark.line < line ? " that begins in line \($0.mark.line)" : "")" }
      return refusal(line, "this is not YAML: \(problem)\(construct ?? ""); \(advice)")
    case .composer(_, _, let mark, _):
      return refusal(mark.line, "a second document begins; keep one configuration in a file")
    case .duplicatedKeysInMapping(let keys, let context):
      let key = keys.first ?? ""
      return refusal(context.mark.line, "the key \(key.quoted) occurs more than once, here first; keep one")
    case .reader(let problem, let offset, _, _):
      let line = 1 + text.prefix(offset ?? 0).count { $0.isNewline }
      return refusal(line, "this is not YAML: \(problem); remove the character")
    default:
      return .input(path, "this is not YAML that can be read; simplify it")
    }
  }
}

extension Unicode.Scalar {
  /// Whether this is an ASCII letter or digit.
  fileprivate var isLetterOrDigit: Bool {
    switch self {
    case "0"..."9", "A"..."Z", "a"..."z": true
    default: false
    }
  }
}
