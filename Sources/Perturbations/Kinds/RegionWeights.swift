import Basics
import LinearAlgebra

/// The statistics of a matrix that kinds make new weights from.
package struct MatrixStatistics {
  let smallest: Float
  let largest: Float
  /// Mean and standard deviation of all weights; not a number where no kind of the screen uses them.
  let mean: Double
  let deviation: Double
}

/// The weights of one region: the old ones, until a kind has made them new.
package struct RegionWeights {
  let rows: Range<Int>
  let columns: Range<Int>
  let matrix: MatrixStatistics
  /// What a file says that the region was set to.
  let value: Float
  private let seed: UInt64
  /// The third word of the counter of random numbers: apart for each kind, matrix and layer, so that a mutation is the
  /// same whatever else is screened.
  private let stream: UInt32
  /// `[rows, columns]`, without gaps.
  private let weights: MutableMatrixView

  /// Takes the old weights of the mutation's region, `[rows, columns]`, which are changed in place.
  init(_ weights: MutableMatrixView, of mutation: Mutation, matrix: MatrixStatistics, value: Float, seed: UInt64) {
    let region = mutation.region
    precondition(
      weights.rows == region.rows.count && weights.columns == region.columns.count && weights.stride == weights.columns,
      "[rows, columns] without gaps")
    rows = region.rows
    columns = region.columns
    self.matrix = matrix
    self.value = value
    self.seed = seed
    stream = UInt32(mutation.kind.code) << 24 | UInt32(region.matrix.index) << 16 | UInt32(region.layerNumber)
    self.weights = weights
  }

  /// How many weights there are.
  var count: Int { rows.count * columns.count }

  // MARK: Changes

  /// Makes each weight what `new` gives for the old one.
  package func setEach(_ new: (_ old: Float) -> Float) {
    let base = weights.base
    for place in 0..<count { base[place] = new(base[place]) }
  }

  /// Makes each weight what `new` gives for its row and column in the matrix and the old one.
  func setEach(_ new: (_ row: Int, _ column: Int, _ old: Float) -> Float) {
    for row in 0..<rows.count {
      let base = weights.base + row * columns.count
      for column in 0..<columns.count {
        base[column] = new(rows.lowerBound + row, columns.lowerBound + column, base[column])
      }
    }
  }

  /// Lets two weights change places, both numbered row by row.
  func swap(_ first: Int, _ second: Int) {
    let kept = weights.base[first]
    weights.base[first] = weights.base[second]
    weights.base[second] = kept
  }

  // MARK: Random numbers

  /// The random numbers of a place: a function of the seed, the kind, the matrix, the layer and these numbers alone.
  func random(row: Int, column: Int, index: Int = 0) -> RandomStream {
    RandomStream(seed: seed, counter: SIMD4(UInt32(row), UInt32(column), stream, UInt32(index)))
  }
}
