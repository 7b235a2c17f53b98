import Foundation
import LinearAlgebra
import Transformer

/// Where the columns and tails of a layer are in the panel and in the store of keys and values: all columns first, so
/// that their keys and values are there when the tails look.
struct PatchedLayout {
  /// The panel's rows of each column.
  let columns: [Range<Int>]
  /// The panel's rows of each tail.
  let tails: [Range<Int>]
  /// The store's row for position 0 of each column; a tail follows the column that it sees.
  let origins: [Int]
  /// The spans of all columns, then those of all tails.
  let spans: [Span]
  /// The number of rows of the panel.
  let rowCount: Int

  /// Lays out a layer of a tree. The opening tokens stand behind `begin` tokens.
  init(_ tree: PatchedTree, _ sequences: [PatchedSequence], begin: Int) {
    var room = tree.columns.map { begin + sequences[$0.sequence].opening.count }
    for tail in tree.tails { room[tail.column] += sequences[tail.sequence].tail.count }
    let origins = room.reduce(into: [0]) { $0.append($0[$0.count - 1] + $1) }
    let sizes =
      tree.columns.map { sequences[$0.sequence].opening.count } + tree.tails.map { sequences[$0.sequence].tail.count }
    let starts = sizes.reduce(into: [0]) { $0.append($0[$0.count - 1] + $1) }
    let rows = sizes.indices.map { starts[$0]..<starts[$0 + 1] }
    columns = Array(rows.prefix(tree.columns.count))
    tails = Array(rows.dropFirst(tree.columns.count))
    rowCount = starts[sizes.count]
    self.origins = Array(origins.dropLast())
    spans =
      zip(tree.columns, origins).map { node, origin in
        let end = begin + sequences[node.sequence].opening.count
        return Span(origin: origin, positions: begin..<end, firstScored: begin)
      }
      + tree.tails.map { node in
        let first = begin + sequences[node.sequence].opening.count
        let end = first + sequences[node.sequence].tail.count
        return Span(origin: origins[node.column], positions: first..<end, firstScored: first)
      }
  }

  /// The position of each row in its sequence.
  var positions: [Int32] { spans.flatMap { $0.positions.map(Int32.init) } }

  /// The tokens of the panel's rows before the first layer.
  func tokens(_ tree: PatchedTree, _ sequences: [PatchedSequence]) -> [Int32] {
    tree.columns.flatMap { sequences[$0.sequence].opening } + tree.tails.flatMap { sequences[$0.sequence].tail }
  }

  /// For each column the first one of its paragraph that has the same stream, bit for bit.
  func contents(of tree: PatchedTree, in stream: MatrixView) -> [Int] {
    var contents = [Int](repeating: 0, count: columns.count)
    var known: [Int] = []
    for number in columns.indices {
      if number > 0, tree.columns[number].sequence != tree.columns[number - 1].sequence { known = [] }
      contents[number] = known.first { isSame(columns[$0], columns[number], in: stream) } ?? number
      if contents[number] == number { known.append(number) }
    }
    return contents
  }

  private func isSame(_ one: Range<Int>, _ other: Range<Int>, in stream: MatrixView) -> Bool {
    zip(one, other).allSatisfy { one, other in
      memcmp(stream.row(one), stream.row(other), stream.columns * MemoryLayout<Float>.stride) == 0
    }
  }
}
