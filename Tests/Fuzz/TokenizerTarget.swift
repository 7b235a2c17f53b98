import Tokenizers

extension FuzzTarget {
  /// A tokenizer.json and, behind it, a tokenizer_config.json.
  static func tokenizer(_ bytes: UnsafeRawBufferPointer) throws {
    let parts = bytes.parts
    let path = ScratchFolder.write(parts[0], "tokenizer.json")
    ScratchFolder.remove("tokenizer_config.json")
    if parts.count > 1 { ScratchFolder.write(parts[1], "tokenizer_config.json") }
    try use(try TokenizerFile.load(path), foreign: parts[0])
  }

  /// A tokenizer.bin.
  static func llama2CTokenizer(_ bytes: UnsafeRawBufferPointer) throws {
    try use(try TokenizerFile.load(ScratchFolder.write(bytes, "tokenizer.bin")), foreign: bytes)
  }

  /// A model of SentencePiece.
  static func sentencePiece(_ bytes: UnsafeRawBufferPointer) throws {
    ScratchFolder.remove("tokenizer_config.json")
    try use(try TokenizerFile.load(ScratchFolder.write(bytes, "tokenizer.model")), foreign: bytes)
  }

  /// The vocabulary of a GGUF file in eight parts: model, pre-tokenizer, tokens a line each, a digit or letter for the
  /// type and for the score of each, merges a line each, begin and end token, flags.
  static func ggufVocabulary(_ bytes: UnsafeRawBufferPointer) throws {
    let parts = bytes.parts.map { [UInt8]($0) }
    func part(_ index: Int) -> [UInt8]? { parts.indices.contains(index) ? parts[index] : nil }
    func text(_ index: Int) -> String? { part(index).map { String(decoding: $0, as: UTF8.self) } }
    func lines(_ index: Int) -> [[UInt8]]? {
      part(index)?.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false).map { [UInt8]($0) }
    }
    func numbers(_ index: Int) -> [Int]? { part(index)?.map { Int($0) - Int(UInt8(ascii: "0")) } }
    var vocabulary = GGUFVocabulary(file: "model.gguf", model: text(0) ?? "", tokens: lines(2) ?? [])
    vocabulary.preTokenizer = text(1)
    vocabulary.types = numbers(3)?.map { Int32($0) }
    vocabulary.scores = numbers(4)?.map { -Float($0) }
    vocabulary.merges = lines(5)
    (vocabulary.beginToken, vocabulary.endToken) = (numbers(6)?.first, numbers(6)?.last)
    let flags = numbers(7) ?? []
    if flags.count > 0 { vocabulary.addsBeginToken = flags[0] == 1 }
    if flags.count > 1 { vocabulary.addsEndToken = flags[1] == 1 }
    if flags.count > 2 { vocabulary.addsSpacePrefix = flags[2] == 1 }
    try use(try GGUFTokenizer(vocabulary), foreign: bytes)
  }

  /// Encodes texts, among them one made of the file itself, and decodes what comes of them and other tokens.
  private static func use(_ tokenizer: any Tokenizer, foreign bytes: UnsafeRawBufferPointer) throws {
    let own = String(decoding: bytes.prefix(300), as: UTF8.self)
    for text in ["", "The  cat's 1234 dogs\r\n\n don't", "é e\u{301} 🦙\u{0} <s>▁ \u{FFFD}", own] {
      let tokens = try tokenizer.encode(text)
      precondition(tokens.allSatisfy { (0..<Int32(tokenizer.vocabularyCount)).contains($0) }, "a foreign token")
      _ = tokenizer.decode(tokens)
    }
    let last = Int32(tokenizer.vocabularyCount)
    let tokens: [Int32] = Array(0..<min(last, 300)) + [last - 1, last, -1, .min, .max]
    _ = tokenizer.decode(tokens)
    for token in tokens { _ = tokenizer.token(token) }
  }
}
