import Basics
import LinearAlgebra
import Transformer

/// Rows of tokens run through a model, as many together as a panel holds. What a row gives does not depend on which
/// others run with it.
public struct RowPass {
  /// The forward pass.
  public let pass: ForwardPass
  private let panel: Panel
  private let store: KeyValueStore
  private let logits: Matrix

  /// Floats of logits at a time, 16 MiB.
  private static let logitCapacity = 1 << 22

  /// A pass over panels of at most `capacity` tokens.
  public init(_ pass: ForwardPass, capacity: Int) {
    precondition(capacity > 0, "a panel has rows")
    self.pass = pass
    panel = Panel(shape: pass.shape, capacity: capacity)
    store = KeyValueStore(shape: pass.shape, rows: capacity, layers: 0..<pass.shape.layerCount, kept: false)
    let vocabulary = pass.shape.vocabularyCount
    logits = Matrix(rows: max(1, min(capacity, RowPass.logitCapacity / vocabulary)), columns: vocabulary)
  }

  /// Bytes that a pass over panels of so many tokens takes.
  public static func byteCount(shape: HostShape, capacity: Int) -> Int {
    let logitRows = max(1, min(capacity, logitCapacity / shape.vocabularyCount))
    return capacity * (Panel.bytesPerRow(shape: shape) + KeyValueStore.bytesPerRow(shape: shape, layerCount: 1))
      + logitRows * shape.vocabularyCount * MemoryLayout<Float>.stride
  }

  // MARK: Running

  /// Runs rows up to the end of layer `last`, by default the last one, and shows the row set of each panel to `body`
  /// when it has come through.
  public func run(
    _ rows: some Collection<[Int32]>, upTo last: Int? = nil, hook: (any Hook)?,
    body: (_ rows: RowSet) -> Void = { _ in }
  ) {
    for group in groups(rows, tokens: \.count) {
      let set = RowSet(lengths: group.map(\.count), firstScored: group.map { _ in 0 })
      pass.embed(group.flatMap { $0 }, at: set.positions, into: panel.residual.view)
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
    _ rows: [[Int32]], from first: [Int]? = nil, hook: (Range<Int>) -> (any Hook)?,
    body: (_ row: Int, _ token: Int32, _ prediction: TokenPrediction) -> Void
  ) {
    forEachLogits(of: rows.map { Array($0.dropLast()) }, from: first.map { $0.map { $0 - 1 } }, hook: hook) {
      row, position, logits, place in
      let token = rows[row][position + 1]
      body(row, token, TokenPrediction(of: token, logits: logits, row: place))
    }
  }

  /// Runs rows and shows the logits behind each position from `first` of the row on: the row's number, the position,
  /// and a row of a matrix `[any, vocabulary]`.
  public func forEachLogits(
    of rows: [[Int32]], from first: [Int]? = nil, hook: (Range<Int>) -> (any Hook)? = { _ in nil },
    body: (_ row: Int, _ position: Int, _ logits: MatrixView, _ place: Int) -> Void
  ) {
    var next = 0
    for group in groups(rows, tokens: \.count) {
      let numbers = next..<next + group.count
      next = numbers.upperBound
      let starts = numbers.map { first?[$0] ?? 0 }
      let set = RowSet(lengths: group.map(\.count), firstScored: starts)
      let hook = hook(numbers)
      pass.embed(group.flatMap { $0 }, at: set.positions, into: panel.residual.view)
      let last = pass.shape.layerCount - 1
      for layer in 0...last {
        pass.run(layer: layer, rows: set, onlyScored: layer == last, panel: panel, store: store, hook: hook)
      }
      pass.applyFinalNorm(panel, rows: 0..<set.scored.count)
      let places = zip(numbers, zip(starts, group)).flatMap { row, span in
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
  private func groups<Rows: Collection>(_ rows: Rows, tokens: (Rows.Element) -> Int) -> [Rows.SubSequence] {
    var groups: [Rows.SubSequence] = []
    var (start, count) = (rows.startIndex, 0)
    for index in rows.indices {
      let own = tokens(rows[index])
      precondition(own <= panel.capacity, "the panel has room for a row of \(own) tokens")
      if count + own > panel.capacity {
        groups.append(rows[start..<index])
        (start, count) = (index, 0)
      }
      count += own
    }
    if start < rows.endIndex { groups.append(rows[start...]) }
    return groups
  }
}
