import Basics
import Testing

private enum Mark {}
private enum OtherMark {}

struct WordsTests {
  @Test func refusalsAreCaughtByTheirOrigin() {
    let refusal = Refusal<Mark>(cannot: "read the tokenizer", "FILE", seen: "it has 0 bytes", advice: "fetch it again")
    #expect("\(refusal)" == "cannot read the tokenizer FILE: it has 0 bytes; fetch it again")
    #expect(Refusal<Mark>(cannot: "read", "FILE", seen: "it is a pipe").description == "cannot read FILE: it is a pipe")
    #expect((refusal as any Error) is Refusal<Mark>)
    #expect(!((refusal as any Error) is Refusal<OtherMark>))
  }

  @Test func foreignTextIsQuotedOnOneLine() {
    #expect("a\nb\u{0}é".quoted == "'a\\nb\\0é'")
    #expect("a\nb".quotedName == "'a?b'")
    let long = String(repeating: "x", count: 130)
    #expect(long.quoted == "'" + String(repeating: "x", count: 80) + "…'")
    #expect(long.quotedName == "'" + String(repeating: "x", count: 120) + "…'")
    #expect(String(long.prefix(80)).quoted.hasSuffix("x'"))
    #expect(long.quoted(limit: 400) == "'\(long)'")
    #expect("a\0b".withoutZeros == "a\u{FFFD}b")
  }

  @Test func thousandsAreGrouped() {
    #expect(
      [0, 999, 1000, 1_234_567, -1000, -999].map(\.grouped) == ["0", "999", "1,000", "1,234,567", "-1,000", "-999"])
    #expect(Int.min.grouped == "-9,223,372,036,854,775,808")
  }

  @Test func misspeltWordsHaveANearestOne() {
    let words = ["model", "tokenizer", "inputs", "continuation"]
    #expect(Spelling.nearest(to: "modle", among: words) == "model")
    #expect(Spelling.nearest(to: "Tokeniser", among: words) == "tokenizer")
    #expect(Spelling.nearest(to: "contination", among: words) == "continuation")
    #expect(Spelling.nearest(to: "weights", among: words) == nil)
    #expect(Spelling.nearest(to: String(repeating: "a", count: 1_000_000), among: words) == nil)
  }
}
