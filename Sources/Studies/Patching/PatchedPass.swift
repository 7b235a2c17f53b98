import CKernels
import Foundation
import LinearAlgebra
import Perturbations
import Transformer

/// A paragraph behind its opening tokens alone, with runs that transplant activations there.
struct PatchedSequence {
  /// The opening tokens.
  let opening: [Int32]
  /// The tokens of the paragraph.
  let after: [Int32]
  /// The runs, at least one.
  let runs: [PatchedRun]
  /// The activations that the runs put in.
  let sources: [ColumnEdit.Source: Column]

  /// The tokens behind the opening that the model reads: nothing follows the last one.
  var tail: ArraySlice<Int32> { after.dropLast() }

  /// This paragraph with some of the runs alone.
  func with(_ runs: some Sequence<PatchedRun>) -> PatchedSequence {
    PatchedSequence(opening: opening, after: after, runs: Array(runs), sources: sources)
  }
}

/// The losses of paragraphs behind transplants, many runs together, layer by layer: runs are one for as long as nothing
/// tells them apart.
///
/// What a run gives does not depend on which others run with it.
final class PatchedPass {
  private let pass: ForwardPass
  private let begin: [Int32]
  private let capacity: Int
  private let panel: Panel
  private let store: KeyValueStore
  /// The residual stream as it leaves a layer, before it is dealt out to the runs of the next one.
  private let stream: Matrix
  private let logits: Matrix
  /// Keys and values of the token that begins a text; nil where the model has none.
  private lazy var beginning = begin.isEmpty ? nil : Prefill([begin], firstScored: [0], pass: pass)

  /// A pass over panels of at most `capacity` tokens.
  init(_ pass: ForwardPass, begin: [Int32], capacity: Int) {
    self.pass = pass
    self.begin = begin
    self.capacity = capacity
    panel = Panel(shape: pass.shape, capacity: capacity)
    store = KeyValueStore(shape: pass.shape, rows: capacity, layers: 0..<pass.shape.layerCount, kept: false)
    stream = Matrix(rows: capacity, columns: pass.shape.hiddenSize)
    logits = Matrix(rows: pass.shape.logitRows(of: capacity), columns: pass.shape.vocabularyCount)
  }

  // MARK: Losses

  /// −ln p of each token of each paragraph under each of its runs, in nats: `[sequence][run][token]`.
  func losses(_ sequences: [PatchedSequence]) -> [[[Double]]] {
    var losses = sequences.map { _ in [[Double]]() }
    for group in groups(sequences) {
      for (number, found) in zip(group.map(\.number), together(group.map(\.sequence))) { losses[number] += found }
    }
    return losses
  }

  /// Runs that fit the panel together, a paragraph's one after the other.
  private func groups(_ sequences: [PatchedSequence]) -> [[(number: Int, sequence: PatchedSequence)]] {
    var groups: [[(Int, PatchedSequence)]] = []
    var free = 0
    for (number, sequence) in sequences.enumerated() {
      let size = begin.count + sequence.opening.count + sequence.tail.count
      precondition(size <= capacity, "the panel has room for a run of \(size) tokens")
      var rest = sequence.runs[...]
      while !rest.isEmpty {
        // A paragraph is cut only where its runs do not fit an empty panel either.
        if groups.isEmpty || free < size * min(rest.count, capacity / size) {
          groups.append([])
          free = capacity
        }
        let part = rest.prefix(free / size)
        groups[groups.count - 1].append((number, sequence.with(part)))
        free -= size * part.count
        rest = rest.dropFirst(part.count)
      }
    }
    return groups
  }

