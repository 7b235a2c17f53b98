/// The words of the texts of a sample.
public struct SampleWords: Sendable {
  /// The words that were met.
  public private(set) var lexicon = Lexicon()
  /// The numbers of the words of each text, in order.
  public let numbers: [[Int32]]
  /// The word counts of each text.
  public let counts: [WordCounts]

  /// Reads the words of all texts.
  public init(_ texts: [String]) {
    var lexicon = Lexicon()
    numbers = texts.map { lexicon.learn(Words($0)) }
    self.lexicon = lexicon
    counts = numbers.map { WordCounts($0) }
  }
}
