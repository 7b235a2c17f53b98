import LinearAlgebra

/// The moments of the units of one layer over the positions of one row of text.
struct RowMoments {
  private(set) var mean: [Double]
  /// Sums of squared deviations from the mean.
  private(set) var squares: [Double]
  private(set) var magnitude: [Double]
  private(set) var root: [Double]
  private(set) var above: [Double]
  private(set) var smallest: [Double]
  private(set) var greatest: [Double]

  /// Units that are summed together, so that their sums stay in the nearest cache.
  private static let blockWidth = 64

  /// Room for the moments of so many units.
  init(width: Int) {
    let zeros = [Double](repeating: 0, count: width)
    (mean, squares, magnitude, root, above, smallest, greatest) = (zeros, zeros, zeros, zeros, zeros, zeros, zeros)
  }

  /// Takes the moments of activations `[positions, width]`, of which there is at least one position. Deviations are
  /// from the first position's value, so that no digits are lost where a unit is far from 0.
  mutating func take(_ values: MatrixView) {
    precondition(values.rows > 0 && values.columns == mean.count, "activations of the units")
    let n = Double(values.rows)
    for first in stride(from: 0, to: values.columns, by: RowMoments.blockWidth) {
      let width = min(RowMoments.blockWidth, values.columns - first)
      withUnsafeTemporaryAllocation(of: Double.self, capacity: 7 * RowMoments.blockWidth) { sums in
        sums.initialize(repeating: 0)
        sum(values[columns: first..<first + width], into: sums)
        for unit in 0..<width {
          let shift = Double(values[0, first + unit]), block = RowMoments.blockWidth
          let deviation = sums[unit] / n
          mean[first + unit] = shift + deviation
          squares[first + unit] = max(0, sums[block + unit] - sums[unit] * deviation)
          magnitude[first + unit] = sums[2 * block + unit] / n
          root[first + unit] = sums[3 * block + unit] / n
          above[first + unit] = sums[4 * block + unit] / n
          smallest[first + unit] = sums[5 * block + unit]
          greatest[first + unit] = sums[6 * block + unit]
        }
      }
    }
  }

  /// Sums deviations, their squares, magnitudes, roots and positive values of a block of units, with their extremes.
  private func sum(_ values: MatrixView, into sums: UnsafeMutableBufferPointer<Double>) {
    let (block, width) = (RowMoments.blockWidth, values.columns)
    for unit in 0..<width {
      sums[5 * block + unit] = .infinity
      sums[6 * block + unit] = -.infinity
    }
    let shifts = values.row(0)
    for row in 0..<values.rows {
      let own = values.row(row)
      for unit in 0..<width {
        let value = own[unit]
        let deviation = Double(value) - Double(shifts[unit])
        sums[unit] += deviation
        sums[block + unit] += deviation * deviation
        sums[2 * block + unit] += Double(abs(value))
        sums[3 * block + unit] += Double(abs(value).squareRoot())
        sums[4 * block + unit] += value > 0 ? 1 : 0
        let number = Double(value)
        sums[5 * block + unit] = number < sums[5 * block + unit] ? number : sums[5 * block + unit]
        sums[6 * block + unit] = number > sums[6 * block + unit] ? number : sums[6 * block + unit]
      }
    }
  }
}
