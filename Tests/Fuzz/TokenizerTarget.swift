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
