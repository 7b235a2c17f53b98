import Basics

/// How a text is cut into words before byte pairs are merged within them: what `tokenizer.ggml.pre` names.
///
/// The expressions are llama.cpp's, one behind another: each cuts the words of the one before. Some differ from those
/// of the tokenizer.json of the same model, so that the same text may have other tokens: in the words of `tekken` and
/// `gpt-4o` only ASCII letters have a case and no marks are letters, and nothing is normalized.
struct GGUFPreTokenizer {
  let expressions: [String]
  /// Whether a word that is a token as it stands is taken whole, whatever the merges say.
  private(set) var takesWholeWords = false
  /// Whether a text begins with the begin token where the file does not say.
  private(set) var addsBeginToken = false

  /// Finds the split of the file; without a name it is `default`, as llama.cpp has it.
  init(_ file: GGUFVocabulary) throws {
    switch file.preTokenizer ?? "default" {
    case "default":
      expressions = [#"[\p{P}$+<=>^~|]+"#, PreTokenizer.gpt2, #"\p{N}+"#, "[0-9][0-9][0-9]"]
    case "gpt-2", "phi-2", "olmo", "mpt", "jais":
      expressions = [PreTokenizer.gpt2]
    case "smollm", "starcoder", "refact", "command-r", "codeshell", "exaone", "minerva-7b":
      expressions = [#"\p{N}"#, PreTokenizer.gpt2]
    case "falcon":
      expressions = [#"[\p{P}$+<=>^~|`]+"#, PreTokenizer.gpt2, "[0-9][0-9][0-9]"]
    case "qwen2", "deepseek-r1-qwen", "stablelm2", "megrez", "hunyuan":
      expressions = [Self.words(digits: #"\p{N}"#)]
    case "dbrx", "smaug-bpe":
      expressions = [Self.words(digits: #"\p{N}{1,3}"#)]
    case "llama-bpe", "llama3", "llama-v3", "falcon3", "falcon-h1", "pixtral", "lfm2":
      expressions = [Self.words(digits: #"\p{N}{1,3}"#)]
      takesWholeWords = true
      addsBeginToken = true
    case "tekken":
      expressions = [Self.casedWords(ending: "", digits: #"\p{N}"#)]
      takesWholeWords = true
      addsBeginToken = true
    case "gpt-4o", "llama4":
      expressions = [Self.casedWords(ending: "(?:\(Self.contractions))?", digits: #"\p{N}{1,3}"#)]
    case let name:
      throw file.refusal("pre", "is \(name.quoted), which is not supported; name the model's tokenizer.json")
    }
  }

  // MARK: Expressions

  private static let contractions = "'[sS]|'[tT]|'[rR][eE]|'[vV][eE]|'[mM]|'[lL][lL]|'[dD]"

  private static func words(digits: String) -> String {
    #"\#(contractions)|[^\r\n\p{L}\p{N}]?\p{L}+|\#(digits)| ?[^\s\p{L}\p{N}]+[\r\n]*|\s*[\r\n]+|\s+(?!\S)|\s+"#
  }

  /// Words end where a small letter is followed by a capital one.
  private static func casedWords(ending: String, digits: String) -> String {
    let (capital, small) = (#"[\p{L}&&[^a-z]]"#, #"[\p{L}&&[^A-Z]]"#)
    return #"[^\r\n\p{L}\p{N}]?\#(capital)*\#(small)+\#(ending)|[^\r\n\p{L}\p{N}]?\#(capital)+\#(small)*\#(ending)|"#
      + #"\#(digits)| ?[^\s\p{L}\p{N}]+[\r\n/]*|\s*[\r\n]+|\s+(?!\S)|\s+"#
  }
}
