import Inputs
import StrictJSON

/// Relations between words, in one of the ways in which they are published.
public enum RelationsFile {
  /// Reads questions as those of word2vec, lines of four words in sections that begin with `: name`; a JSON object with
  /// `name` and `samples` of `subject` and `object`; or a JSON list of objects with `input` and `output`, which the
  /// file gives the name.
  public static func read(_ path: String) throws -> [WordRelation] {
    switch try TextOfFile.firstCharacter(path) {
    case UInt8(ascii: "{"): return [try samples(try TextOfFile.readJSON(path), path)]
    case UInt8(ascii: "["):
      return [
        WordRelation(
          name: path.fileStem, pairs: try pairs(try TextOfFile.readJSON(path), "input", "output", "the list", path))
      ]
    default: return try questions(path)
    }
  }

  // MARK: JSON

  private static func samples(_ value: JSONValue, _ path: String) throws -> WordRelation {
    guard let name = value["name"]?.string, let samples = value["samples"] else {
      throw CloudsError(
        "cannot read the relation of \(path): it is a JSON object without name and samples; write {\"name\": …, "
          + "\"samples\": [{\"subject\": …, \"object\": …}]}")
    }
    return WordRelation(name: name, pairs: try pairs(samples, "subject", "object", "samples", path))
  }

  private static func pairs(
    _ value: JSONValue, _ from: String, _ to: String, _ place: String, _ path: String
  ) throws -> [WordRelation.Pair] {
    let pairs = value.elements { element -> WordRelation.Pair? in
      guard let from = element[from]?.string, let to = element[to]?.string else { return nil }
      return WordRelation.Pair(from: from, to: to)
    }
    guard let pairs, !pairs.isEmpty else {
      throw CloudsError(
        "cannot read the relation of \(path): \(place) is not a list of objects, at least one, each with the texts "
          + "\(from) and \(to); write them so")
    }
    return pairs
  }

  // MARK: Questions

  private static func questions(_ path: String) throws -> [WordRelation] {
    var sections: [(name: String, pairs: [WordRelation.Pair])] = []
    for (index, line) in try TextOfFile.lines(path).enumerated() {
      let words = line.split(whereSeparator: \.isWhitespace).map(String.init)
      guard let first = words.first else { continue }
      if first.hasPrefix(":") {
        sections.append((words.joined(separator: " ").dropFirst().drop { $0 == " " }.description, []))
        continue
      }
      guard words.count == 4, !sections.isEmpty else {
        throw CloudsError(
          "cannot read the relations of \(path): line \(index + 1) has \(words.count) words"
            + (sections.isEmpty ? " and no section before it" : "")
            + "; write four words a line, the first two related as the last two, in sections that begin with ': name'")
      }
      sections[sections.count - 1].pairs += [
        WordRelation.Pair(from: words[0], to: words[1]), WordRelation.Pair(from: words[2], to: words[3]),
      ]
    }
    guard sections.contains(where: { !$0.pairs.isEmpty }) else {
      throw CloudsError(
        "cannot read the relations of \(path): it has no pairs; write four words a line in sections that begin with ': "
          + "name'"
      )
    }
    return sections.filter { !$0.pairs.isEmpty }.map { WordRelation(name: $0.name, pairs: $0.pairs) }
  }
}
