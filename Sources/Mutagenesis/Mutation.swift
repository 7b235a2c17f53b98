import Transformer

/// A rectangle of a weight matrix, in elements of the `[out, in]` tensor as its file stores it.
public struct Region: Equatable, Hashable, Sendable {
  public let layer: Int
  public let matrix: WeightMatrix
  public let rows: Range<Int>
  public let columns: Range<Int>

  public init(layer: Int, matrix: WeightMatrix, rows: Range<Int>, columns: Range<Int>) {
    self.layer = layer
    self.matrix = matrix
    self.rows = rows
    self.columns = columns
  }
}

/// What is done to a region.
public enum Kind: String, CaseIterable, Sendable {
  /// Every weight becomes the largest of its matrix.
  case maximum
  /// Every weight becomes the smallest of its matrix.
  case minimum
  /// Every weight becomes zero.
  case zero

  /// The number that stands for the kind in files.
  public var code: UInt8 {
    switch self {
    case .maximum: 0
    case .minimum: 1
    case .zero: 2
    }
  }

  /// What the weights of a region become in a matrix with these extremes.
  public func value(extremes: (smallest: Float, largest: Float)) -> Float {
    switch self {
    case .maximum: extremes.largest
    case .minimum: extremes.smallest
    case .zero: 0
    }
  }
}

/// A region and what is done to it.
public struct Mutation: Equatable, Hashable, Sendable {
  public let region: Region
  public let kind: Kind

  public init(region: Region, kind: Kind) {
    self.region = region
    self.kind = kind
  }
}

/// A screen that cannot go on, or a plan that cannot be made.
public struct MutagenesisError: Error, CustomStringConvertible {
  public let description: String

  init(_ description: String) { self.description = description }
}
