import Perturbations

/// Whether a screen is a level behind the first of a refinement: what it lacks is what was not chosen at the coarser
/// size.
enum Refinement {
  /// Reads the key `refine` of a screen's configuration; `maps` are those of its results.
  ///
  /// The first level has regions of the first size, and of the others some region is smaller though its matrix does not
  /// end there.
  static func isLaterLevel(configuration: [UInt8], regions: [Region], extent: ModelExtent) -> Bool {
    guard let first = firstSize(String(decoding: configuration, as: UTF8.self)) else { return false }
    return regions.contains { region in
      let shape = extent.shape(of: region.matrix)
      return region.rows.count < min(first.rows, shape.rows) && region.rows.upperBound < shape.rows
        || region.columns.count < min(first.columns, shape.columns) && region.columns.upperBound < shape.columns
    }
  }

  /// The first size of the list under the key, `Int.max` for `all`; nil where there is none.
  private static func firstSize(_ configuration: String) -> (rows: Int, columns: Int)? {
    let text = configuration.split(separator: "\n").map { $0.prefix { $0 != "#" } }.joined(separator: "\n")
    guard let key = text.range(of: "refine:"),
      key.lowerBound == text.startIndex || isBreak(text[text.index(before: key.lowerBound)])
    else { return nil }
    var words = text[key.upperBound...].drop { isBreak($0) || $0 == "[" || $0 == "-" }
    let depth = text[key.upperBound..<words.startIndex].count { $0 == "[" || $0 == "-" }
    func next() -> Int? {
      words = words.drop { !$0.isLetter && !$0.isNumber }
      let word = words.prefix { $0.isLetter || $0.isNumber }
      words = words[word.endIndex...]
      return word == "all" ? Int.max : Int(word)
    }
    guard let rows = next() else { return nil }
    // A size is one number, or a list of two.
    guard depth > 1 else { return (rows, rows) }
    return next().map { (rows, $0) }
  }

  private static func isBreak(_ character: Character) -> Bool {
    character.isWhitespace || character == "{" || character == ","
  }
}
