import Transformer

/// A rectangle of a weight matrix, in elements of the `[out, in]` tensor as its file stores it.
public struct Region: Equatable, Hashable, Sendable {
  /// The layer, counted from 0; `outside` of matrices that are of no layer.
  public let layer: Int
  /// The weight matrix, of that layer if it is of one.
  public let matrix: WeightMatrix
  /// Rows of the matrix, which are outputs.
  public let rows: Range<Int>
  /// Columns of the matrix, which are inputs.
  public let columns: Range<Int>

  /// What stands for the layer of matrices that are of none.
  public static let outside = -1

  /// A region of a matrix, in elements of the stored tensor.
  public init(layer: Int, matrix: WeightMatrix, rows: Range<Int>, columns: Range<Int>) {
    self.layer = layer
    self.matrix = matrix
    self.rows = rows
    self.columns = columns
  }

  /// The canonical order: by layer, those of no layer last, matrix, first row, first column, rows and columns.
  fileprivate var order: (Int, Int, Int, Int, Int, Int) {
    (
      layer == Region.outside ? Int.max : layer, matrix.index, rows.lowerBound, columns.lowerBound, rows.count,
      columns.count
    )
  }
}

extension Region {
  /// The matrix in words: `layer 3 down`, or `embedding`.
  public var place: String { (matrix.isOuter ? "" : "layer \(layer) ") + matrix.rawValue }

  /// The layer in 16 bits, all of them set where there is none: in lists, and in counters of random numbers.
  var layerNumber: UInt16 { UInt16(truncatingIfNeeded: layer) }
}

/// A region, or a component of a whole matrix, and what is done to it.
public struct Mutation: Equatable, Hashable, Sendable {
  /// The rectangle of weights that are changed.
  public let region: Region
  /// What is done to them.
  public let kind: Kind
  /// The component that is changed alone, counted from 0, where the region is a whole matrix; nil where the region's
  /// weights are.
  public let component: Int?

  /// One kind of change of one region, or of a component of a whole matrix.
  public init(region: Region, kind: Kind, component: Int? = nil) {
    self.region = region
    self.kind = kind
    self.component = component
  }
}

extension Mutation: Comparable {
  /// Canonical order: by layer, matrix, first row, first column, rows, columns, component and kind.
  public static func < (left: Mutation, right: Mutation) -> Bool {
    guard left.region == right.region else { return left.region.order < right.region.order }
    return left.component == right.component
      ? left.kind < right.kind : left.component ?? -1 < right.component ?? -1
  }
}
