import LinearAlgebra
import MessagePassing

/// A graph of nearest neighbours: 1 between points that are neighbours of each other, ½ where only one is the other's,
/// kept sparse.
///
/// This is ½ (G + Gᵀ) of scikit-learn's `SpectralClustering(affinity="nearest_neighbors")`, whose `n_neighbors` counts
/// the point itself and so is one more than neighbours here.
public struct NeighbourGraph: Affinity {
  /// The number of points.
  public let count: Int
  /// Where the others of each point begin, and behind them the end, `[count + 1]`.
  private let offsets: [Int]
  /// Ascending in each point.
  private let others: [Int32]
  private let weights: [Double]

  /// Joins each point to its neighbours.
  public init(_ nearest: NearestNeighbours) {
    let width = nearest.neighbourCount
    count = width == 0 ? 0 : nearest.neighbours.count / width
    var lists: [[Int32]] = Array(repeating: [], count: count)
    for (place, other) in nearest.neighbours.enumerated() {
      lists[place / width].append(other)
      lists[Int(other)].append(Int32(place / width))
    }
    var (offsets, others, weights): ([Int], [Int32], [Double]) = ([0], [], [])
    for list in lists {
      for other in list.sorted() {
        if others.count > offsets[offsets.count - 1], others[others.count - 1] == other {
          weights[weights.count - 1] = 1
        } else {
          others.append(other)
          weights.append(0.5)
        }
      }
      offsets.append(others.count)
    }
    (self.offsets, self.others, self.weights) = (offsets, others, weights)
  }

  /// A product costs less than making its result orthogonal to others, so a narrow block is best.
  public var blockWidth: Int { 8 }

  /// Some rows of the matrix times `block`, `[count, width]`: `[rows, width]`.
  public func product(of rows: Range<Int>, with block: DoubleMatrix) -> DoubleMatrix {
    precondition(block.rows == count, "a block of \(count) rows")
    let width = block.columns
    var product = DoubleMatrix(rows: rows.count, columns: width)
    product.values.withUnsafeMutableBufferPointer { sums in
      block.values.withUnsafeBufferPointer { block in
        for (place, row) in rows.enumerated() {
          for edge in offsets[row]..<offsets[row + 1] {
            let (weight, start) = (weights[edge], Int(others[edge]) * width)
            for column in 0..<width { sums[place * width + column] += weight * block[start + column] }
          }
        }
      }
    }
    return product
  }

  /// The sets of points that edges join.
  public func components(sharing: Sharing) -> Components {
    var sets = DisjointSets(count: count)
    for row in 0..<count {
      for other in others[offsets[row]..<offsets[row + 1]] { sets.join(row, Int(other)) }
    }
    return Components(sets)
  }
}
