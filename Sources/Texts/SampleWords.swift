/// The words of the texts of a sample.
struct SampleWords {
  private(set) var lexicon = Lexicon()
  /// The numbers of each text's words in order.
  let numbers: [[Int32]]
  let counts: [WordCounts]

  init(_ texts: [String]) {
    var lexicon = Lexicon()
    numbers = texts.map { lexicon.learn(Words($0)) }
    self.lexicon = lexicon
    counts = numbers.map { WordCounts($0) }
  }
}
