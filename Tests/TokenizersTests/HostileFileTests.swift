import Foundation
import Testing
import TestSupport
import Tokenizers

/// Damaged and hostile files: one clear sentence, never a crash.
struct HostileFileTests {
  private let folder: TemporaryFolder

  init() throws {
    folder = try TemporaryFolder()
  }

  @Test(arguments: ["", " ", "{", "[1,]", "01", "\"\\ud800\"", "{} {}"])
  func brokenJSON(text: String) throws {
    let message = try folder.refusal(text)
    #expect(message?.hasPrefix("cannot read the tokenizer \(folder.url.path)/tokenizer.json: it") == true)
    #expect(message?.hasSuffix(text.isEmpty ? "; get the file again" : "; fetch the file again") == true)
  }

  @Test func deepNesting() throws {
    for open in ["[", "{\"a\":"] {
      let message = try folder.refusal(String(repeating: open, count: 1_000_000))
      #expect(message?.contains("nested deeper than 64") == true)
    }
  }

  @Test func invalidText() throws {
    let message = try folder.refusal([0x7B, 0x22, 0xFF, 0x22, 0x7D])
    #expect(message?.contains("not UTF-8") == true)
  }

  /// Every prefix of a good file, and the file with each byte changed, is read or refused.
  @Test func everyDamageOfATokenizerDocument() throws {
    let url = Places.fixtures.appendingPathComponent("unknown/tokenizer.json")
    let good = Array(try Data(contentsOf: url).dropLast())
    for count in stride(from: 0, to: good.count, by: 7) {
      #expect(try folder.refusal(Array(good[..<count])) != nil)
    }
    var generator = SeededNumbers(seed: 5)
    for _ in 0..<2_000 {
      var bad = good
      bad[Int.random(in: 0..<bad.count, using: &generator)] = UInt8.random(in: 0x20...0x7E, using: &generator)
      if try folder.refusal(bad) == nil {
        let tokenizer = try TokenizerFile.load(folder.url.path)
        #expect(try tokenizer.encode("Tom <word> can't\n").allSatisfy { $0 < tokenizer.vocabularyCount })
      }
    }
  }

  // MARK: llama2.c

  private func little(_ value: Int32) -> [UInt8] {
    (0..<4).map { UInt8(truncatingIfNeeded: value >> (8 * Int32($0))) }
  }

  private func piece(_ text: String, score: Float = 0) -> [UInt8] {
    little(Int32(bitPattern: score.bitPattern)) + little(Int32(text.utf8.count)) + Array(text.utf8)
  }

  private func special() -> [UInt8] { little(9) + piece("<unk>") + piece("\n<s>\n") + piece("\n</s>\n") }

  @Test func damagedLlama2CFiles() throws {
    let score = little(0)
    let cases: [([UInt8], String)] = [
      ([], "it is an empty file; get the file again"),
      ([1, 0, 0], "it has only 3 bytes"),
      (little(0), "it gives its longest piece 0 bytes"),
      (little(-7), "it gives its longest piece -7 bytes"),
      (little(7), "it has 0 pieces"),
      (special() + [0, 0], "piece 3 at byte 44 is cut off"),
      (special() + score, "piece 3 at byte 44 is cut off"),
      (special() + score + little(5) + [1, 2], "piece 3 at byte 44 is cut off"),
      (special() + score + little(-1), "has a length of -1, outside"),
      (special() + score + little(.max), "has a length of 2147483647, outside"),
      (special() + score + little(.min), "has a length of -2147483648, outside"),
      (special() + piece("a", score: .nan), "has the score nan"),
    ]
    for (bytes, expected) in cases {
      let message = try folder.refusal(bytes, as: "tokenizer.bin")
      #expect(message?.contains(expected) == true, "\(message ?? "it was read"), not \(expected)")
    }
  }

  @Test func llama2CRules() throws {
    // The best score first, the leftmost of equals; bytes that are no text are replaced.
    let pieces = [("a", 0), ("b", 0), ("aa", -1), ("ab", -1), ("aab", -2), (" ", 0), (" a", -3)].map {
      piece($0, score: $1)
    }
    let bytes = special() + pieces.joined() + little(0) + little(1) + [0xE9]
    let tokenizer = try TokenizerFile.load(try folder.write(bytes, as: "tokenizer.bin"))
    #expect(tokenizer.vocabularyCount == 11)
    #expect(tokenizer.beginToken == 1)
    #expect(try tokenizer.encode("") == [1])
    #expect(try tokenizer.encode("aab") == [1, 8, 7])
    #expect(try tokenizer.encode("ab") == [1, 8, 6])
    #expect(try tokenizer.encode("a") == [1, 9])
    #expect(try tokenizer.encode("xyb") == [1, 8, 0, 4])
    #expect(tokenizer.decode([1, 9, 9]) == "a a")
    #expect(tokenizer.decode([9, 2, -1, 11, 10]) == " a\u{FFFD}")
    #expect(tokenizer.token(10) == "\u{FFFD}")
    #expect(tokenizer.token(11) == nil)
  }

  @Test func randomBytes() throws {
    var generator = SeededNumbers(seed: 8)
    for name in ["tokenizer.bin", "tokenizer.json"] {
      for _ in 0..<500 {
        let count = Int.random(in: 1..<300, using: &generator)
        // Small bytes make plausible lengths.
        let bytes = (0..<count).map { _ in
          UInt8.random(in: 0...(Bool.random(using: &generator) ? 255 : 3), using: &generator)
        }
        if try folder.refusal(bytes, as: name) == nil {
          let tokenizer = try TokenizerFile.load(folder.url.appendingPathComponent(name).path)
          #expect(try tokenizer.encode("text").allSatisfy { $0 < tokenizer.vocabularyCount })
        }
      }
    }
  }
}
