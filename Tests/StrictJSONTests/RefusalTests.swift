import StrictJSON
import Testing

/// What is refused, and where.
struct RefusalTests {
  // MARK: Grammar

  @Test(arguments: [
    "", " ", "{", "{\"", "{\"a", "{\"a\"", "{\"a\":", "{\"a\":1", "{\"a\":1,", "{\"a\":1,}", "{,}", "{\"a\"}", "{1:2}",
    "{a:1}", "{\"a\" 1}", "{\"a\":1 \"b\":2}", "{} {}", "{}x", "[", "[1", "[1,]", "[,1]", "[1 2]", "[1}", "{]", "]",
    ",",
    "nul", "tru", "truE", "nulll", "NaN", "Infinity", "/", "//", "'a'", "{}\u{FEFF}", "\u{FEFF}\u{FEFF}1", "\u{A0}1",
    "\u{B}1",
    "-", "+1", "01", "-01", ".5", "1.", "1.e1", "1e", "1e+", "1.2.3", "--1", "0x1", "1_0", "1e400", "-1e400",
    "\"", "\"a", "\"\\", "\"\\x\"", "\"\\u", "\"\\u12\"", "\"\\u12g4\"", "\"\\u+123\"", "\"\\ud83d\\", "\"\\ud800\"",
    "\"\\ud800\\n\"", "\"\\ud800\\u0041\"", "\"\\ud800\\ud800\"", "\"\\udc00\"", "\"\\udc00\\ud800\"", "\"a\nb\"",
    "\"\u{0}\"", "\"\u{1F}\"",
  ])
  func brokenText(text: String) throws {
    for (before, after) in [("", ""), ("[1,", "]"), (" {\"k\": ", "}")] {
      let text = before + text + after
      guard case .malformed(_, _, let offset) = try refusal(text) else {
        Issue.record("\(text) is refused as something else")
        continue
      }
      #expect((before.utf8.count - 1...text.utf8.count).contains(offset), "\(text)")
    }
  }

  @Test(arguments: [
    ("[1;2]", "it is not JSON at byte 2, where ';' stands in place of ',' or ']'"),
    ("{\"a\" 1}", "it is not JSON at byte 5, where '1' stands in place of ':'"),
    (" {1}", "it is not JSON at byte 2, where '1' stands in place of a name in quotes"),
    ("{\"a\":1", "it is not JSON at byte 6, where the end stands in place of ',' or '}'"),
    ("\"a\n\"", "it is not JSON at byte 2, where the byte 10 stands in place of a character above U+001F"),
    ("\"\\u00x0\"", "it is not JSON at byte 5, where 'x' stands in place of a hexadecimal digit"),
    ("[\"\\ud800\"]", "it is not JSON at byte 3, where half a surrogate pair stands in place of a character"),
    ("[1e999]", "it is not JSON at byte 1, where a number beyond all bounds stands in place of a value"),
    ("{} \u{E9}", "it is not JSON at byte 3, where the byte 195 stands in place of the end"),
  ])
  func sentences(text: String, sentence: String) throws {
    #expect(try refusal(text).description == sentence)
  }

  // MARK: Names

  @Test func duplicateNames() throws {
    #expect(
      try refusal(#"{"a":1, "a":1}"#).description == "the name 'a' occurs twice in one object, again at byte 8")
    #expect(
      try refusal(#"[{"a\n":1,"b":{},"\u0061\u000a":1}]"#).description
        == #"the name 'a\n' occurs twice in one object, again at byte 17"#)
    let long = try refusal("{" + #""\#(String(repeating: "n", count: 200))":0,"#.repeated(2) + "}")
    #expect(long.description.contains("'\(String(repeating: "n", count: 80))…'"))
  }

  /// Around the length from which on names are hashed, each name in turn occurs again at the end.
  @Test func duplicateNamesOfLongObjects() throws {
    for count in 1...40 {
      let members = (0..<count).map { #""n\#($0)":0"# }
      for again in 0..<count {
        let text = "{" + members.joined(separator: ",") + #","n\#(again)":0}"#
        guard case .duplicateName(let name, _) = try refusal(text) else {
          Issue.record("\(text) is refused as something else")
          continue
        }
        #expect(name == ByteString("n\(again)"))
      }
    }
  }

  // MARK: Limits

  @Test func deepNesting() throws {
    let limit = JSONReader.depthLimit
    for (open, close) in [("[", "]"), ("{\"a\":", "}")] {
      let deepest = open.repeated(limit - 1) + "0" + close.repeated(limit - 1)
      #expect(try read(deepest) != .null)
      #expect(try refusal(open + deepest + close).description.contains("nested deeper than 64 at byte"))
      #expect(try refusal(open.repeated(1_000_000)).description.contains("nested deeper than 64"))
    }
  }

  @Test func manyValues() throws {
    for text in ["[0,[],\"\",{\"a\":null}]", "{\"a\":0,\"b\":1,\"c\":[2,3]}"] {
      #expect(try read(text, valueLimit: 6) == read(text))
      guard case .tooManyValues(limit: 5, _) = try refusal(text, valueLimit: 5) else {
        Issue.record("\(text) is refused as something else")
        continue
      }
    }
    #expect(try refusal("1", valueLimit: 0).description == "it holds more than 0 values, the next at byte 0")
  }

  // MARK: UTF-8

  @Test(
    arguments: [
      [0xFF], [0x80], [0xC3], [0xC3, 0x28], [0xC0, 0x80], [0xE0, 0x80, 0x80], [0xED, 0xA0, 0x80],
      [0xF4, 0x90, 0x80, 0x80],
      [0xF0, 0x9F, 0x98], [0x5C, 0x6E, 0xC3], [0xC3, 0x5C, 0x6E], [0xC3, 0x5C, 0x75, 0x30, 0x30, 0x41, 0x39],
    ] as [[UInt8]])
  func textThatIsNotUTF8(bytes: [UInt8]) throws {
    for (before, after) in [("[\"", "\"]"), ("{\"", "\":1}"), ("[\"é", "é\"]")] {
      let error = try refusal(Array(before.utf8) + bytes + Array(after.utf8))
      #expect(error.description == "the text at byte 2 is not UTF-8")
    }
    #expect(try refusal([0x5B] + bytes + [0x5D]).description.hasPrefix("it is not JSON at byte 1"))
  }
}

extension String {
  fileprivate func repeated(_ count: Int) -> String { String(repeating: self, count: count) }
}
