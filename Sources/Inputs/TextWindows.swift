import Configuration

/// The cuts of a corpus: into blocks of consecutive tokens of one text, and into windows that the model sees.
public struct TextWindows: Sendable {
  /// Consecutive tokens of one text that the model sees together.
  public struct Window: Sendable {
    /// The number of the text in the corpus.
    public let text: Int
    /// Tokens of the text, without the one that begins it.
    public let tokens: Range<Int>
  }

  /// Window after window and text after text; tokens that fill no block are in none.
  public let windows: [Window]
  /// The number of each text's first block.
  public let firstBlock: [Int]
  /// The name of each block: its text's and its number there.
  public let blockNames: [String]
  /// The name of each block's text.
  public let blockTexts: [String]
  /// Tokens at the ends of texts that fill no block.
  public let droppedTokens: Int
  /// Texts that end with such tokens.
  public let incompleteBlocks: Int

  /// Cuts a corpus into blocks of `blockTokens` and windows of `contextTokens`, in which the token that begins a text
  /// is counted. Throws if no text fills a block.
  public init(_ corpus: TextCorpus, blockTokens block: Int, contextTokens: Int) throws {
    let width = contextTokens - (corpus.beginToken == nil ? 0 : 1)
    precondition(block > 0 && width > 0, "blocks and windows have tokens")
    var windows: [Window] = []
    var (first, names, groups) = ([Int](), [String](), [String]())
    var (dropped, incomplete) = (0, 0)
    for (index, text) in corpus.texts.enumerated() {
      let blocks = text.tokens.count / block
      let end = blocks * block
      windows += stride(from: 0, to: end, by: width).map { Window(text: index, tokens: $0..<min($0 + width, end)) }
      first.append(names.count)
      names += (0..<blocks).map { "\(text.name) block \($0)" }
      groups += Array(repeating: text.name, count: blocks)
      dropped += text.tokens.count - end
      if end < text.tokens.count { incomplete += 1 }
    }
    guard !names.isEmpty, names.count <= Int(Int32.max) else {
      throw TextFileError(
        "cannot count firings: \(corpus.texts.count) texts of \(corpus.tokenCount) tokens make \(names.count) blocks "
          + "of \(block) tokens; name longer texts or set --block lower")
    }
    self.windows = windows
    firstBlock = first
    blockNames = names
    blockTexts = groups
    droppedTokens = dropped
    incompleteBlocks = incomplete
  }
}
