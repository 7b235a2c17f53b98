import Basics
import LinearAlgebra
import MessagePassing

/// The affinities of all points to some of them, with 1 for a point to itself: never in memory, but computed some rows
/// at a time, by the threads of all ranks.
struct LandmarkColumns<Base: EntryAffinity>: Sendable {
  /// Parts of the points that are summed up by themselves, so that sums do not depend on who computes them.
  private static var chunkCount: Int { 32 }

  let base: Base
  /// Numbers of points.
  let landmarks: [Int]
  let sharing: Sharing

  /// Some of them in random order.
  init(_ base: Base, count: Int, seed: UInt64, stream: StreamName, sharing: Sharing) {
    var random = RandomStream(seed: seed, stream: stream, index: 0)
    self.base = base
    landmarks = Array(random.permutation(base.count).prefix(count))
    self.sharing = sharing
  }

  /// The rows of the landmarks themselves, `[landmarks, landmarks]`.
  func amongThemselves() -> DoubleMatrix {
    var affinities = DoubleMatrix(rows: landmarks.count, columns: landmarks.count)
    for (row, landmark) in landmarks.enumerated() {
      visit(landmark..<landmark + 1) { _, tile in
        for column in landmarks.indices { affinities[row, column] = tile[0, column] }
      }
    }
    return affinities
  }

  /// What `part` makes of a few rows, `[rows, landmarks]`, summed over all: as many numbers as `width` says.
  /// Collective.
  func sum(width: Int, _ part: @Sendable (Range<Int>, DoubleMatrix) -> DoubleMatrix) throws -> [Double] {
    let chunks = LandmarkColumns.chunkCount
    let sums = try sharing.rows(chunks, width: width, repeating: 0.0) { [base] own, target in
      for (place, chunk) in own.enumerated() {
        visit(base.count * chunk / chunks..<base.count * (chunk + 1) / chunks) { rows, tile in
          for (column, value) in part(rows, tile).values.enumerated() { target[place * width + column] += value }
        }
      }
    }
    return (0..<width).map { column in (0..<chunks).reduce(0) { $0 + sums[$1 * width + column] } }
  }

  /// What `part` makes of a few rows, `[rows, width]`, for all: `[points, width]`. Tiles are the same whoever computes
  /// them, because products in double may depend on how many rows there are. Collective.
  func map(width: Int, _ part: @Sendable (DoubleMatrix) -> DoubleMatrix) throws -> DoubleMatrix {
    let (size, count) = (EntryTile.size, base.count)
    let values = try sharing.rows((count + size - 1) / size, width: size * width, repeating: 0.0) { tiles, target in
      visit(tiles.lowerBound * size..<min(tiles.upperBound * size, count)) { rows, tile in
        for (place, value) in part(tile).values.enumerated() {
          target[(rows.lowerBound - tiles.lowerBound * size) * width + place] = value
        }
      }
    }
    return DoubleMatrix(rows: count, columns: width, values: Array(values.prefix(count * width)))
  }

  private func visit(_ rows: Range<Int>, _ body: (Range<Int>, DoubleMatrix) -> Void) {
    let (entries, workspace) = (Matrix(rows: EntryTile.size, columns: landmarks.count), ProductWorkspace())
    let places = landmarks.enumerated()
    for some in rows.pieces(of: EntryTile.size) {
      let target = entries.view[rows: 0..<some.count]
      base.write(some, landmarks, to: target, in: workspace)
      for (column, landmark) in places where some.contains(landmark) { target[landmark - some.lowerBound, column] = 1 }
      let values = UnsafeBufferPointer(start: target.base, count: some.count * landmarks.count).map(Double.init)
      body(some, DoubleMatrix(rows: some.count, columns: landmarks.count, values: values))
    }
  }
}
