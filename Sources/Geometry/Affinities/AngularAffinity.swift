import CKernels
import LinearAlgebra
import MessagePassing

/// 1 − the angle between two points as a part of π, without a matrix in memory: 1 for points of one direction, ½ for
/// orthogonal ones, 0 for opposite ones (Li et al. 2024, arXiv 2410.19750, §4).
///
/// A product is count² · (dimension + 48) multiplications. A point of length 0, which has no direction, is orthogonal
/// to all.
public struct AngularAffinity: EntryAffinity {
  /// The cloud's points, brought to length 1.
  private let points: PointCloud

  /// Takes a cloud and brings a copy of its points to length 1.
  public init(_ cloud: PointCloud) {
    var values = cloud.values
    for (point, length) in cloud.lengths.enumerated() where length > 0 {
      for place in point * cloud.dimension..<(point + 1) * cloud.dimension {
        values[place] = Float(Double(values[place]) / length)
      }
    }
    points = PointCloud(dimension: cloud.dimension, values: values)
  }

  /// The number of points.
  public var count: Int { points.count }

  /// Writes the affinities of `rows` with `columns` to `target`, `[rows, columns]`.
  public func write(_ rows: Range<Int>, _ columns: [Int], to target: MutableMatrixView, in workspace: ProductWorkspace)
  {
    precondition(target.rows == rows.count && target.columns == columns.count, "an entry for each pair")
    let others = Matrix(rows: columns.count, columns: points.dimension)
    points.withView { all in
      for (place, column) in columns.enumerated() {
        others.view.row(place).update(from: all.row(column), count: points.dimension)
      }
      target.assignProduct(of: all[rows: rows], withTransposeOf: WeightView(others.view.reading), in: workspace)
    }
    for row in 0..<rows.count { locus_angular_affinities(target.row(row), columns.count) }
    for (place, column) in columns.enumerated() where rows.contains(column) {
      target[column - rows.lowerBound, place] = 0
    }
  }

  /// Only points that are opposite to all others would be on their own.
  public func components(sharing: Sharing) -> Components { Components(oneOf: count) }
}
