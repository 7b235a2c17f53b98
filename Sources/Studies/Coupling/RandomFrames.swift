import Basics
import LinearAlgebra

/// Orthonormal vectors drawn at random in the place of singular ones: the null of coupling.
///
/// For each width K and draw r, left and right vectors are the orthonormal columns that come of a matrix `[hidden, K]`
/// of normal numbers of the streams 2r and 2r + 1 of a `MixedStream`, row-major.
final class RandomFrames {
  /// The vectors of one draw as rows, those of all widths one behind the other: `[Σ widths, hidden]`.
  struct Draw {
    let left: Matrix
    let right: Matrix
  }

  let hidden: Int
  let widths: [Int]
  let drawCount: Int
  private let seed: UInt64
  /// Draws that are kept, because all places need the same.
  private var kept: [Int: Draw] = [:]

  /// Bytes of draws that are kept at most.
  private static let limit = 256 << 20

  init(hidden: Int, widths: [Int], drawCount: Int, seed: UInt64) {
    self.hidden = hidden
    self.widths = widths
    self.drawCount = drawCount
    self.seed = seed
  }

  /// All vectors of one side of a draw.
  var vectorCount: Int { widths.reduce(0, +) }

  /// One of the draws.
  func draw(_ number: Int) throws -> Draw {
    if let found = kept[number] { return found }
    let draw = Draw(left: try frames(2 * number), right: try frames(2 * number + 1))
    let bytes = 2 * vectorCount * hidden * MemoryLayout<Float>.stride
    if (kept.count + 1) * bytes <= RandomFrames.limit { kept[number] = draw }
    return draw
  }

  private func frames(_ stream: Int) throws -> Matrix {
    let random = MixedStream(seed: seed, stream: stream)
    var rows: [Double] = []
    for width in widths {
      var frame = DoubleMatrix(rows: width, columns: hidden)
      for unit in 0..<hidden {
        for vector in 0..<width { frame[vector, unit] = random.normal(unit * width + vector) }
      }
      rows += try frame.orthonormalRows().values
    }
    return Matrix(DoubleMatrix(rows: vectorCount, columns: hidden, values: rows))
  }
}
