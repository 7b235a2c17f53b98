import Basics
import LinearAlgebra
import Transformer

/// Rows run through a model, as many together as a panel holds. What a row gives does not depend on which
/// others run with it.
public struct RowPass {
  /// The forward pass.
  public let pass: ForwardPass
  private let capacity: Int
  private let memory: RowMemory

  /// A pass over panels of at most `capacity` tokens; they take memory when rows need it.
  public init(_ pass: ForwardPass, capacity: Int) {
    precondition(capacity > 0, "a panel has rows")
    self.pass = pass
    self.capacity = capacity
    memory = RowMemory(pass.shape)
  }

  /// Bytes that a pass over panels of so many tokens takes.
  public static func byteCount(shape: HostShape, capacity: Int) -> Int {
    capacity * (RowMemory.bytesPerRow(shape) + FirstBlocks.bytesPerRow(shape))
      + shape.logitRows(of: capacity) * shape.vocabularyCount * MemoryLayout<Float>.stride
  }

  // MARK: Running

  /// Runs rows up to the end of layer `last`, by default the last one, and shows the row set of each panel to `body`
  /// when it has come through.
  public func run(
    _ rows: some Collection<StudyRow>, upTo last: Int? = nil, hook: (any Hook)?,
    body: (_ rows: RowSet) -> Void = { _ in }
  ) {
    let groups = groups(rows)
    let (panel, store) = memory.panel(rows: groups.map(\.positionCount).max() ?? 0)
    for group in groups {
      let set = RowSet(lengths: group.map(\.count), firstScored: group.map { _ in 0 })
      pass.embed(group.map(\.prompt), into: panel.residual.view)
      for layer in 0...(last ?? pass.shape.layerCount - 1) {
        pass.run(layer: layer, rows: set, panel: panel, store: store, hook: hook)
      }
      body(set)
    }
  }

  /// Runs rows and gives, row after row, the prediction of each token from position `first` of the row on.
  ///
  /// `hook` is made for the rows that run together, which are numbered as they stand.
  public func predictions(
    _ rows: [StudyRow], from first: [Int]? = nil, hook: (Range<Int>) -> (any Hook)?,
    body: (_ row: Int, _ token: Int32, _ prediction: TokenPrediction) -> Void
  ) {
    let starts = first.map { $0.map { $0 - 1 } } ?? rows.map(\.firstPredicting)
    forEachLogits(of: rows.map(\.predicting), from: starts, hook: hook) { row, position, logits, place in
      let token = rows[row].target(behind: position)
      body(row, token, TokenPrediction(of: token, logits: logits, row: place))
    }
  }

  /// Runs rows under an edit and gives, row after row, the prediction of each token but the first.
  ///
  /// Units that the edit replaces are left out where a `NarrowedPass` can and where that pays for so many rows;
  /// `starts` keeps what edits of the same rows have in common.
  func predictions(
    _ rows: [StudyRow], under edit: (any Hook)?, starts: FirstBlocks,
    body: (_ row: Int, _ token: Int32, _ prediction: TokenPrediction) -> Void
  ) {
    let predicting = rows.map(\.predicting)
    guard let narrowed = NarrowedPass(edit, pass, tokens: predicting.positionCount) else {
      return predictions(rows, hook: { _ in edit }, body: body)
    }
    forEachLogits(of: predicting, from: rows.map(\.firstPredicting)) { _, prompts, set, panel, store in
      narrowed.run(prompts, set, panel: panel, store: store, starts: starts)
    } body: { row, position, logits, place in
      let token = rows[row].target(behind: position)
      body(row, token, TokenPrediction(of: token, logits: logits, row: place))
    }
  }

