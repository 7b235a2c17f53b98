/// Loops over a few hundred numbers, eight at a time.
enum Vectors {
  /// Σ x[i] · y[i], in eight sums that are joined in one order.
  static func dot(_ x: UnsafePointer<Float>, _ y: UnsafePointer<Float>, _ count: Int) -> Float {
    var sums = SIMD8<Float>.zero
    let whole = count & ~7
    for place in stride(from: 0, to: whole, by: 8) { sums += load(x + place) * load(y + place) }
    var sum = sums.sum()
    for place in whole..<count { sum += x[place] * y[place] }
    return sum
  }

  /// y[i] += factor · x[i].
  static func add(_ x: UnsafePointer<Float>, times factor: Float, to y: UnsafeMutablePointer<Float>, _ count: Int) {
    for place in 0..<count { y[place] += factor * x[place] }
  }

  /// Σ x[i]² in double, in four sums that are joined in one order.
  static func squares(_ x: UnsafePointer<Float>, _ count: Int) -> Double {
    var sums = SIMD4<Double>.zero
    let whole = count & ~3
    for place in stride(from: 0, to: whole, by: 4) {
      let values = SIMD4<Double>(Double(x[place]), Double(x[place + 1]), Double(x[place + 2]), Double(x[place + 3]))
      sums += values * values
    }
    var sum = sums.sum()
    for place in whole..<count { sum += Double(x[place]) * Double(x[place]) }
    return sum
  }

  private static func load(_ numbers: UnsafePointer<Float>) -> SIMD8<Float> {
    UnsafeRawPointer(numbers).loadUnaligned(as: SIMD8<Float>.self)
  }
}
