import CKernels
import LinearAlgebra

/// The closest others of each point of a rank that one thread has found.
///
/// Sendable because one thread at a time has it.
final class NearestLists: @unchecked Sendable {
  private let kept: Int
  private let closeness: UnsafeMutablePointer<Float>
  private let numbers: UnsafeMutablePointer<Int32>
  private let counts: UnsafeMutablePointer<Int32>
  private let bounds: UnsafeMutablePointer<Float>

  /// Lists for the points `own` of `count`. Memory of other points' lists is asked for but never touched.
  init(count: Int, own: Range<Int>, kept: Int) {
    self.kept = kept
    closeness = .allocate(capacity: count * 2 * kept)
    numbers = .allocate(capacity: count * 2 * kept)
    counts = .allocate(capacity: count)
    counts.initialize(repeating: 0, count: count)
    bounds = .allocate(capacity: count)
    bounds.initialize(repeating: .infinity, count: count)
    (bounds + own.lowerBound).update(repeating: -.infinity, count: own.count)
  }

  deinit {
    closeness.deallocate()
    numbers.deallocate()
    counts.deallocate()
    bounds.deallocate()
  }

  /// Looks through the products of two blocks of points.
  func add(_ products: MatrixView, rows: Range<Int>, columns: Range<Int>, halves: [Float]) {
    precondition(products.rows == rows.count && products.columns == columns.count, "a product for each pair")
    halves.withUnsafeBufferPointer { halves in
      var lists = locus_nearest_lists(
        closeness: closeness, numbers: numbers, counts: counts, bounds: bounds, halves: halves.baseAddress, kept: kept)
      locus_add_nearest(
        &lists, products.base, products.stride, rows.lowerBound, rows.count, columns.lowerBound, columns.count)
    }
  }

  /// The candidates of a point in any order; up to twice as many as are kept.
  subscript(point: Int) -> UnsafeBufferPointer<Int32> {
    UnsafeBufferPointer(start: numbers + point * 2 * kept, count: Int(counts[point]))
  }

  /// None closer has been left out.
  func bound(of point: Int) -> Float { bounds[point] }
}
