import Foundation
import Testing
import Tokenizers

/// What a tokenizer.json may say, and what is refused by name.
struct DocumentTests {
  private let folder: TemporaryFolder

  init() throws {
    folder = try TemporaryFolder()
  }

  /// A document with a model of a few letters and the given other members.
  private func document(
    vocab: String = #"{"a":0,"b":1,"ab":2,"<s>":3}"#, merges: String = #"["a b"]"#, model: String = "",
    rest: String = ""
  ) -> String {
    #"{\#(rest)"model":{"type":"BPE",\#(model)"vocab":\#(vocab),"merges":\#(merges)}}"#
  }

  // MARK: Read

  @Test func canonicallyEquivalentTokensDiffer() throws {
    let tokenizer = try folder.load(
      document(vocab: #"{"\u00e9":0,"e\u0301":1,"e":2,"\u0301":3}"#, merges: #"["e \u0301"]"#))
    #expect(try tokenizer.encode("\u{E9}") == [0])
    #expect(try tokenizer.encode("e\u{301}") == [1])
    #expect(tokenizer.decode([0]).isSame(as: "\u{E9}"))
    #expect(tokenizer.decode([1]).isSame(as: "e\u{301}"))
  }

  @Test func mergesAsTextAndAsPairs() throws {
    for merges in [#"["a b"]"#, #"[["a","b"]]"#, ##"["#version: 0.2","a b"]"##] {
      let tokenizer = try folder.load(document(merges: merges))
      #expect(try tokenizer.encode("abba") == [2, 1, 0])
    }
  }

  @Test func identifiersWithGaps() throws {
    let tokenizer = try folder.load(document(vocab: #"{"a":7,"b":1,"ab":40}"#))
    #expect(tokenizer.vocabularyCount == 41)
    #expect(try tokenizer.encode("aab") == [7, 40])
    #expect(tokenizer.token(3) == nil)
    // Without a decoder spellings are joined with spaces, as the reference does.
    #expect(tokenizer.decode([7, 3, 40]) == "a ab")
  }

  @Test func documentAloneDecidesAboutTokensAroundATextOfItsOwn() throws {
    let configuration = #"{"add_bos_token":true,"add_eos_token":true,"bos_token":{"content":"<s>"},"eos_token":"b"}"#
    _ = try folder.write(Array(configuration.utf8), as: "tokenizer_config.json")
    #expect(try folder.load(document()).encode("a") == [0])
    #expect(try folder.load(document()).beginToken == nil)
    let template = #"""
      "post_processor":{"type":"TemplateProcessing","single":[{"SpecialToken":{"id":"<s>"}},{"Sequence":{"id":"A"}}],
      "special_tokens":{"<s>":{"id":"<s>","ids":[3]}}},
      """#
    #expect(try folder.load(document(rest: template)).encode("a") == [3, 0])
  }

  @Test func folderWithoutTokenizer() throws {
    #expect(throws: TokenizerError.self) { try TokenizerFile.load(folder.url.path) }
    #expect(throws: TokenizerError.self) { try TokenizerFile.load(folder.url.path + "/none.json") }
  }

  // MARK: Refused

  @Test func unsupportedPartsAreNamed() throws {
    let cases: [(String, String)] = [
      (#"{"model":{"type":"Trigram","vocab":[]}}"#, "model.type is 'Trigram'; only BPE, Unigram, WordPiece and"),
      (document(rest: #""normalizer":{"type":"Uppercase"},"#), "normalizer.type is 'Uppercase'; only"),
      (
        document(rest: #""normalizer":{"type":"Sequence","normalizers":[{"type":"NFC"},{"type":"NFX"}]},"#),
        "normalizer.normalizers[1].type is 'NFX'; only"
      ),
      (document(rest: #""pre_tokenizer":{"type":"Sentences"},"#), "pre_tokenizer.type is 'Sentences'; only"),
      (
        document(rest: #""pre_tokenizer":{"type":"Split","pattern":{"Regex":"(a"},"behavior":"Isolated"},"#),
        "pre_tokenizer.pattern.Regex is '(a', which is no regular expression: Oniguruma says: "
          + "end pattern with unmatched parenthesis"
      ),
      (
        document(rest: #""pre_tokenizer":{"type":"Split","pattern":{"Regex":"\\p{Nope}"},"behavior":"Isolated"},"#),
        #"pre_tokenizer.pattern.Regex is '\p{Nope}', which is no regular expression: Oniguruma says: invalid character"#
          + " property name {Nope}"
      ),
      (
        document(rest: #""pre_tokenizer":{"type":"Split","pattern":{"String":" "},"behavior":"Kept"},"#),
        "pre_tokenizer has the behavior 'Kept'; Isolated, Removed"
      ),
      (
        document(rest: #""pre_tokenizer":{"type":"Split","pattern":{"Glob":" "},"behavior":"Removed"},"#),
        "pre_tokenizer.pattern is neither a 'String' nor a 'Regex'"
      ),
      (document(rest: #""pre_tokenizer":{"type":"FixedLength","length":0},"#), "pre_tokenizer has the length 0"),
      (document(rest: #""post_processor":{"type":"Reverse"},"#), "post_processor.type is 'Reverse'; only"),
      (document(rest: #""decoder":{"type":"Sum"},"#), "decoder.type is 'Sum'; only"),
      (document(model: #""dropout":0.1,"#), "model has a dropout"),
    ]
    for (document, expected) in cases {
      let message = try folder.refusal(document)
      let start = "cannot read the tokenizer \(folder.url.path)/tokenizer.json: "
      #expect(message?.hasPrefix(start + expected) == true, "\(message ?? "it was read")")
    }
  }

  @Test func contradictionsAreNamed() throws {
    let cases: [(String, String)] = [
      (document(vocab: #"{"a":0,"b":0}"#), "gives the number 0 of 'a' to the token 'b' too"),
      (document(vocab: #"{"a":0,"a":1}"#), "the name 'a' occurs twice in one object"),
      (document(vocab: #"{"a":-1}"#), "gives the token 'a' the number -1, outside"),
      (document(vocab: #"{"a":2147483647}"#), "the number 2147483647, outside"),
      (document(vocab: #"{"a":1e99}"#), "gives the token 'a' no whole number"),
      (document(vocab: #"{"a":99999999999999999999}"#), "gives the token 'a' no whole number"),
      (document(vocab: "{}", merges: "[]"), "has no tokens"),
      (document(merges: #"["a c"]"#), "joins 'a' and 'c' at 0, but the vocabulary lacks"),
      (document(merges: #"["b a"]"#), "joins 'b' and 'a' at 0, but the vocabulary lacks"),
      (document(merges: #"["ab"]"#), "has at 0 something that is not two tokens"),
      (document(merges: #"[["a"]]"#), "has at 0 something that is not two tokens"),
      (document(merges: #"{}"#), "model.merges is not a list"),
      (document(rest: #""added_tokens":[{"id":9,"content":"a"}],"#), "added_tokens[0] gives 'a' the number 9, but"),
      (document(rest: #""added_tokens":[{"id":1,"content":"x"}],"#), "gives the number 1 of 'b' to 'x' too"),
      (document(rest: #""added_tokens":[{"id":9,"content":""}],"#), "has content of 0 bytes"),
      (document(rest: #""added_tokens":[{"id":-9,"content":"x"}],"#), "added_tokens[0].id is -9, outside"),
      (document(rest: #""added_tokens":{},"#), "added_tokens is not a list"),
      (
        document(rest: #""post_processor":{"type":"TemplateProcessing","single":[],"special_tokens":{}},"#),
        "post_processor has the text 0 times"
      ),
      (#"{"model":{"type":"BPE"},"model":{}}"#, "the name 'model' occurs twice in one object"),
      ("{}", "the document has no member 'model'"),
      ("[]", "the document is not an object"),
    ]
    for (document, expected) in cases {
      let message = try folder.refusal(document)
      #expect(message?.contains(expected) == true, "\(message ?? "it was read"), not \(expected)")
    }
  }

  @Test func textThatWouldExplodeIsRefused() throws {
    let step = #"{"type":"Replace","pattern":{"String":"a"},"content":"aa"}"#
    let steps = Array(repeating: step, count: 70).joined(separator: ",")
    for member in [#""normalizer":{"type":"Sequence","normalizers":"#, #""decoder":{"type":"Sequence","decoders":"#] {
      let message = try folder.refusal(document(rest: "\(member)[\(steps)]},"))
      #expect(message?.contains("could make a text over 1024 times longer") == true)
    }
  }

  @Test func templateThatNamesNoTokenIsRefused() throws {
    let template = #"""
      "post_processor":{"type":"TemplateProcessing","single":[{"SpecialToken":{"id":"<s>"}},{"Sequence":{"id":"A"}}],
      "special_tokens":{"<s>":{"id":"<s>","ids":[77]}}},
      """#
    #expect(try folder.refusal(document(rest: template))?.contains("is 77, which no token has") == true)
  }
}
