/// Words and their numbers, in the order in which they were first met.
public struct Lexicon: Sendable {
  private var bytes: [UInt8] = []
  /// The end of each word in `bytes`.
  private var ends: [Int] = []
  private var table = HashTable()

  /// How many words were met.
  public var count: Int { ends.count }

  /// The word with a number.
  public subscript(number: Int) -> String { String(decoding: word(number), as: UTF8.self) }

  /// The number of a word; nil if it was never met.
  public func number(of word: ArraySlice<UInt8>) -> Int? { number(of: word, hash: Lexicon.hash(word)) }

  /// The number of a word, a new one if it was never met.
  public mutating func learn(_ word: ArraySlice<UInt8>) -> Int {
    let hash = Lexicon.hash(word)
    if let known = number(of: word, hash: hash) { return known }
    table.append(hash)
    bytes.append(contentsOf: word)
    ends.append(bytes.count)
    return ends.count - 1
  }

  /// Begins without words.
  public init() {}

  /// The numbers of the words of a text, learned where they were never met.
  public mutating func learn(_ words: Words) -> [Int32] { (0..<words.count).map { Int32(learn(words[$0])) } }

  /// The numbers of the words of a text; words that were never met have negative numbers, equal ones the same.
  public func numbers(of words: Words) -> [Int32] {
    var unknown: [(hash: UInt64, index: Int)] = []
    return (0..<words.count).map { index in
      let word = words[index]
      let hash = Lexicon.hash(word)
      if let number = number(of: word, hash: hash) { return Int32(number) }
      if let place = unknown.firstIndex(where: { $0.hash == hash && words[$0.index] == word }) {
        return -1 - Int32(place)
      }
      unknown.append((hash, index))
      return -Int32(unknown.count)
    }
  }

  private func word(_ number: Int) -> ArraySlice<UInt8> { bytes[(number > 0 ? ends[number - 1] : 0)..<ends[number]] }

  private func number(of word: ArraySlice<UInt8>, hash: UInt64) -> Int? {
    table.number(hash) { self.word($0) == word }
  }

  private static func hash(_ word: ArraySlice<UInt8>) -> UInt64 { word.withUnsafeBytes { HashTable.hash($0) } }
}
