import Foundation

extension RandomStream {
  /// Draws a place with a probability in proportion to its share; all places are equally likely if all shares are 0.
  /// No share may be below 0.
  public mutating func place(by shares: [Double]) -> Int {
    precondition(!shares.isEmpty, "a place to choose")
    var rest = shares.reduce(0, +) * uniform()
    guard rest > 0 else { return below(shares.count) }
    for (place, share) in shares.enumerated() where share > 0 {
      rest -= share
      if rest <= 0 { return place }
    }
    return shares.lastIndex { $0 > 0 } ?? 0
  }

  /// Returns the numbers from 0 up to `count` in random order (Fisher and Yates 1938).
  public mutating func permutation(_ count: Int) -> [Int] {
    var order = Array(0..<count)
    for place in stride(from: count - 1, to: 0, by: -1) { order.swapAt(place, below(place + 1)) }
    return order
  }

  /// Draws the length of a vector of `degrees` standard normal numbers, the root of a chi-squared variable, by a gamma
  /// variable of half the degrees (Marsaglia and Tsang 2000, ACM Trans. Math. Softw. 26, 363–372).
  public mutating func length(ofNormals degrees: Int) -> Double {
    precondition(degrees > 0, "a length of at least one number")
    // Below a shape of 1 the method does not hold.
    guard degrees > 1 else { return abs(normal()) }
    let shift = Double(degrees) / 2 - 1 / 3.0
    let scale = 1 / (9 * shift).squareRoot()
    while true {
      let normal = normal()
      let root = 1 + scale * normal
      guard root > 0 else { continue }
      let cube = root * root * root
      if log(uniform()) < normal * normal / 2 + shift * (1 - cube + log(cube)) {
        return (2 * shift * cube).squareRoot()
      }
    }
  }
}
