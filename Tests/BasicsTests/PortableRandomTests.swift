import Basics
import Testing

/// Expected numbers are those of Python's hashlib: the first 53 bits of SHA-256 of the key, plus a half, over 2⁵³.
struct PortableRandomTests {
  @Test func keysHaveTheirNumbers() {
    #expect(PortableRandom.uniform("0:sample:0:0") == 0.8331958374101931)
    #expect(PortableRandom.order(128) { "0:0:attn_pre_out:\($0)" }.prefix(8) == [76, 120, 27, 11, 43, 17, 122, 26])
  }

  /// The key takes more than one block of the digest, and the range passes from one digit to two and to three.
  @Test func numberedKeysHaveTheirNumbers() {
    let key = "7:a long name, such that a key takes more than one block of the digest"
    func numbers(_ range: Range<Int>) -> [Double] {
      var numbers: [Double] = []
      PortableRandom.uniforms(key, range) { numbers.append($0) }
      return numbers
    }
    let all = numbers(0..<101)
    #expect(all.count == 101)
    let expected = [
      0: 0.9279059565936338, 9: 0.9197111642889573, 10: 0.2830361959061503, 99: 0.7563178456550295,
      100: 0.34135977207864593,
    ]
    for (place, number) in expected { #expect(all[place] == number) }
    #expect(all == (0..<101).map { PortableRandom.uniform("\(key):\($0)") })
    #expect(numbers(12345..<12346) == [0.8768263141987045])
    #expect(numbers(98..<101) == Array(all[98...]) && numbers(5..<5) == [])
  }
}
