import Testing
import Tokenizers

/// Tokens and flags in the files beside a tokenizer, as AutoTokenizer of transformers 5.24 reads them.
struct SettingsTests {
  private static let vocabulary = #"{"a":0,"b":1,"ab":2,"<s>":3,"\u0120":4}"#
  private static let document =
    #"{"model":{"type":"BPE","vocab":\#(vocabulary),"merges":["a b"]},"decoder":{"type":"Fuse"}}"#

  private let folder: TemporaryFolder

  init() throws {
    folder = try TemporaryFolder()
  }

  private func load(_ files: [String: String], document: String = document) throws -> any Tokenizer {
    for (name, text) in files { _ = try folder.write(Array(text.utf8), as: name) }
    return try folder.load(document)
  }

  private func decoder(_ tokens: String) -> [String: String] {
    ["tokenizer_config.json": #"{"added_tokens_decoder":{\#(tokens)}}"#]
  }

  // MARK: Added tokens

  @Test func addedTokensOfTheConfiguration() throws {
    let tokenizer = try load(
      decoder(#""5":{"content":"<|a|>","special":true,"lstrip":true},"6":{"content":"bb","normalized":false}"#))
    #expect(tokenizer.vocabularyCount == 7)
    #expect(try tokenizer.encode("a <|a|>abbbb<s>") == [0, 5, 0, 6, 6])
    // A special token is left out of texts.
    #expect(tokenizer.decode([0, 5, 6]) == "abb")
  }

  @Test func aClassMayLeaveOutThePostProcessor() throws {
    let template =
      #"{"type":"TemplateProcessing","single":[{"SpecialToken":{"id":"<s>"}},{"Sequence":{"id":"A"}}],"#
      + #""special_tokens":{"<s>":{"id":"<s>","ids":[3],"tokens":["<s>"]}}}"#
    let document = Self.document.dropLast() + #","post_processor":\#(template)}"#
    for (name, tokens) in [("GPTNeoXTokenizer", [0]), ("LlamaTokenizer", [3, 0])] as [(String, [Int32])] {
      let settings = ["tokenizer_config.json": #"{"tokenizer_class":"\#(name)","add_bos_token":true}"#]
      #expect(try load(settings, document: String(document)).encode("a") == tokens)
    }
  }

  @Test func identifiersAreTheNextOnesWhateverTheFileSays() throws {
    let tokenizer = try load(
      decoder(#""90":{"content":"x"},"20":{"content":"y"},"3":{"content":"<s>","special":true}"#))
    #expect(try tokenizer.encode("xy<s>a") == [6, 5, 3, 0])
  }

  @Test func tokensWithARoleAreSpecial() throws {
    let configuration = #"""
      {"bos_token":"<s>","eos_token":{"content":"<e>","rstrip":true},"pad_token":null,
      "additional_special_tokens":["<x>",{"content":"<y>","special":true}]}
      """#
    let tokenizer = try load(["tokenizer_config.json": configuration])
    #expect(try tokenizer.encode("<s>a<e> b<x><y>") == [3, 0, 5, 1, 6, 7])
    #expect(tokenizer.decode([3, 0, 6]) == "a")
  }

  @Test func filesFromBeforeTheConfigurationHeldAll() throws {
    let files = [
      "tokenizer_config.json": #"{"eos_token":"<wrong>"}"#,
      "special_tokens_map.json": #"{"bos_token":{"content":"<s>","lstrip":true},"eos_token":"<e>"}"#,
      "added_tokens.json": #"{"<two>":6,"<e>":5}"#,
    ]
    let tokenizer = try load(files)
    #expect(try tokenizer.encode("a  <s><e><two>") == [0, 3, 5, 6])
    #expect(tokenizer.decode([0, 5, 6]) == "a<two>")
    // The newer file makes the older ones idle.
    let newer = try load(decoder(#""5":{"content":"<n>"}"#))
    #expect(try newer.encode("<n>") == [5])
    #expect(newer.token(6) == nil)
  }

  @Test func damagedSettingsAreNamed() throws {
    let cases = [
      (#"{"added_tokens_decoder":{"x":{"content":"y"}}}"#, "added_tokens_decoder has the name 'x', which is no whole"),
      (#"{"added_tokens_decoder":{"5":"y"}}"#, "added_tokens_decoder.5 is not an object"),
      (#"{"bos_token":7}"#, "bos_token is not a string"), ("{", "it is not JSON"),
    ]
    for (text, expected) in cases {
      _ = try folder.write(Array(text.utf8), as: "tokenizer_config.json")
      let message = try folder.refusal(Self.document)
      #expect(
        message?.contains("/tokenizer_config.json: ") == true && message?.contains(expected) == true, "\(message ?? "")"
      )
    }
  }

  @Test func byteOrderMarks() throws {
    let tokenizer = try load(
      ["tokenizer_config.json": "\u{FEFF}{\"bos_token\":\"<b>\"}"], document: "\u{FEFF}" + Self.document)
    #expect(try tokenizer.encode("<b>a") == [5, 0])
  }

  // MARK: vocab.json and merges.txt

  private func writeParts(_ configuration: String?) throws -> any Tokenizer {
    let vocabulary = #"{"a":0,"b":1,"ab":2,"\u0120":3,"\u0120a":4,"<|endoftext|>":5,"1":6}"#
    _ = try folder.write(Array(vocabulary.utf8), as: "vocab.json")
    _ = try folder.write(Array("#version: 0.2\na b\nĠ a\n".utf8), as: "merges.txt")
    if let configuration { _ = try folder.write(Array(configuration.utf8), as: "tokenizer_config.json") }
    return try TokenizerFile.load(folder.url.path)
  }

  @Test func vocabularyWithMerges() throws {
    #expect(try writeParts(nil).encode("ab a<|endoftext|>11") == [2, 4, 5, 6, 6])
    #expect(try writeParts(nil).beginToken == nil)
    let spaced = try writeParts(#"{"add_prefix_space":true,"add_bos_token":true,"tokenizer_class":"GPT2Tokenizer"}"#)
    #expect(try spaced.encode("ab") == [5, 3, 2])
    let begun = try writeParts(#"{"add_bos_token":true,"add_eos_token":true,"bos_token":"a","eos_token":"b"}"#)
    #expect(try begun.encode("ab") == [0, 0, 1, 1])
    #expect(try writeParts(#"{"tokenizer_class":"Qwen2Tokenizer"}"#).encode(" a\n") == [4])
  }
}
