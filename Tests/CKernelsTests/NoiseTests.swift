import CKernels
import Foundation
import Testing

@Suite struct NoiseTests {
  /// The known answers published with Random123 (kat_vectors, philox4x32 10).
  @Test(
    arguments: [
      (
        [0, 0, 0, 0], [0, 0], [0x6627_e8d5, 0xe169_c58d, 0xbc57_ac4c, 0x9b00_dbd8]
      ),
      (
        [0xffff_ffff, 0xffff_ffff, 0xffff_ffff, 0xffff_ffff], [0xffff_ffff, 0xffff_ffff],
        [0x408f_276d, 0x41c8_3b0e, 0xa20b_c7c6, 0x6d54_51fd]
      ),
      (
        [0x243f_6a88, 0x85a3_08d3, 0x1319_8a2e, 0x0370_7344], [0xa409_3822, 0x299f_31d0],
        [0xd16c_fe09, 0x94fd_cceb, 0x5001_e420, 0x2412_6ea1]
      ),
    ] as [([UInt32], [UInt32], [UInt32])])
  func philox(counter: [UInt32], key: [UInt32], expected: [UInt32]) {
    var output = [UInt32](repeating: 0, count: 4)
    locus_philox(counter, key, &output)
    #expect(output == expected)
  }

  /// Computed with mpmath to 40 digits.
  @Test("the same bits everywhere", arguments: InstructionSets.available)
  func pinned(name: String) throws {
    let table = try InstructionSets.table(name)
    var noise = [Float](repeating: 0, count: 1022)
    table.gumbel_noise(0x0123_4567_89ab_cdef, 7, 3, &noise, noise.count)
    let bits = [0, 1, 2, 3, 4, 1021].map { noise[$0].bitPattern }
    #expect(bits == [0xbe85_3e2a, 0xbee4_6857, 0x3f62_edae, 0x3ffe_54ae, 0x3f89_3d73, 0xbeb8_20e0])
  }

  @Test("against the library's logarithm, for every count", arguments: InstructionSets.available)
  func againstDefinition(name: String) throws {
    let table = try InstructionSets.table(name)
    let seed: UInt64 = 0xfeed_0000_0000_0042
    for count in Awkward.counts + [40_000] {
      var noise = Guarded(count: count)
      try noise.withPointer { table.gumbel_noise(seed, 11, 5, $0, count) }
      #expect(noise.isIntact)
      var worst = 0.0
      var words = [UInt32](repeating: 0, count: 4)
      for (i, value) in noise.values.enumerated() {
        if i % 4 == 0 { locus_philox([UInt32(i / 4), 5, 11, 0], [0x42, 0xfeed_0000], &words) }
        let u = (Double(words[i % 4]) + 0.5) / 4_294_967_296
        worst = max(worst, unitsInLastPlace(value, from: -Foundation.log(-Foundation.log(u))))
      }
      #expect(worst <= 0.501)
    }
  }

  @Test("a function of seed, input and step")
  func arguments() {
    func noise(_ seed: UInt64, _ input: UInt32, _ step: UInt32) -> [Float] {
      var values = [Float](repeating: 0, count: 64)
      locus_gumbel_noise(seed, input, step, &values, values.count)
      return values
    }
    let all = [noise(1, 0, 0), noise(1 << 32, 0, 0), noise(0, 1, 0), noise(0, 0, 1), noise(0, 0, 0)]
    #expect(Set(all).count == all.count)
    #expect(noise(0, 1, 0) == all[2])
  }

  @Test("mean γ and variance π²/6")
  func moments() {
    var values = [Float](repeating: 0, count: 200_000)
    locus_gumbel_noise(3, 1, 4, &values, values.count)
    let mean = values.reduce(0.0) { $0 + Double($1) } / 200_000
    let variance = values.reduce(0.0) { $0 + (Double($1) - mean) * (Double($1) - mean) } / 200_000
    // Five standard errors.
    #expect(abs(mean - 0.577216) < 0.0144 && abs(variance - 1.644934) < 0.039)
  }
}
