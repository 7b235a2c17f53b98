import CKernels
import LinearAlgebra

/// Where the rounding of a correction would be felt.
///
/// Baseline plus difference carries the rounding of all that the mutation moves. Beside what usually remains that is
/// nothing. But where a region held a weight that is much larger than others, what remains may be much smaller than
/// what was moved, and the digits of what remains are gone from the sum.
///
/// Sizes are squares: of the terms that are moved in an element, for a region Σ (B − W_IJ)² x_J² ≤ max (B − W_IJ)² ·
/// ‖x_J‖², for a component of which a is taken away a_i² ((v · x)² + Σ v_j² x_j²), and the
/// mean of the squares that remain beside it, which is what the next norm divides by. A correction's rounding is about
/// 2⁻²⁴ of its terms, a few times over.
enum Cancellation {
  /// The terms that are moved may be 2⁵ times as large as what remains, which is then known to some 2⁻¹⁹ of its size, 2
  /// · 10⁻⁶, a few times over.
  static let most = 32.0

  /// Sizes that are no numbers are felt.
  static func isFelt(moved: Double, left: Double) -> Bool { !(moved <= most * most * left) }

  /// Σ x².
  static func square(_ x: UnsafePointer<Float>, count: Int) -> Double { locus_squared_distance(x, nil, count) }

  /// The mean of x².
  static func meanSquare(_ x: UnsafePointer<Float>, count: Int) -> Double { square(x, count: count) / Double(count) }
}

extension Correction {
  /// Whether the correction's rounding is felt in any row of the matrix's output, or of some columns of it from `first`
  /// on.
  ///
  /// What remains is measured on groups of `width` columns: heads of queries, keys and values, otherwise all columns.
  func isFelt(input: MatrixView, output: MatrixView, from first: Int = 0, width: Int) -> Bool {
    let rows = region.rows
    let groups = rows.lowerBound / width..<(rows.upperBound + width - 1) / width
    let largest = groups.map { group in
      let own = rows.clamped(to: group * width..<(group + 1) * width)
      return squares[own.lowerBound - rows.lowerBound..<own.upperBound - rows.lowerBound].max() ?? 0
    }
    return (0..<input.rows).contains { row in
      let inputSquare = inputSquare(input.row(row))
      return groups.contains { group in
        let left = Cancellation.meanSquare(output.row(row) + group * width - first, count: width)
        return Cancellation.isFelt(moved: largest[group - groups.lowerBound] * inputSquare, left: left)
      }
    }
  }
}