  /// Runs rows and shows the logits behind each position from `first` of the row on: the row's number, the position,
  /// and a row of a matrix `[any, vocabulary]`.
  public func forEachLogits(
    of rows: [StudyRow], from first: [Int]? = nil, hook: (Range<Int>) -> (any Hook)? = { _ in nil },
    body: (_ row: Int, _ position: Int, _ logits: MatrixView, _ place: Int) -> Void
  ) {
    forEachLogits(of: rows, from: first) { numbers, prompts, set, panel, store in
      let hook = hook(numbers)
      pass.embed(prompts, into: panel.residual.view)
      let last = pass.shape.layerCount - 1
      for layer in 0...last {
        pass.run(layer: layer, rows: set, onlyScored: layer == last, panel: panel, store: store, hook: hook)
      }
    } body: {
      body($0, $1, $2, $3)
    }
  }

  /// Shows logits as above; `run` takes rows that run together, with their numbers and prompts, through all blocks, and
  /// leaves the residual stream of the scored ones in the panel.
  private func forEachLogits(
    of rows: [StudyRow], from first: [Int]?,
    run: (_ numbers: Range<Int>, _ prompts: [Prompt], _ set: RowSet, _ panel: Panel, _ store: KeyValueStore) -> Void,
    body: (_ row: Int, _ position: Int, _ logits: MatrixView, _ place: Int) -> Void
  ) {
    let groups = groups(rows)
    let most = groups.map(\.positionCount).max() ?? 0
    let (panel, store) = memory.panel(rows: most)
    let logits = memory.logits(rows: pass.shape.logitRows(of: most))
    for group in groups {
      let starts = group.indices.map { first?[$0] ?? 0 }
      let set = RowSet(lengths: group.map(\.count), firstScored: starts)
      run(group.indices, group.map(\.prompt), set, panel, store)
      pass.applyFinalNorm(panel, rows: 0..<set.scored.count)
      let places = zip(group.indices, zip(starts, group)).flatMap { row, span in
        (span.0..<span.1.count).map { (row: row, position: $0) }
      }
      for begin in stride(from: 0, to: places.count, by: logits.rows) {
        let part = begin..<min(begin + logits.rows, places.count)
        let scores = logits[rows: 0..<part.count]
        pass.logits(ofNormed: panel.normed[rows: part].reading, into: scores)
        for (place, owner) in places[part].enumerated() { body(owner.row, owner.position, scores.reading, place) }
      }
    }
  }

  /// Consecutive rows that fit the panel together.
  private func groups<Rows: Collection<StudyRow>>(_ rows: Rows) -> [Rows.SubSequence] {
    var groups: [Rows.SubSequence] = []
    var (start, count) = (rows.startIndex, 0)
    for index in rows.indices {
      let own = rows[index].count
      precondition(own <= capacity, "the panel has room for a row of \(own) positions")
      if count + own > capacity {
        groups.append(rows[start..<index])
        (start, count) = (index, 0)
      }
      count += own
    }
    if start < rows.endIndex { groups.append(rows[start...]) }
    return groups
  }
}

/// The memory of a pass over rows: as much as the rows so far have needed.
private final class RowMemory {
  private let shape: HostShape
  private var panels: (panel: Panel, store: KeyValueStore)?
  private var logits: Matrix?

  init(_ shape: HostShape) { self.shape = shape }

  /// Bytes of a row, without its logits.
  static func bytesPerRow(_ shape: HostShape) -> Int {
    Panel.bytesPerRow(shape: shape) + KeyValueStore.bytesPerRow(shape: shape, layerCount: 1)
  }

  /// A panel of at least so many rows, with a store of one layer.
  func panel(rows: Int) -> (panel: Panel, store: KeyValueStore) {
    if let panels, panels.panel.capacity >= rows { return panels }
    panels = nil
    let store = KeyValueStore(shape: shape, rows: rows, layers: 0..<shape.layerCount, kept: false)
    let made = (panel: Panel(shape: shape, capacity: rows), store: store)
    panels = made
    return made
  }

  /// A matrix of at least so many rows of logits.
  func logits(rows: Int) -> Matrix {
    if let logits, logits.rows >= rows { return logits }
    logits = nil
    let made = Matrix(rows: rows, columns: shape.vocabularyCount)
    logits = made
    return made
  }
}

extension Collection<StudyRow> {
  /// The positions of all rows together.
  fileprivate var positionCount: Int { reduce(0) { $0 + $1.count } }
}
