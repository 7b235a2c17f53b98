/// Which runs are still one while they go down the layers of a model together.
///
/// A column, the opening tokens of a run, is another one behind a layer where its edits up to there are others. The
/// tokens behind it, its tail, see keys and values of the column as it enters a layer; so two runs have one tail for as
/// long as their columns enter all layers with the same numbers. A transplant of layer l alone costs its tail only the
/// layers behind l, and one of all layers up to l those behind l + 1.
struct PatchedTree {
  /// The opening tokens of some runs.
  struct ColumnNode: Equatable {
    /// The paragraph.
    let sequence: Int
    /// The column of the layer before.
    let parent: Int
    /// What is transplanted in this layer.
    let edit: ColumnEdit?
  }

  /// The tokens behind the opening of some runs.
  struct TailNode: Equatable {
    /// The paragraph.
    let sequence: Int
    /// The tail of the layer before.
    let parent: Int
    /// A column of this layer whose keys and values it sees.
    let column: Int
  }

  /// The columns of the layer, paragraph after paragraph.
  private(set) var columns: [ColumnNode]
  /// The tails of the layer, paragraph after paragraph.
  private(set) var tails: [TailNode]
  /// The column of each run.
  private(set) var columnOf: [Int]
  /// The tail of each run.
  private(set) var tailOf: [Int]
  private let runs: [(sequence: Int, run: PatchedRun)]

  /// The runs of some paragraphs before the first layer, where those of a paragraph are one.
  init(_ sequences: [[PatchedRun]]) {
    runs = sequences.enumerated().flatMap { sequence, runs in runs.map { (sequence, $0) } }
    columns = sequences.indices.map { ColumnNode(sequence: $0, parent: 0, edit: nil) }
    tails = sequences.indices.map { TailNode(sequence: $0, parent: 0, column: $0) }
    columnOf = runs.map(\.sequence)
    tailOf = columnOf
  }

  /// Goes down to a layer. Of two columns of one paragraph with the same `contents` the very same numbers enter it.
  mutating func descend(to layer: Int, contents: [Int]) {
    struct Branch: Hashable {
      let parent: Int
      let edit: ColumnEdit?
      var content = 0
    }
    var (newColumns, newTails) = ([ColumnNode](), [TailNode]())
    var (columnNumbers, tailNumbers) = ([Branch: Int](), [Branch: Int]())
    for (number, (sequence, run)) in runs.enumerated() {
      let (parent, tail) = (columnOf[number], tailOf[number])
      let column = columnNumbers.number(Branch(parent: parent, edit: run.edits[layer])) {
        newColumns.append(ColumnNode(sequence: sequence, parent: parent, edit: run.edits[layer]))
      }
      columnOf[number] = column
      tailOf[number] = tailNumbers.number(Branch(parent: tail, edit: nil, content: contents[parent])) {
        newTails.append(TailNode(sequence: sequence, parent: tail, column: column))
      }
    }
    (columns, tails) = (newColumns, newTails)
  }

  /// How large the tree of some runs of one paragraph is, at most.
  struct Size {
    /// The number of runs.
    let runs: Int
    /// Columns in all layers together.
    let columns: Int
    /// Tails in all layers together.
    let tails: Int
    /// Tails behind the last layer.
    let ends: Int
  }

  /// The size of the tree of some runs.
  static func size(_ runs: [PatchedRun]) -> Size {
    var tree = PatchedTree([runs])
    var (columns, tails) = (0, 0)
    for layer in 0..<(runs.first?.edits.count ?? 0) {
      tree.descend(to: layer, contents: Array(tree.columns.indices))
      columns += tree.columns.count
      tails += tree.tails.count
    }
    return Size(runs: runs.count, columns: columns, tails: tails, ends: tree.tails.count)
  }
}

extension Dictionary where Value == Int {
  /// The number of a key, the next one where it is new; `adding` is called then.
  fileprivate mutating func number(_ key: Key, adding: () -> Void) -> Int {
    if let known = self[key] { return known }
    let number = count
    self[key] = number
    adding()
    return number
  }
}
