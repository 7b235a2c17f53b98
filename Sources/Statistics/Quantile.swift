extension [Double] {
  /// The value below which a share of the values lies, in proportion between the two values beside it; not a number for
  /// an empty array.
  public func quantile(_ share: Double) -> Double { sorted().sortedQuantile(share) }

  /// Several such values at once.
  public func quantiles(_ shares: [Double]) -> [Double] {
    let ascending = sorted()
    return shares.map { ascending.sortedQuantile($0) }
  }

  private func sortedQuantile(_ share: Double) -> Double {
    guard !isEmpty else { return .nan }
    let place = Swift.min(Swift.max(share, 0), 1) * Double(count - 1)
    let below = Swift.min(Int(place), count - 1)
    let above = Swift.min(below + 1, count - 1)
    return self[below] + (place - Double(below)) * (self[above] - self[below])
  }
}
