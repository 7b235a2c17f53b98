import Basics

/// The mark of what tokenizers refuse.
public enum TokenizersOrigin {}

/// Why a tokenizer could not be read, or made no tokens of a text: one sentence with the file, what was seen in it,
/// what to do.
public typealias TokenizerError = Refusal<TokenizersOrigin>

extension TokenizerError {
  init(file: String, _ seen: String) {
    self.init("cannot read the tokenizer \(file): \(seen)")
  }

  init(encodingWith file: String, _ seen: String) {
    self.init("cannot make tokens of a text with the tokenizer \(file): \(seen)")
  }
}
