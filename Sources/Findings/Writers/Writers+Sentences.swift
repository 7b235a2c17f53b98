import Drawing
import Statistics

extension Writers {
  /// How many mutations write, and the blocks that they share.
  public func sentences(of screen: ScreenMaterial) -> [String] {
    let examples = Writers.examples(tests.flatMap { $0.within + $0.across })
    guard screen.counts.inputCount >= Writers.inputLimit else {
      return ["Whether mutations turn plain text into verse or dialogue cannot be said of a single input."]
    }
    let words = zip(Genre.allCases, counts).map { "into \($0.rawValue) by \(Numeral.items($1, "mutation"))" }
    return [
      "On at least \(Writers.inputLimit) inputs, plain text is turned \(words.joined(separator: " and ")).",
      "\(Numeral.items(examples.count, "row or column block holds", "row and column blocks hold")) more of these "
        + "mutations than expected by chance (permutation test)\(Sentence.examples(examples)).",
    ]
  }

  /// The entries that are findings in words, the surest first.
  static func examples(_ entries: [WriterTests.Entry]) -> [String] {
    let found = entries.filter { $0.adjusted <= FalseDiscoveryRate.level }.sorted { $0.adjusted < $1.adjusted }
    return found.map { entry in
      let place = entry.matrix.map { Sentence.place($0.layer, $0.matrix) } ?? "across matrices"
      return
        "\(place) \(entry.axis)s \(entry.block.start)–\(entry.block.start + entry.block.size - 1) "
        + "(\(entry.observed) where \(Numeral.number(entry.expected)) \(entry.expected == 1 ? "is" : "are") expected)"
    }
  }
}
