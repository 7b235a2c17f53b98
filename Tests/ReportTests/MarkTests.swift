import Drawing
import Foundation
import Report
import Testing

/// The pieces of pages and drawings.
struct MarkTests {
  @Test(arguments: [
    ("a < b & \"c\"", "a &lt; b &amp; &quot;c&quot;"),
    // A sign that forms one character with what comes after it, which counts as a letter of its own to Swift only.
    ("\u{600}<script>", "\u{600}&lt;script&gt;"), ("\"\u{301} onload='x'", "&quot;\u{301} onload=&#39;x&#39;"),
    ("line\nand\ttab", "line\nand\ttab"), ("bell \u{7} and \u{FFFE}", "bell \u{FFFD} and \u{FFFD}"), ("🦙", "🦙"),
  ]) func textsAreMadeHarmless(_ text: String, _ markup: String) {
    #expect(Markup(text).text == markup)
  }

  @Test func scriptsCannotBeEnded() {
    let value = JSON.object([
      ("a", .text("</script>\"\\\u{2028}\u{1}")), ("b", .list([.null, .whole(-3), .number(0.12346), .number(.nan)])),
      ("c", .truth(true)),
    ])
    #expect(
      value.text == #"{"a":"\u003c/script\u003e\"\\\u2028\u0001","b":[null,-3,0.1235,null],"c":true}"#)
  }

  @Test(arguments: [
    (0.0, "0"), (1.0, "1"), (-1.5, "-1.5"), (0.016, "0.02"), (12.305, "12.31"), (-0.004, "0"), (.infinity, "0"),
  ]) func lengthsAreShort(_ value: Double, _ text: String) { #expect(value.svg == text) }

  @Test(arguments: [
    (0.0, 1.0, [0, 0.2, 0.4, 0.6, 0.8, 1]), (-0.3, 0.3, [-0.2, 0, 0.2]), (0, 54.5, [0, 20, 40]),
    (3, 3, [3, 3.2, 3.4, 3.6, 3.8, 4]),
  ]) func ticksAreRound(_ low: Double, _ high: Double, _ expected: [Double]) {
    let ticks = Scale(from: low, to: high, start: 0, end: 100).ticks(5)
    #expect(ticks.count == expected.count && zip(ticks, expected).allSatisfy { abs($0 - $1) < 1e-9 }, "\(ticks)")
  }

  @Test(arguments: [
    (-1.1, 0.2, [0.1, 0.2, 0.5, 1]), (0, 3.5, [1, 10, 100, 1000]), (-9.5, 0.5, [1e-8, 1e-6, 1e-4, 0.01, 1]),
  ]) func ticksOfLogarithmsAreRound(_ low: Double, _ high: Double, _ expected: [Double]) {
    let ticks = Scale(from: low, to: high, start: 0, end: 100, isLogarithmic: true).ticks(5).map { pow(10, $0) }
    #expect(ticks.count == expected.count && zip(ticks, expected).allSatisfy { abs($0 / $1 - 1) < 1e-9 }, "\(ticks)")
  }

  @Test func numbersAreForPeople() {
    #expect(Numeral.count(1_234_567) == "1,234,567" && Numeral.count(-12) == "−12")
    #expect(Numeral.share(0.352) == "35.2 %" && Numeral.share(0.0002) == "0.020 %" && Numeral.share(.nan) == "–")
    #expect(Numeral.chance(0.04) == "0.040" && Numeral.chance(2.5e-7) == "2.5·10⁻⁷" && Numeral.chance(0) == "0")
    #expect(
      Numeral.number(-0.25) == "−0.250" && Numeral.number(1234) == "1234"
        && Numeral.number(-25_736) == "−25,736" && Numeral.number(9999.5) == "10,000" && Numeral.number(0) == "0.000")
    #expect(Numeral.roundTick(0.02) == "0.02" && Numeral.roundTick(2e-5) == "2·10⁻⁵" && Numeral.roundTick(1e6) == "10⁶")
    #expect(Numeral.whole(11.2) == "11" && Numeral.whole(.nan) == "–" && Numeral.whole(1e300) == "–")
    #expect(Numeral.items(1, "pair") == "1 pair" && Numeral.items(2, "matrix", "matrices") == "2 matrices")
  }

  /// Two lines of three pixels in two bits each, and the sums that a reader checks.
  @Test func picturesAreSound() {
    let colours = ["#ff0000", "#00ff00", "#0000ff"].map { Raster.Colour($0) }
    let bytes = [UInt8](Raster(columns: 3, rows: 2, pixels: [0, 1, 2, 2, 1, 0], palette: colours).png)
    #expect(bytes.prefix(8) == [0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A])
    // Of the chunk IEND, in every PNG there is.
    #expect(bytes.suffix(8) == [0x49, 0x45, 0x4E, 0x44, 0xAE, 0x42, 0x60, 0x82])
    // The stream of zlib: two bytes a line, and Adler's sum of [0, 0x18, 0, 0x90].
    let stream: [UInt8] = [0x78, 0x01, 1, 4, 0, 0xFB, 0xFF, 0, 0x18, 0, 0x90, 0x00, 0xDC, 0x00, 0xA9]
    #expect(Data(bytes).range(of: Data(stream)) != nil)
  }

  /// Where a line of the hatching begins and ends, of a rectangle from (3, 4) to (43, 14): the sum of each place is a
  /// multiple of six, so that neighbours meet.
  @Test func hatchingStaysInside() throws {
    var text = ""
    for mark in Hatching.marks(x: 3, y: 4, width: 40, height: 10, tip: "a < b") {
      mark.write(to: &text) { $0.rawValue }
    }
    #expect(text.contains("stroke=\"hatch\"") && text.contains("<title>a &lt; b</title>"), "\(text)")
    let path = try #require(text.components(separatedBy: " d=\"").last?.components(separatedBy: "\"").first)
    let numbers = path.split { "ML ".contains($0) }.compactMap { Double($0) }
    #expect(numbers.count == 4 * 8, "\(path)")
    for place in stride(from: 0, to: numbers.count, by: 2) {
      #expect(3...43 ~= numbers[place] && 4...14 ~= numbers[place + 1])
      #expect((numbers[place] + numbers[place + 1]).truncatingRemainder(dividingBy: 6) == 0)
    }
    #expect(Hatching.marks(x: 0, y: 0, width: 0, height: 5).isEmpty)
    #expect(Hatching.marks(x: 0, y: 0, width: 1e12, height: 5).count == 2)
  }

  @Test func groundIsHatchedWhereThereIsNoCell() {
    func text(_ cells: [[Paint?]]) -> String {
      var text = ""
      for mark in Hatching.ground(under: cells, columns: 2, cellWidth: 5, cellHeight: 5) {
        mark.write(to: &text) { $0.rawValue }
      }
      return text
    }
    #expect(!text([[.first, .first], [.second, .first]]).contains("hatch"))
    for cells: [[Paint?]] in [
      [[.first, nil], [.first, .first]], [[.first], [.first, .first]], [[], [.first, .first]],
    ] {
      #expect(text(cells).contains("hatch") && text(cells).contains("fill=\"silent\""), "\(cells)")
    }
  }

  @Test func cellsOfOneRowAreJoined() {
    let cells: [[Paint?]] = [[.first, .first, nil, .second], [nil, .first, .first, .first]]
    var text = ""
    for mark in Mark.cells(cells, width: 2, height: 3) { mark.write(to: &text) { $0.rawValue } }
    #expect(text.contains("d=\"M0 0h4v3h-4zM2 3h6v3h-6z\"") && text.contains("d=\"M6 0h2v3h-2z\""), "\(text)")
  }
}
