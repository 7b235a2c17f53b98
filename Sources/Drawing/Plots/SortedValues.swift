/// The numbers among values, the smallest first.
struct SortedValues: Sendable {
  let values: [Double]

  init(_ values: [Double]) { self.values = values.filter(\.isFinite).sorted() }

  /// The value below which a share of the values is, between neighbours in proportion (Hyndman and Fan 1996, definition
  /// 7); no number for no values.
  func quantile(_ share: Double) -> Double {
    guard let last = values.indices.last else { return .nan }
    let place = share * Double(last)
    let below = Int(place)
    return values[below] + (place - Double(below)) * (values[min(below + 1, last)] - values[below])
  }

  /// The mean of the squared distances from the mean, by one less than their number, as a square root.
  var deviation: Double {
    guard values.count > 1 else { return 0 }
    let mean = values.reduce(0, +) / Double(values.count)
    return (values.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / Double(values.count - 1)).squareRoot()
  }
}
