import StrictJSON
import Testing

/// What is read, and as what.
struct JSONReaderTests {
  @Test func valuesOfEveryKind() throws {
    let value = try read(#" { "a" : [ null , true , false , 7 , -0.5 , "x" , [] , {} ] , "b":{"c":1} } "#)
    #expect(
      value["a"]
        == .list([.null, .flag(true), .flag(false), .integer(7), .decimal(-0.5), .string("x"), .list([]), .object([])]))
    #expect(value["b"]?["c"] == .integer(1))
    #expect(value["c"] == nil)
    #expect(value.members?.map(\.name.text) == ["a", "b"])
    for (text, scalar) in [("null", JSONValue.null), ("\t\r\n1 ", .integer(1)), (#""""#, .string(""))] {
      #expect(try read(text) == scalar)
    }
  }

  @Test func valuesAsWhatTheyAre() throws {
    let list = try read(#"[1, 2]"#)
    #expect(list.elements { $0.integer } == [1, 2])
    #expect(list.elements { $0.string } == nil)
    #expect(list.members == nil && list.integer == nil && list.string == nil && list["a"] == nil)
    #expect(try read("7").elements { $0.integer } == nil)
    #expect(try read("1.0").integer == nil)
    #expect(try read(#""a""#).string == "a")
  }

  @Test(arguments: [
    ("0", JSONValue.integer(0)), ("-0", .integer(0)), ("-7", .integer(-7)), ("9223372036854775807", .integer(.max)),
    ("-9223372036854775808", .integer(.min)), ("9223372036854775808", .decimal(0x1p63)),
    ("-9223372036854775809", .decimal(-0x1p63)), ("1.0", .decimal(1)), ("0.1", .decimal(0.1)), ("1e2", .decimal(100)),
    ("1E+2", .decimal(100)), ("-25e-1", .decimal(-2.5)), ("0e0", .decimal(0)), ("1e-400", .decimal(0)),
    ("1.7976931348623157e308", .decimal(.greatestFiniteMagnitude)),
  ])
  func numbers(text: String, value: JSONValue) throws {
    #expect(try read(text) == value)
    #expect(try read("[\(text)]") == .list([value]))
  }

  @Test(arguments: [
    (#""\"\\\/\b\f\n\r\t""#, "\"\\/\u{8}\u{C}\n\r\t"), (#""a\u0041\u00e9b""#, "aA\u{E9}b"), (#""\uD83D\ude00""#, "😀"),
    (#""\u0000\u001f""#, "\u{0}\u{1F}"), (#""\ud7ff\ue000\uffff""#, "\u{D7FF}\u{E000}\u{FFFF}"),
    ("\"\u{7F}é\u{FEFF}😀\"", "\u{7F}é\u{FEFF}😀"), (#""é\né""#, "é\né"),
  ])
  func texts(text: String, content: String) throws {
    #expect(try read(text) == .string(content))
    #expect(try read("{\(text):1}").members == read("{\(text): 1 }").members)
    #expect(try read("{\(text):1}").members?.first?.name == ByteString(content))
  }

  /// Names and texts that Swift's strings take for equal stay apart.
  @Test func canonicallyEquivalentTextsDiffer() throws {
    let value = try read(#"{"\u00e9":1,"e\u0301":2,"list":["\u212b","\u00c5","A\u030a"]}"#)
    #expect(value["\u{E9}"] == .integer(1))
    #expect(value["e\u{301}"] == .integer(2))
    #expect(value.members?.first?.name.bytes == [0xC3, 0xA9])
    guard case .list(let texts) = value["list"] else { throw JSONError.notUTF8(offset: 0) }
    #expect(texts[0] != texts[1] && texts[1] != texts[2] && texts[0] != texts[2])
    #expect(Set(["\u{212B}", "\u{C5}", "A\u{30A}"].map { ByteString($0) }).count == 3)
    #expect(
      texts.compactMap(\.string).map { Array($0.utf8) } == [[0xE2, 0x84, 0xAB], [0xC3, 0x85], [0x41, 0xCC, 0x8A]])
  }

  @Test func oneNameInSeveralObjects() throws {
    let value = try read(#"[{"a":{"a":1}},{"a":2}]"#)
    #expect(value.elements { $0["a"]?["a"] ?? $0["a"] } == [.integer(1), .integer(2)])
  }

  @Test func longObjects() throws {
    let text = "{" + (0..<500).map { #""n\#($0)":\#($0)"# }.joined(separator: ",") + "}"
    let value = try read(text)
    #expect(value.members?.map(\.value) == (0..<500).map { .integer($0) })
    #expect(value["n499"] == .integer(499))
  }
}
