import CKernels
import Testing
import TestSupport

@Suite struct HashTests {
  private func digest(_ parts: [ArraySlice<UInt8>]) -> String {
    var hash = locus_sha256()
    locus_sha256_begin(&hash)
    for part in parts {
      part.withUnsafeBytes { locus_sha256_add(&hash, $0.baseAddress, $0.count) }
    }
    var bytes = [UInt8](repeating: 0, count: 32)
    locus_sha256_finish(&hash, &bytes)
    return bytes.map { (byte: UInt8) -> String in
      let text = String(byte, radix: 16)
      return text.count == 1 ? "0" + text : text
    }.joined()
  }

  /// The examples of FIPS 180-4 and of the NIST test vectors.
  @Test(arguments: [
    ("", 1, "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"),
    ("abc", 1, "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"),
    (
      "abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq", 1,
      "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1"
    ),
    ("a", 1_000_000, "cdc76e5c9914fb9281a1c7e284d73e67f1809a48a497200e046d39ccc7112cd0"),
  ])
  func publishedExamples(text: String, times: Int, expected: String) {
    let bytes = [UInt8](String(repeating: text, count: times).utf8)
    #expect(digest([bytes[...]]) == expected)
  }

  @Test("any division into parts") func parts() {
    var random = SeededNumbers(seed: 2)
    let bytes = (0..<700).map { _ in UInt8(truncatingIfNeeded: random.next()) }
    for count in [0, 1, 55, 56, 57, 63, 64, 65, 119, 120, 127, 128, 129, 700] {
      let whole = digest([bytes[..<count]])
      for length in [1, 3, 55, 63, 64, 65, 130] {
        let pieces = stride(from: 0, to: count, by: length).map { bytes[$0..<min(count, $0 + length)] }
        #expect(digest(pieces) == whole)
      }
    }
  }

  @Test("plain C and the processor's instructions agree", arguments: InstructionSets.available)
  func blocks(name: String) throws {
    let table = try InstructionSets.table(name)
    // "abc", padded by hand.
    var block = [UInt8](repeating: 0, count: 64)
    block.replaceSubrange(0..<4, with: [0x61, 0x62, 0x63, 0x80])
    block[63] = 24
    var state: [UInt32] = [
      0x6a09_e667, 0xbb67_ae85, 0x3c6e_f372, 0xa54f_f53a, 0x510e_527f, 0x9b05_688c, 0x1f83_d9ab, 0x5be0_cd19,
    ]
    table.sha256_blocks(&state, block, 1)
    #expect(
      state == [
        0xba78_16bf, 0x8f01_cfea, 0x4141_40de, 0x5dae_2223, 0xb003_61a3, 0x9617_7a9c, 0xb410_ff61, 0xf200_15ad,
      ])
    var random = SeededNumbers(seed: 3)
    let many = (0..<64 * 9).map { _ in UInt8(truncatingIfNeeded: random.next()) }
    var expected = state
    try InstructionSets.table("portable").sha256_blocks(&expected, many, 9)
    table.sha256_blocks(&state, many, 9)
    #expect(state == expected)
  }
}
