import CKernels
import LinearAlgebra

/// What this machine can do.
public enum MachineSpeed {
  /// Floating-point operations per second of fused multiplications and additions in one thread's registers: the limit of all
  /// float32 code. The best of a tenth of a second of tries.
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

  /// Floating-point operations per second of one thread's float32 product of a panel `[1024, 1024]` with weights
  /// `[1024, 1024]`: the best of a quarter second of tries, because a busy neighbour only ever slows it down.
  public static func productOperationsPerSecond() -> Double {
    let size = 1024
    let (input, weights, output) = (filled(size), filled(size), Matrix(rows: size, columns: size))
    BLAS.useThreads(1)
    let started = ContinuousClock.now
    var best = 0.0
    while (ContinuousClock.now - started).seconds < 0.25 || best == 0 {
      let begun = ContinuousClock.now
      BLAS.assignProduct(of: input.view.reading, withTransposeOf: weights.view.reading, to: output.view)
      best = max(best, 2 * Double(size * size * size) / (ContinuousClock.now - begun).seconds)
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
