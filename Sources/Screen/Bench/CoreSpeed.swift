import Foundation
import LinearAlgebra
import Runs
import Transformer

/// The speed of a core in the products of a screen, found so that it does not follow what else the machine does.
///
/// The processor time of many products is taken, each much shorter than a core is given to one process at a time, and
/// of those the fastest: whatever else runs only ever slows them down.
public struct CoreSpeed: Equatable, Sendable {
  /// Floating-point operations per second.
  public let operationsPerSecond: Double
  /// Whether several of the fastest tries agree. Otherwise the machine is too busy to measure its speed.
  public let isSteady: Bool

  /// The tries of which the slowest one counts, and by how much the fastest may be faster if they agree.
  private static let fastest = 8
  private static let agreement = 1.03
  /// Tries that are made at least, and the seconds in which as many as needed are made.
  private static let leastTries = 256
  private static let patience = 4.0

  /// Of this machine, by a product of a panel `[128, 256]` with weights `[256, 256]`, a fifth of a millisecond each. It
  /// is as fast as large ones; those of milliseconds are mostly interrupted on a busy machine, and 20 % slower then.
  public static func measured() -> CoreSpeed {
    let (rows, size) = (128, 256)
    let (input, weights) = (filled(rows: rows, columns: size), filled(rows: size, columns: size))
    let (output, workspace) = (Matrix(rows: rows, columns: size), ProductWorkspace())
    let (inputView, weightView) = (input.view.reading, weights.view.reading)
    let started = ContinuousClock.now
    return CoreSpeed(operations: Operations.product(rows: rows, outputs: size, inputs: size)) {
      guard (ContinuousClock.now - started).seconds < patience else { return nil }
      let begun = ThreadTime.seconds
      output.view.assignProduct(of: inputView, withTransposeOf: WeightView(weightView), in: workspace)
      return ThreadTime.seconds - begun
    }
  }

  /// The speed by tries of `operations` operations each, timed until several agree or there are no more.
  package init(operations: Double, nextTry: () -> Double?) {
    var best: [Double] = []
    var count = 0
    func agree() -> Bool {
      best.count == CoreSpeed.fastest && best[CoreSpeed.fastest - 1] <= CoreSpeed.agreement * best[0]
    }
    while count < CoreSpeed.leastTries || !agree(), let seconds = nextTry() {
      count += 1
      // Without a tick of the clock there is nothing to compute a speed from.
      guard seconds > 0 else { continue }
      best.insert(seconds, at: best.firstIndex { $0 > seconds } ?? best.count)
      if best.count > CoreSpeed.fastest { best.removeLast() }
    }
    operationsPerSecond = operations / (best.last ?? .infinity)
    isSteady = agree()
  }

  private static func filled(rows: Int, columns: Int) -> Matrix {
    let matrix = Matrix(rows: rows, columns: columns)
    for row in 0..<rows {
      for column in 0..<columns { matrix.view[row, column] = Float((row * 7 + column * 13) % 17) / 17 - 0.5 }
    }
    return matrix
  }
}

/// The processor time of the calling thread.
private enum ThreadTime {
  static var seconds: Double {
    var time = timespec()
    clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time)
    return Double(time.tv_sec) + Double(time.tv_nsec) * 1e-9
  }
}
