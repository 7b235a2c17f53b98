/// Advice about words that were misspelt.
public enum Spelling {
  /// Returns the word that `written` was most probably meant to be: the nearest of `words`, the first of several,
  /// unless it takes more than a third of its letters, or one letter of a short word, to make it of what was written.
  public static func nearest(to written: String, among words: [String]) -> String? {
    let near = words.map { (word: $0, distance: distance(from: written, to: $0)) }.min { $0.distance < $1.distance }
    guard let near, near.distance <= max(1, near.word.count / 3) else { return nil }
    return near.word
  }

  /// Returns how many insertions, deletions, replacements and swaps of neighbours make `known` of what was written, in
  /// any case (optimal string alignment: Damerau 1964, with no letter edited twice).
  ///
  /// Of what was written only 40 characters count, so a stranger's word costs at most 40 times the length of the known
  /// one.
  static func distance(from written: String, to known: String) -> Int {
    let source = Array(written.lowercased().prefix(40))
    let target = Array(known)
    var older: [Int] = []
    var previous = Array(0...target.count)
    for row in source.indices {
      var current = [row + 1]
      for column in target.indices {
        let isSame = source[row] == target[column]
        var best = min(previous[column] + (isSame ? 0 : 1), previous[column + 1] + 1, current[column] + 1)
        let isSwap =
          row > 0 && column > 0 && source[row] == target[column - 1] && source[row - 1] == target[column]
        if isSwap { best = min(best, older[column - 1] + 1) }
        current.append(best)
      }
      older = previous
      previous = current
    }
    return previous[target.count]
  }
}
