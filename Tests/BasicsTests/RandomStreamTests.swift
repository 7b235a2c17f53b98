import Basics
import Foundation
import Testing

/// Expected numbers are those of a Philox written in Python from the paper.
struct RandomStreamTests {
  private let seed: UInt64 = 0x0123_4567_89ab_cdef

  @Test func namedStreamsHaveTheirNumbers() {
    var random = RandomStream(seed: seed, stream: "kmea", index: 5)
    #expect(random.below(1000) == 705)
    #expect(random.uniform() == 0.6926953772841774)
    #expect(abs(random.normal() - 0.6968611498639041) < 1e-15)
  }

  @Test func streamsOfACounterHaveTheirNumbers() {
    let counter = SIMD4<UInt32>(1, 2, 3, 4)
    var integers = RandomStream(seed: seed, counter: counter)
    #expect(integers.integer(below: 1_000_000_000_000) == 600_903_215_154)
    var normals = RandomStream(seed: seed, counter: counter)
    #expect(abs(normals.shortNormal() - 0.5859058657698387) < 1e-15)
  }

  @Test func aNamedStreamIsThatOfItsCounter() {
    let letters: UInt32 = 0x6b6d_6561
    #expect(StreamName("kmea").number == letters)
    #expect(StreamName("lts").number == 0x6c_7473)
    #expect(StreamName("ties").advanced(by: 3) == StreamName(number: 0x7469_6573 + 3))
    var named = RandomStream(seed: 7, stream: "kmea", index: 2)
    var counted = RandomStream(seed: 7, counter: SIMD4(0, 2, letters, 0x6669_6e64))
    for _ in 0..<100 { #expect(named.integer(below: 1 << 40) == counted.integer(below: 1 << 40)) }
  }

  @Test func permutationsHoldEveryNumberOnce() {
    var random = RandomStream(seed: 1, stream: "perm", index: 0)
    for count in [0, 1, 2, 100] { #expect(random.permutation(count).sorted() == Array(0..<count)) }
  }

  @Test func placesFollowTheirShares() {
    var random = RandomStream(seed: 2, stream: "plac", index: 0)
    var counts = [0, 0, 0, 0]
    for _ in 0..<4000 { counts[random.place(by: [1, 0, 2, 1])] += 1 }
    #expect(counts[1] == 0)
    #expect(abs(counts[2] - 2000) < 160 && abs(counts[0] - 1000) < 140)
  }

  @Test(arguments: [1, 2, 10]) func squaredLengthsAverageTheirDegrees(degrees: Int) {
    var random = RandomStream(seed: 3, stream: "chi", index: degrees)
    let squares = (0..<20_000).map { _ in random.length(ofNormals: degrees) }.map { $0 * $0 }
    let mean = squares.reduce(0, +) / 20_000
    #expect(abs(mean - Double(degrees)) < 5 * (2 * Double(degrees) / 20_000).squareRoot())
  }
}
