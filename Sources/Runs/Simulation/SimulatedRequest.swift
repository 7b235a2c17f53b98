/// The request of a simulated rank for more units.
struct SimulatedRequest: Comparable {
  /// In seconds since the screen began.
  var arrival: Double
  var rank: Int32

  /// Whether the first request arrives before the second. Of two that arrive at once the lower rank's is first, so that
  /// a simulation repeats itself.
  static func < (first: SimulatedRequest, second: SimulatedRequest) -> Bool {
    first.arrival < second.arrival || (first.arrival == second.arrival && first.rank < second.rank)
  }
}
