import Testing
import Tokenizers

/// Normal forms and other preparations of text.
struct NormalFormTests {
  private let folder: TemporaryFolder

  init() throws {
    folder = try TemporaryFolder()
  }

  /// What a normalizer makes of a text, spelled by a byte-level model and decoded again.
  private func normalized(_ text: String, _ normalizer: String) throws -> String {
    let names = (0..<256).map {
      $0 < 16 ? "<0x0\(String($0, radix: 16, uppercase: true))>" : "<0x\(String($0, radix: 16, uppercase: true))>"
    }
    let vocabulary = names.enumerated().map { "\"\($1)\":\($0)" }.joined(separator: ",")
    let tokenizer = try folder.load(
      #"{"model":{"type":"BPE","vocab":{\#(vocabulary)},"merges":[],"byte_fallback":true},"normalizer":\#(normalizer)}"#
    )
    return String(decoding: try tokenizer.encode(text).map { UInt8($0) }, as: UTF8.self)
  }

  /// Unicode Standard Annex 15, where marks are ordered before they are composed.
  @Test(arguments: [
    ("NFC", "o\u{323}\u{F73} x", "\u{1ECD}\u{F71}\u{F72} x"), ("NFC", "o\u{F75}\u{301}", "\u{F3}\u{F71}\u{F74}"),
    ("NFC", "o\u{F81}\u{345}", "o\u{F71}\u{F80}\u{345}"), ("NFC", "e\u{301}\u{323}", "\u{1EB9}\u{301}"),
    ("NFC", "\u{1100}\u{1161}\u{11A8}", "\u{AC01}"), ("NFC", "\u{958}\u{2ADC}", "\u{915}\u{93C}\u{2ADD}\u{338}"),
    ("NFD", "\u{1ECD}\u{301}", "o\u{323}\u{301}"), ("NFD", "\u{FB01}", "\u{FB01}"),
    ("NFKC", "\u{FB01}\u{2460}\u{212B}", "fi1\u{C5}"), ("NFKD", "\u{FB01}\u{C5}", "fiA\u{30A}"),
    (
      "NFKC", "\u{FDFA}",
      "\u{635}\u{644}\u{649} \u{627}\u{644}\u{644}\u{647} \u{639}\u{644}\u{64A}\u{647} \u{648}\u{633}\u{644}\u{645}"
    ),
    ("NFC", "\u{0}a\u{FFFF}\u{10FFFF}", "\u{0}a\u{FFFF}\u{10FFFF}"),
  ])
  func forms(form: String, text: String, expected: String) throws {
    #expect(try normalized(text, #"{"type":"\#(form)"}"#).isSame(as: expected))
  }

  @Test(arguments: [
    (#"{"type":"Lowercase"}"#, "\u{130}\u{3A3}A", "i\u{307}\u{3C3}a"),
    (#"{"type":"Strip","strip_right":false}"#, " \u{3000}a ", "a "),
    (#"{"type":"Strip","strip_left":false}"#, " a\n ", " a"), (#"{"type":"StripAccents"}"#, "e\u{301}\u{903}", "e"),
    (#"{"type":"Nmt"}"#, "a\u{200B}b\u{7F}\u{FEFF}c\u{85}", "a b c\u{85}"),
    (#"{"type":"BertNormalizer"}"#, "\u{C9}A\u{4E2D}\u{0}\t", "ea \u{4E2D}  "),
    (#"{"type":"BertNormalizer","lowercase":false}"#, "\u{C9}\u{200D}", "\u{C9}"),
    (#"{"type":"BertNormalizer","strip_accents":false}"#, "\u{C9}", "\u{E9}"),
    (#"{"type":"Prepend","prepend":"x"}"#, "a", "xa"), (#"{"type":"ByteLevel"}"#, " \u{E9}", "\u{120}\u{C3}\u{A9}"),
    (#"{"type":"Sequence","normalizers":[{"type":"Prepend","prepend":"A"},{"type":"Lowercase"}]}"#, "B", "ab"),
  ])
  func steps(normalizer: String, text: String, expected: String) throws {
    #expect(try normalized(text, normalizer).isSame(as: expected))
  }

  @Test func damagedCharacterMapIsRefused() throws {
    for map in ["!", "AAAA", "////////", "BAAAAA=="] {
      let message = try folder.refusal(
        #"{"model":{"type":"BPE","vocab":{"a":0},"merges":[]},"#
          + #""normalizer":{"type":"Precompiled","precompiled_charsmap":"\#(map)"}}"#
      )
      #expect(message?.contains("normalizer.precompiled_charsmap is no map of characters") == true, "\(map)")
    }
  }
}
