import CKernels
import LinearAlgebra
import Runs
import Transformer

/// What this machine can do.
public enum MachineSpeed {
  /// Floating-point operations per second of fused multiplications and additions in one thread's registers: the limit
  /// of all float32 code. The best of a tenth of a second of tries.
  public static func peakOperationsPerSecond() -> Double {
    let started = ContinuousClock.now
    var best = 0.0
    while (ContinuousClock.now - started).seconds < 0.1 {
      var numbers: [Float] = [0.5, 0.25]
      let begun = ContinuousClock.now
      let operations = locus_multiply_adds(100_000, &numbers)
      best = max(best, operations / (ContinuousClock.now - begun).seconds)
    }
    return best
  }

  /// Floating-point operations per second of one thread's product of a panel `[1024, 1024]` with weights
  /// `[1024, 1024]`, by the kernel that screens use and by BLAS: the best of a quarter second of tries each, because a
  /// busy neighbour only ever slows them down.
  public static func productOperationsPerSecond() -> (own: Double, blas: Double) {
    let size = 1024
    let (input, weights, output) = (filled(size), filled(size), Matrix(rows: size, columns: size))
    let workspace = ProductWorkspace()
    let (inputView, weightView) = (input.view.reading, weights.view.reading)
    BLAS.useThreads(1)
    let own = best(seconds: 0.25) {
      output.view.assignProduct(of: inputView, withTransposeOf: WeightView(weightView), in: workspace)
    }
    let blas = best(seconds: 0.25) {
      BLAS.assignProduct(of: inputView, withTransposeOf: weightView, to: output.view)
    }
    let operations = Operations.product(rows: size, outputs: size, inputs: size)
    return (operations / own, operations / blas)
  }

  /// Bytes per second of one thread that reads so many bytes, once each, in order: the best of a quarter second of
  /// tries.
  static func readBytesPerSecond(of count: Int) -> Double {
    let words = max(1, count / MemoryLayout<SIMD8<UInt64>>.stride)
    let memory = [SIMD8<UInt64>](repeating: SIMD8(repeating: 1), count: words)
    var sum = SIMD8<UInt64>.zero
    let seconds = best(seconds: 0.25) { for word in memory { sum &+= word } }
    // The sum is used, so that the reads are not left out.
    precondition(sum[0] >= UInt64(words), "every word was read")
    return Double(words * MemoryLayout<SIMD8<UInt64>>.stride) / seconds
  }

  /// The shortest time of `body` in so many seconds of tries, one at least.
  static func best(seconds: Double, _ body: () -> Void) -> Double {
    let started = ContinuousClock.now
    var best = Double.infinity
    var tries = 0
    while tries < 1 || (ContinuousClock.now - started).seconds < seconds {
      let begun = ContinuousClock.now
      body()
      best = min(best, (ContinuousClock.now - begun).seconds)
      tries += 1
    }
    return best
  }

  private static func filled(_ size: Int) -> Matrix {
    let matrix = Matrix(rows: size, columns: size)
    for row in 0..<size {
      for column in 0..<size { matrix.view[row, column] = Float((row * 7 + column * 13) % 17) / 17 - 0.5 }
    }
    return matrix
  }
}
