import LinearAlgebra

/// Points of a space, one a row, as float32: directions of mutants, decoder rows of a sparse autoencoder, word vectors.
public struct PointCloud: Sendable, Equatable {
  /// The number of points.
  public let count: Int
  /// Components of a point.
  public let dimension: Int
  /// The points one after the other, `[count, dimension]`.
  public let values: [Float]

  /// Takes the components of all points, `[count, dimension]`, row-major.
  public init(dimension: Int, values: [Float]) {
    precondition(dimension > 0 && values.count % dimension == 0, "whole points of \(dimension) numbers")
    self.dimension = dimension
    self.values = values
    count = values.count / dimension
  }

  /// The components of one point, `[dimension]`.
  public subscript(point point: Int) -> ArraySlice<Float> {
    values[point * dimension..<(point + 1) * dimension]
  }

  /// Some points, in the order given.
  public subscript(points chosen: some Sequence<Int>) -> PointCloud {
    PointCloud(dimension: dimension, values: chosen.flatMap { self[point: $0] })
  }

  /// The points as a matrix `[count, dimension]` to multiply with.
  public func withView<Result>(_ body: (MatrixView) throws -> Result) rethrows -> Result {
    try values.withUnsafeBufferPointer { values in
      guard let base = values.baseAddress else { preconditionFailure("a cloud without points has no view") }
      return try body(MatrixView(base: base, rows: count, columns: dimension, stride: dimension))
    }
  }

  /// The points in double, `[count, dimension]`.
  public var matrix: DoubleMatrix { DoubleMatrix(rows: count, columns: dimension, values: values.map(Double.init)) }

  /// The length of each point, summed in double.
  public var lengths: [Double] {
    (0..<count).map { self[point: $0].reduce(0) { $0 + Double($1) * Double($1) }.squareRoot() }
  }

  /// All points at length 1; none may be of length 0.
  public var normalized: PointCloud {
    var scaled = values
    for (point, length) in lengths.enumerated() {
      precondition(length > 0, "point \(point) has no direction")
      for place in point * dimension..<(point + 1) * dimension { scaled[place] = Float(Double(scaled[place]) / length) }
    }
    return PointCloud(dimension: dimension, values: scaled)
  }
}