  private func together(_ sequences: [PatchedSequence]) -> [[[Double]]] {
    var tree = PatchedTree(sequences.map(\.runs))
    var layout = PatchedLayout(tree, sequences, begin: begin.count)
    pass.embed(layout.tokens(tree, sequences), at: layout.positions, into: panel.residual.view)
    for layer in 0..<pass.shape.layerCount {
      stream[rows: 0..<layout.rowCount].copy(panel.residual[rows: 0..<layout.rowCount].reading)
      let before = layout
      tree.descend(to: layer, contents: before.contents(of: tree, in: stream.view.reading))
      layout = PatchedLayout(tree, sequences, begin: begin.count)
      deal(out: before, to: layout, tree)
      placeBeginning(layer, at: layout.origins)
      pass.run(
        layer: layer, rows: RowSet(layout.spans), panel: panel, store: store,
        hook: hook(layer, tree, sequences))
    }
    return scored(tree, layout, sequences)
  }

  /// Puts the stream of each column and tail where its children of the next layer are.
  private func deal(out before: PatchedLayout, to layout: PatchedLayout, _ tree: PatchedTree) {
    for (node, rows) in zip(tree.columns, layout.columns) {
      panel.residual[rows: rows].copy(stream[rows: before.columns[node.parent]].reading)
    }
    for (node, rows) in zip(tree.tails, layout.tails) where !rows.isEmpty {
      panel.residual[rows: rows].copy(stream[rows: before.tails[node.parent]].reading)
    }
  }

  private func placeBeginning(_ layer: Int, at origins: [Int]) {
    guard let beginning else { return }
    let rows = 0..<begin.count
    for origin in origins {
      store.store(
        key: beginning.store.keys(layer: layer, rows: rows), value: beginning.store.values(layer: layer, rows: rows),
        layer: layer, from: origin)
    }
  }

  /// The transplants of a layer, of each position its own.
  private func hook(_ layer: Int, _ tree: PatchedTree, _ sequences: [PatchedSequence]) -> (any Hook)? {
    guard tree.columns.contains(where: { $0.edit != nil }) else { return nil }
    let count = sequences.map(\.opening.count).max() ?? 0
    let transplants = (0..<count).map { position in
      let vectors = tree.columns.map { node -> Transplant.Vectors in
        guard let edit = node.edit, let source = sequences[node.sequence].sources[edit.source] else { return [:] }
        return Dictionary(
          uniqueKeysWithValues: edit.sites.map { site in
            let key = Column.Key(site, layer: layer)
            return (key, source[position, key])
          })
      }
      return Transplant(at: begin.count + position, vectors + tree.tails.map { _ in [:] })
    }
    return HookSequence(transplants)
  }

  // MARK: Scores

  /// The losses by the final stream: the first token's by the last opening token, the others' by the tail.
  private func scored(
    _ tree: PatchedTree, _ layout: PatchedLayout, _ sequences: [PatchedSequence]
  ) -> [[[Double]]] {
    var targets = [Int32](repeating: -1, count: layout.rowCount)
    for (node, rows) in zip(tree.columns, layout.columns) {
      targets[rows.upperBound - 1] = sequences[node.sequence].after[0]
    }
    for (node, rows) in zip(tree.tails, layout.tails) {
      for (row, token) in zip(rows, sequences[node.sequence].after.dropFirst()) { targets[row] = token }
    }
    let losses = losses(of: targets)
    var (found, number) = ([[[Double]]](), 0)
    for sequence in sequences {
      found.append(
        sequence.runs.indices.map { run in
          let (column, tail) = (tree.columnOf[number + run], tree.tailOf[number + run])
          return [losses[layout.columns[column].upperBound - 1]] + losses[layout.tails[tail]]
        })
      number += sequence.runs.count
    }
    return found
  }

  /// The loss of each row's target; 0 where it has none.
  private func losses(of targets: [Int32]) -> [Double] {
    pass.applyFinalNorm(panel, rows: 0..<targets.count)
    var losses = [Double](repeating: 0, count: targets.count)
    for first in stride(from: 0, to: targets.count, by: logits.rows) {
      let part = first..<min(first + logits.rows, targets.count)
      let scores = logits[rows: 0..<part.count]
      pass.logits(ofNormed: panel.normed[rows: part].reading, into: scores)
      for row in part where targets[row] >= 0 {
        let own = scores.reading.row(row - first)
        losses[row] = locus_log_sum_exp(own, scores.columns) - Double(own[Int(targets[row])])
      }
    }
    return losses
  }
}
