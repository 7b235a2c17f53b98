import Testing
import TestSupport
import Tokenizers

/// Models of SentencePiece, made here field by field.
struct SentencePieceTests {
  private let folder: TemporaryFolder

  init() throws {
    folder = try TemporaryFolder()
  }

  // MARK: Writing

  private func field(_ number: UInt8, _ bytes: [UInt8]) -> [UInt8] {
    precondition(bytes.count < 1 << 14)
    let length = bytes.count < 128 ? [UInt8(bytes.count)] : [UInt8(bytes.count & 127 | 128), UInt8(bytes.count >> 7)]
    return [number << 3 | 2] + length + bytes
  }

  private func field(_ number: Int, _ value: UInt8) -> [UInt8] {
    let key = number << 3
    return (key < 128 ? [UInt8(key)] : [UInt8(key & 127 | 128), UInt8(key >> 7)]) + [value]
  }

  private func piece(_ text: String, _ score: Float = 0, type: UInt8 = 1) -> [UInt8] {
    let bits = score.bitPattern
    let bytes = (0..<4).map { UInt8(truncatingIfNeeded: bits >> (8 * UInt32($0))) }
    return field(1, field(1, Array(text.utf8)) + [2 << 3 | 5] + bytes + field(3, type))
  }

  private static let special: [(String, Float, UInt8)] = [("<unk>", 0, 2), ("<s>", 0, 3), ("</s>", 0, 3)]

  private func model(
    _ pieces: [(String, Float, UInt8)], training: [UInt8] = [], normalization: [UInt8] = []
  ) -> [UInt8] {
    (Self.special + pieces).flatMap { piece($0.0, $0.1, type: $0.2) } + field(2, training) + field(3, normalization)
  }

  private func load(_ bytes: [UInt8], as name: String = "tokenizer.model") throws -> any Tokenizer {
    try TokenizerFile.load(try folder.write(bytes, as: name))
  }

  private static let bytePair: [UInt8] = [3 << 3, 2]
  private static let letters: [(String, Float, UInt8)] = [
    ("a", -1, 1), ("b", -1, 1), ("\u{2581}", -1, 1), ("ab", -2, 1), ("\u{2581}a", -3, 1), ("aa", -2, 1), ("xy", 0, 4),
  ]

  // MARK: Byte pairs

  @Test func bytePairs() throws {
    let tokenizer = try load(model(Self.letters, training: Self.bytePair))
    #expect(tokenizer.vocabularyCount == 10 && tokenizer.beginToken == 1)
    // The best score first, the leftmost of equals; several unknown characters are one token.
    #expect(try tokenizer.encode("ab") == [1, 5, 6])
    #expect(try tokenizer.encode(" aab  b ") == [1, 5, 8, 4, 5, 4])
    #expect(try tokenizer.encode("axyb??a") == [1, 7, 9, 4, 0, 3])
    #expect(try tokenizer.encode("<s>") == [1, 5, 0])
    #expect(try tokenizer.encode("") == [1])
    #expect(tokenizer.decode([1, 7, 6, 5, 3, 2]) == "aab a")
    #expect(tokenizer.decode([0, 3]) == " \u{2047} a")
    #expect(tokenizer.token(4) == "b" && tokenizer.token(10) == nil && tokenizer.bytes(of: 7) == Array(" a".utf8))
  }

  @Test func scores() throws {
    let pieces: [(String, Float, UInt8)] = [
      ("a", -3, 1), ("b", -3, 1), ("\u{2581}", -3, 1), ("ab", -4, 1), ("\u{2581}a", -4.5, 1), ("bb", -1, 4),
      ("ba", -9, 5),
    ]
    let tokenizer = try load(model(pieces))
    #expect(try tokenizer.encode("ab") == [1, 5, 6])
    #expect(try tokenizer.encode("ba") == [1, 5, 4, 3])
    #expect(try tokenizer.encode("abb") == [1, 7, 8])
    #expect(try tokenizer.encode("a??b") == [1, 7, 0, 4])
  }

