import Geometry

/// How the texts of a corpus are cut: into blocks that are documents, and into windows that the model sees.
struct TextWindows {
  struct Window {
    let text: Int
    /// Of the text, without the token that begins it.
    let tokens: Range<Int>
  }

  /// Window after window and text after text; tokens that fill no block are in none.
  let windows: [Window]
  /// The number of each text's first block.
  let firstBlock: [Int]
  let documents: Cloud.Documents
  let droppedTokens: Int
  let incompleteBlocks: Int

  /// An error if no text fills a block.
  init(_ corpus: TextCorpus, _ settings: FeatureFirings.Settings) throws {
    let block = settings.blockTokens
    let width = settings.contextTokens - (corpus.beginToken == nil ? 0 : 1)
    precondition(block > 0 && width > 0, "blocks and windows have tokens")
    var windows: [Window] = []
    var (first, names, groups) = ([Int](), [String](), [String]())
    var (dropped, incomplete) = (0, 0)
    for (index, text) in corpus.texts.enumerated() {
      let blocks = text.tokens.count / block
      let end = blocks * block
      windows += stride(from: 0, to: end, by: width).map { Window(text: index, tokens: $0..<min($0 + width, end)) }
      first.append(names.count)
      let name = text.name.withoutZeros
      names += (0..<blocks).map { "\(name) block \($0)" }
      groups += Array(repeating: name, count: blocks)
      dropped += text.tokens.count - end
      if end < text.tokens.count { incomplete += 1 }
    }
    guard !names.isEmpty, names.count <= Int(Int32.max) else {
      throw CloudsError(
        "cannot count firings: \(corpus.texts.count) texts of \(corpus.tokenCount) tokens make \(names.count) blocks of "
          + "\(block) tokens; name longer texts or set --block lower")
    }
    self.windows = windows
    firstBlock = first
    documents = Cloud.Documents(names: names, groups: groups)
    droppedTokens = dropped
    incompleteBlocks = incomplete
  }
}
