import CKernels
import Testing
import TestSupport

@Suite struct InstructionSetTests {
  @Test func theBestIsChosen() throws {
    let name = String(cString: locus_instruction_set())
    #expect(name == InstructionSets.available.first)
    for available in InstructionSets.available {
      let table = try InstructionSets.table(available)
      #expect(String(cString: table.instruction_set) == available)
    }
    #expect(locus_kernel_table_named("sse9") == nil)
  }

  @Test func multiplyAddsAreCountedAndDone() throws {
    for name in InstructionSets.available {
      var numbers: [Float] = [0.5, 1]
      let operations = try InstructionSets.table(name).multiply_adds(40, &numbers)
      let lanes = ["avx512": 16.0, "avx2": 8, "portable": 4][name]
      #expect(operations == 2 * 12 * (lanes ?? 0) * 40, "\(name)")
      // x → x / 2 + 1 has the fixed point 2, reached from each of twelve chains.
      #expect(abs(numbers[0] - 24) < 1e-4, "\(name)")
    }
  }

  @Test("the public functions give what the best table gives") func publicFunctions() throws {
    let table = try InstructionSets.table(try #require(InstructionSets.available.first))
    var random = SeededNumbers(seed: 8)
    let x = random.floats(100, scale: 4)
    let y = random.floats(100, scale: 4)
    let halves = (0..<100).map { UInt16($0 * 300) }
    let positions: [Int32] = [0, 1]
    func outputs(_ body: (UnsafeMutablePointer<Float>) -> Void) throws -> [Float] {
      var output = Guarded(x)
      try output.withPointer(body)
      return output.values
    }
    #expect(try outputs { locus_exp(x, $0, 100) } == outputs { table.exp(x, $0, 100) })
    #expect(try outputs { locus_widen_float16(halves, $0, 100) } == outputs { table.widen_float16(halves, $0, 100) })
    #expect(try outputs { locus_widen_bfloat16(halves, $0, 100) } == outputs { table.widen_bfloat16(halves, $0, 100) })
    for function in [LOCUS_SILU, LOCUS_GELU, LOCUS_GELU_TANH, LOCUS_RELU, LOCUS_QUICK_GELU] {
      #expect(
        try outputs { locus_activate(function, $0, y, 100) } == outputs { table.activate(function, $0, y, 100) })
    }
    #expect(try outputs { locus_tanh(y, $0, 100) } == outputs { table.tanh(y, $0, 100) })
    #expect(
      try outputs { locus_layer_norm(y, 50, x, y, 1e-5, $0, 50, 2, 50) }
        == outputs { table.layer_norm(y, 50, x, y, 1e-5, $0, 50, 2, 50) })
    #expect(try outputs { locus_extremes(y, 100, $0, $0 + 1) } == outputs { table.extremes(y, 100, $0, $0 + 1) })
    #expect(
      try outputs { locus_rms_norm(y, 50, x, 1e-5, $0, 50, 2, 50) }
        == outputs { table.rms_norm(y, 50, x, 1e-5, $0, 50, 2, 50) })
    #expect(
      try outputs { locus_rotate_half_split($0, 50, positions, y, x, 2, 5, 10) }
        == outputs { table.rotate_half_split($0, 50, positions, y, x, 2, 5, 10) })
    #expect(
      try outputs { locus_rotate_interleaved($0, 50, positions, y, x, 2, 5, 10) }
        == outputs { table.rotate_interleaved($0, 50, positions, y, x, 2, 5, 10) })
    #expect(try outputs { locus_gumbel_noise(1, 2, 3, $0, 100) } == outputs { table.gumbel_noise(1, 2, 3, $0, 100) })
    let choice = locus_choose(x, y, 2, 100)
    let expected = table.choose(x, y, 2, 100)
    #expect(choice.best == expected.best && choice.margin == expected.margin)
    let logSum = locus_log_sum_exp(x, 100)
    #expect(logSum == table.log_sum_exp(x, 100))
    #expect(locus_compare(x, logSum, y, 100) == table.compare(x, logSum, y, 100))
  }
}
