import Foundation

/// Numbers that look random and are the same on every run: SplitMix64 (Steele, Lea and Flood 2014, OOPSLA, 453–472).
///
/// It shares nothing with the generator of the program, so that no test makes its numbers in the way that it checks.
package struct SeededNumbers: RandomNumberGenerator, Sendable {
  private var state: UInt64

  package init(seed: UInt64) { state = seed }

  package mutating func next() -> UInt64 {
    state &+= 0x9e37_79b9_7f4a_7c15
    var bits = state
    bits = (bits ^ (bits >> 30)) &* 0xbf58_476d_1ce4_e5b9
    bits = (bits ^ (bits >> 27)) &* 0x94d0_49bb_1331_11eb
    return bits ^ (bits >> 31)
  }

  // MARK: Numbers

  /// A number from −scale to scale, all equally likely.
  package mutating func float(_ scale: Float = 1) -> Float { (Float(next() >> 40) / 8_388_608 - 1) * scale }

  /// So many numbers from −scale to scale.
  package mutating func floats(_ count: Int, scale: Float = 1) -> [Float] { (0..<count).map { _ in float(scale) } }

  /// A number from 0 to 1, neither of them.
  package mutating func uniform() -> Double { (Double(next() >> 32) + 0.5) / 4_294_967_296 }

  /// A standard normal number (Box and Muller 1958).
  package mutating func normal() -> Double { (-2 * log(uniform())).squareRoot() * cos(2 * .pi * uniform()) }

  // MARK: Choices

  /// A whole number from 0 to `bound` − 1.
  package mutating func below(_ bound: Int) -> Int { Int(next() % UInt64(bound)) }

  /// True in so many of a hundred calls.
  package mutating func happens(_ percent: Int) -> Bool { below(100) < percent }

  /// One of the elements, of which there is at least one.
  package mutating func pick<Element>(_ elements: [Element]) -> Element { elements[below(elements.count)] }
}
