extension [Double] {
  /// The arithmetic mean; not a number for an empty array.
  public var mean: Double { reduce(0, +) / Double(count) }
}
