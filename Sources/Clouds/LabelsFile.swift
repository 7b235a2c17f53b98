import Inputs

/// The names of points: a text with one a line, or a JSON list of texts.
public enum LabelsFile {
  /// Exactly `count` names.
  public static func read(_ path: String, count: Int) throws -> [String] {
    let names: [String]
    if try TextOfFile.firstCharacter(path) == UInt8(ascii: "["),
      let listed = try? TextOfFile.readJSON(path).elements(\.string)
    {
      names = listed
    } else {
      names = unquoted(try TextOfFile.lines(path))
    }
    guard names.count == count else {
      throw CloudsError(
        "cannot use the labels of \(path): it has \(names.count) and there are \(count) points; write one a line")
    }
    return names
  }

  /// The names without the quotes of a table, where every line is in quotes.
  private static func unquoted(_ lines: [String]) -> [String] {
    let isQuoted = lines.allSatisfy { $0.utf8.count >= 2 && $0.hasPrefix("\"") && $0.hasSuffix("\"") }
    guard isQuoted else { return lines }
    return lines.map { String($0.dropFirst().dropLast()).replacing("\"\"", with: "\"") }
  }
}
