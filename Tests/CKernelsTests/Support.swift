import CKernels
import Foundation
import Testing

/// The instruction sets that this processor has; every kernel is tested on each.
enum InstructionSets {
  static let available: [String] = ["avx512", "avx2", "portable"].filter { (name: String) -> Bool in
    locus_kernel_table_named(name) != nil
  }

  static func table(_ name: String) throws -> locus_kernel_table {
    try #require(locus_kernel_table_named(name)).pointee
  }
}

/// An array with untouchable values before and behind it.
struct Guarded {
  static let canary: Float = -12345.678
  private static let margin = 40
  private var storage: [Float]
  let count: Int

  init(_ values: [Float]) {
    count = values.count
    let guardValues = [Float](repeating: Self.canary, count: Self.margin)
    storage = guardValues + values + guardValues
  }

  init(count: Int) { self.init([Float](repeating: Self.canary, count: count)) }

  var values: [Float] { Array(storage[Self.margin..<Self.margin + count]) }

  var isIntact: Bool {
    let outside = storage[..<Self.margin] + storage[(Self.margin + count)...]
    return outside.allSatisfy { $0 == Self.canary }
  }

  mutating func withPointer<Result>(_ body: (UnsafeMutablePointer<Float>) throws -> Result) throws -> Result {
    try storage.withUnsafeMutableBufferPointer { buffer in
      try body(try #require(buffer.baseAddress) + Self.margin)
    }
  }
}

extension locus_comparison: @retroactive Equatable {
  public static func == (one: locus_comparison, other: locus_comparison) -> Bool {
    one.divergence == other.divergence && one.log_sum_change == other.log_sum_change
  }
}

enum Awkward {
  static let counts = [1, 2, 3, 7, 8, 15, 16, 17, 31, 33, 64, 100, 255, 256, 257, 511, 1000]
}

/// |a − b| in units in the last place of `exact` as a float.
func unitsInLastPlace(_ value: Float, from exact: Double) -> Double {
  abs(Double(value) - exact) / Double(max(Float(exact).ulp, Float.leastNonzeroMagnitude))
}
