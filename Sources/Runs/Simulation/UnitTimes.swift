import Foundation

/// The times of a simulation's units: a mean and a log-normal factor, a function of the seed and the unit alone.
struct UnitTimes {
  private let runs: [WorkQueueSimulation.UnitRun]
  private let seed: UInt64
  /// The standard deviation of the factor's logarithm.
  private let deviation: Double
  private let mean: Double
  /// The run of the unit asked for last, and its units.
  private(set) var run = 0
  private var units = 0..<0

  init(_ simulation: WorkQueueSimulation) {
    runs = simulation.runs
    seed = simulation.seed
    let variance = log1p(simulation.variation * simulation.variation)
    deviation = variance.squareRoot()
    mean = -variance / 2
    units = 0..<(runs.first?.count ?? 0)
  }

  /// Seconds of a unit. The nearer it is to the one before, the faster.
  mutating func seconds(of unit: Int) -> Double {
    while unit >= units.upperBound {
      run += 1
      units = units.upperBound..<units.upperBound + runs[run].count
    }
    while unit < units.lowerBound {
      run -= 1
      units = units.lowerBound - runs[run].count..<units.lowerBound
    }
    guard deviation > 0 else { return runs[run].seconds }
    return runs[run].seconds * exp(mean + deviation * normal(unit))
  }

  /// A standard normal number: Box and Muller 1958.
  private func normal(_ unit: Int) -> Double {
    let bits = UnitTimes.mix(seed &+ 0x9e37_79b9_7f4a_7c15 &* (UInt64(unit) &+ 1))
    let first = (Double(bits >> 32) + 0.5) / 0x1p32
    let second = Double(bits & 0xffff_ffff) / 0x1p32
    return (-2 * log(first)).squareRoot() * cos(2 * .pi * second)
  }

  /// The output function of SplitMix64 (Steele, Lea and Flood 2014).
  private static func mix(_ state: UInt64) -> UInt64 {
    var bits = state
    bits = (bits ^ bits >> 30) &* 0xbf58_476d_1ce4_e5b9
    bits = (bits ^ bits >> 27) &* 0x94d0_49bb_1331_11eb
    return bits ^ bits >> 31
  }
}
