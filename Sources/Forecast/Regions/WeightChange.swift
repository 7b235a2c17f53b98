import LinearAlgebra
import Perturbations
import Transformer

/// What a kind adds to the weights of a matrix in all regions of a grid.
enum WeightChange {
  /// A number plus a factor times the old weight: of a region only Σ G and Σ W ∘ G are needed.
  case line(constant: Float, factor: Float)
  /// Anything else, `[out, in]`.
  case each(Matrix)

  /// The change that a kind makes in regions of `size`; where it is no line, each region is mutated once.
  init(_ kind: Kind, _ mutator: RegionMutator, layer: Int, matrix: WeightMatrix, grid: RegionCover) {
    if let line = mutator.line(of: kind) {
      self = .line(constant: line.constant, factor: line.factor - 1)
      return
    }
    let change = Matrix(rows: grid.rows, columns: grid.columns)
    for block in 0..<grid.count {
      let region = grid.region(block, layer: layer, matrix: matrix)
      let difference = mutator.difference(Mutation(region: region, kind: kind))
      for (place, row) in region.rows.enumerated() {
        (change.view.row(row) + region.columns.lowerBound).update(
          from: difference.view.row(place), count: region.columns.count)
      }
    }
    self = .each(change)
  }
}

/// The regions of a size that cover a matrix, numbered row by row; those at the edges may be smaller.
struct RegionCover: Equatable {
  /// Rows and columns of the matrix.
  let rows: Int
  let columns: Int
  /// Rows and columns of a full region.
  let height: Int
  let width: Int
  /// How many regions cover the rows and the columns.
  let rowBlocks: Int
  let columnBlocks: Int

  /// The regions of a size in a matrix of this shape, `[out, in]`.
  init(_ size: RegionSize, of shape: (rows: Int, columns: Int)) {
    (rows, columns) = shape
    (height, width) = size.extent(in: shape)
    (rowBlocks, columnBlocks) = size.blocks(of: shape)
  }

  /// The number of regions.
  var count: Int { rowBlocks * columnBlocks }

  /// Rows of the matrix that a block of rows has.
  func rows(ofBlock block: Int) -> Range<Int> { block * height..<min((block + 1) * height, rows) }

  /// Columns of the matrix that a block of columns has.
  func columns(ofBlock block: Int) -> Range<Int> { block * width..<min((block + 1) * width, columns) }

  /// A region by its number.
  func region(_ number: Int, layer: Int, matrix: WeightMatrix) -> Region {
    let (row, column) = number.quotientAndRemainder(dividingBy: columnBlocks)
    return Region(layer: layer, matrix: matrix, rows: rows(ofBlock: row), columns: columns(ofBlock: column))
  }
}
