import Basics

/// An optimizer between two steps: parameters, and their moments.
public struct OptimizerState: Equatable, Sendable {
  /// Updates that were made.
  public let step: Int
  /// All parameters.
  public let parameters: [Float]
  /// Means of gradients.
  public let first: [Float]
  /// Means of their squares.
  public let second: [Float]

  /// Takes as many moments as there are parameters.
  public init(step: Int, parameters: [Float], first: [Float], second: [Float]) {
    precondition(first.count == parameters.count && second.count == parameters.count, "two moments of each parameter")
    self.step = step
    self.parameters = parameters
    self.first = first
    self.second = second
  }

  /// The state as bytes that this kind of machine reads back.
  public var bytes: [UInt8] {
    [step, parameters.count].memoryBytes + parameters.memoryBytes + first.memoryBytes + second.memoryBytes
  }

  /// Reads the state of `count` parameters from the beginning of some bytes, and returns the bytes behind it; nil where
  /// it is of another number.
  public static func read(_ bytes: [UInt8], count: Int) -> (state: OptimizerState, rest: ArraySlice<UInt8>)? {
    let (header, part) = (2 * MemoryLayout<Int>.stride, count * MemoryLayout<Float>.stride)
    guard bytes.count >= header + 3 * part else { return nil }
    let numbers = [Int](memoryBytes: bytes[..<header])
    guard numbers[0] >= 0, numbers[1] == count else { return nil }
    let parts = (0..<3).map { [Float](memoryBytes: bytes[header + $0 * part..<header + ($0 + 1) * part]) }
    return (
      OptimizerState(step: numbers[0], parameters: parts[0], first: parts[1], second: parts[2]),
      bytes[(header + 3 * part)...]
    )
  }
}
