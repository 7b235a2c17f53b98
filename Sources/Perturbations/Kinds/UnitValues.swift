import Basics
import Transformer

/// The numbers at which units are held: for matrices whose inputs they are, a number for each layer and column.
public struct UnitValues: Equatable, Sendable {
  private let values: [WeightMatrix: [[Float]]]
  /// The first 16 digits of the hash of all numbers, by which plans tell them apart.
  public let digest: String

  /// Takes numbers `[layer][column]` for some matrices.
  public init(_ values: [WeightMatrix: [[Float]]]) {
    self.values = values
    let bytes = values.sorted { $0.key.index < $1.key.index }
      .flatMap { Array($0.key.rawValue.utf8) + $0.value.flatMap(\.memoryBytes) }
    digest = String(SHA256.hexadecimal(of: bytes).prefix(16))
  }

  /// Whether there are numbers for a matrix.
  public func covers(_ matrix: WeightMatrix) -> Bool { values[matrix] != nil }

  /// The numbers of a region's columns.
  func values(of region: Region) -> [Float] {
    guard let layers = values[region.matrix] else { preconditionFailure("numbers for the inputs of \(region.matrix)") }
    return Array(layers[region.layer][region.columns])
  }
}