  @Test func bytesOfWhatIsUnknown() throws {
    let bytes = (0..<256).map { byte -> (String, Float, UInt8) in
      let digits = String(byte, radix: 16, uppercase: true)
      return ("<0x\(byte < 16 ? "0" : "")\(digits)>", 0, 6)
    }
    let tokenizer = try load(model(bytes + Self.letters, training: Self.bytePair + field(35, 1)))
    #expect(try tokenizer.encode("\u{E9}a") == [1, 261, 3 + 0xC3, 3 + 0xA9, 259])
    #expect(tokenizer.decode([1, 261, 3 + 0xC3, 3 + 0xA9, 259]) == "\u{E9}a")
    #expect(tokenizer.bytes(of: 3 + 0xC3) == [0xC3])
  }

  @Test func settingsOfTheNormalizer() throws {
    let plain = try load(
      model(Self.letters, training: Self.bytePair, normalization: field(3, 0) + field(4, 0)))
    #expect(try plain.encode(" a  b ") == [1, 7, 5, 5, 4, 5])
    #expect(plain.decode([7, 4]) == " ab")
    let suffixed = try load(model(Self.letters, training: Self.bytePair + field(24, 1)))
    #expect(try suffixed.encode(" b a") == [1, 4, 7, 5])
    #expect(suffixed.decode([4, 5]) == "b " && suffixed.decode([5, 4]) == "b")
  }

  // MARK: What stands around

  @Test func aFolderOfTransformersDecidesByItsFlags() throws {
    let bytes = model(Self.letters, training: Self.bytePair)
    _ = try folder.write(Array("{}".utf8), as: "config.json")
    #expect(try load(bytes).encode("<s>a") == [1, 7])
    #expect(try load(bytes).beginToken == nil)
    let configuration = #"{"add_bos_token":true,"add_eos_token":true,"bos_token":"<s>","eos_token":{"content":"</s>"}}"#
    _ = try folder.write(Array(configuration.utf8), as: "tokenizer_config.json")
    #expect(try load(bytes).encode("b") == [1, 5, 4, 2])
    // Every part of a text gets a space in front, but not with Llama's own class.
    #expect(try load(bytes).encode("b<s>b") == [1, 5, 4, 1, 5, 4, 2])
    _ = try folder.write(Array(#"{"tokenizer_class":"LlamaTokenizer"}"#.utf8), as: "tokenizer_config.json")
    #expect(try load(bytes).encode("b<s>b") == [5, 4, 1, 4])
  }

  // MARK: Damage

  @Test func everyDamageIsReadOrRefused() throws {
    let good = model(Self.letters, training: Self.bytePair)
    var generator = SeededNumbers(seed: 4)
    for _ in 0..<1_500 {
      var bad = Array(good.prefix(Int.random(in: 1...good.count, using: &generator)))
      bad[Int.random(in: 0..<bad.count, using: &generator)] = UInt8.random(in: 0...255, using: &generator)
      guard try folder.refusal(bad, as: "some.model") == nil else { continue }
      let tokenizer = try load(bad, as: "some.model")
      #expect(try tokenizer.encode("ab xy \u{E9}").allSatisfy { $0 < tokenizer.vocabularyCount })
    }
  }

  @Test func mistakesAreNamed() throws {
    let cases: [([UInt8], String)] = [
      (piece("a"), "it has no piece for what is unknown, so it is no SentencePiece model"),
      (field(1, [0x0A, 200]), "it breaks off or is no message of Protocol Buffers at byte"),
      (model([("", 0, 1)]), "piece 3 has 0 bytes, outside 1...1024"),
      (model([("a", .nan, 1)]), "piece 3 has the score nan"),
      (model([("a", 0, 9)]), "piece 3 is of the type 9, which is none"),
      (model([("a", 0, 5)], training: Self.bytePair), "its piece 'a' is marked as unused"),
      (model([], training: field(3, 7)), "its model_type is 7"),
      (model([], normalization: field(2, [1, 2, 3])), "its map of characters is damaged"),
    ]
    for (bytes, expected) in cases {
      let message = try folder.refusal(bytes, as: "some.model")
      #expect(message?.contains("some.model: " + expected) == true, "\(message ?? "it was read")")
    }
  }
}
