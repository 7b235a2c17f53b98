import LinearAlgebra
import Perturbations
import Transformer

/// Two ways of the same transplant, which have to agree: a hook that replaces the activations of the opening tokens,
/// and a cache of keys and values that is made of the residual stream which the whole text has there.
package struct RouteCheck {
  private let pass: ForwardPass
  private let begin: [Int32]

  /// The sites that the second way reads.
  static let sites: [Site] = [.residualBefore, .residualAfter]

  init(_ pass: ForwardPass, begin: [Int32]) {
    self.pass = pass
    self.begin = begin
  }

  /// The greatest difference of logits from the last opening token on, for each of some paragraphs. `columns` have the
  /// transplanted sites and those of `sites`.
  func differences(_ paragraphs: [(opening: [Int32], after: [Int32], column: Column)]) -> [Double] {
    let hooked = hookedStates(paragraphs)
    let moved = movedStates(paragraphs)
    let sizes = paragraphs.map { $0.after.count + 1 }
    var first = 0
    return sizes.map { size in
      defer { first += size }
      return difference(hooked[rows: first..<first + size].reading, moved[rows: first..<first + size].reading)
    }
  }

  /// What the final norm makes of the stream from the last opening token on, `[rows, hidden]`, by the hook.
  private func hookedStates(_ paragraphs: [(opening: [Int32], after: [Int32], column: Column)]) -> Matrix {
    let count = paragraphs.first?.opening.count ?? 0
    let transplants = (0..<count).map { position in
      Transplant(at: begin.count + position, paragraphs.map { $0.column.transplanted(at: position) })
    }
    let prefill = Prefill(
      paragraphs.map { begin + $0.opening + $0.after },
      firstScored: paragraphs.map { begin.count + $0.opening.count - 1 }, pass: pass,
      hook: HookSequence(transplants))
    let states = Matrix(rows: prefill.normed.rows, columns: prefill.normed.columns)
    states.view.copy(prefill.normed)
    return states
  }

  /// The same states by keys and values in the cache.
  private func movedStates(_ paragraphs: [(opening: [Int32], after: [Int32], column: Column)]) -> Matrix {
    let lengths = paragraphs.map { begin.count + $0.opening.count + $0.after.count }
    let origins = lengths.reduce(into: [0]) { $0.append($0[$0.count - 1] + $1) }
    let layers = pass.shape.layerCount
    let store = KeyValueStore(shape: pass.shape, rows: max(1, lengths.reduce(0, +)))
    let panel = Panel(shape: pass.shape, capacity: max(1, lengths.reduce(0, +)))
    place(paragraphs, origins: origins, store: store, panel: panel)
    let tails = RowSet(
      zip(paragraphs, origins).map { paragraph, origin in
        let first = begin.count + paragraph.opening.count
        return Span(origin: origin, positions: first..<first + paragraph.after.count, firstScored: first)
      })
    pass.embed(paragraphs.flatMap(\.after), at: tails.positions, into: panel.residual.view)
    for layer in 0..<layers { pass.run(layer: layer, rows: tails, panel: panel, store: store) }
    pass.applyFinalNorm(panel, rows: 0..<tails.count)
    let states = Matrix(rows: tails.count + paragraphs.count, columns: pass.shape.hiddenSize)
    for (number, rows) in tails.ranges.enumerated() {
      states[rows: rows.lowerBound + number + 1..<rows.upperBound + number + 1].copy(panel.normed[rows: rows].reading)
    }
    // The first token is read off the stream that the whole text has behind the last block.
    for (row, paragraph) in paragraphs.enumerated() {
      let key = Column.Key(.residualAfter, layer: layers - 1)
      panel.residual.set(row, paragraph.column[paragraph.opening.count - 1, key])
    }
    pass.applyFinalNorm(panel, rows: 0..<paragraphs.count)
    for (number, rows) in tails.ranges.enumerated() {
      let place = rows.lowerBound + number
      states[rows: place..<place + 1].copy(panel.normed[rows: number..<number + 1].reading)
    }
    return states
  }

  /// Puts keys and values of the token that begins a text, and those that the whole text's stream gives at the
  /// positions of the opening tokens, into the store. A block whose stream is set before it leaves them there.
  private func place(
    _ paragraphs: [(opening: [Int32], after: [Int32], column: Column)], origins: [Int], store: KeyValueStore,
    panel: Panel
  ) {
    let beginning = begin.isEmpty ? nil : Prefill([begin], firstScored: [0], pass: pass).store
    let spans = zip(paragraphs, origins).map { paragraph, origin in
      let end = begin.count + paragraph.opening.count
      return Span(origin: origin, positions: begin.count..<end, firstScored: begin.count)
    }
    let rows = RowSet(spans)
    for layer in 0..<pass.shape.layerCount {
      for origin in origins.dropLast() {
        guard let beginning else { continue }
        store.store(
          key: beginning.keys(layer: layer, rows: 0..<begin.count),
          value: beginning.values(layer: layer, rows: 0..<begin.count), layer: layer, from: origin)
      }
      for (range, paragraph) in zip(rows.ranges, paragraphs) {
        for (position, row) in range.enumerated() {
          panel.residual.set(row, paragraph.column[position, Column.Key(.residualBefore, layer: layer)])
        }
      }
      pass.run(layer: layer, rows: rows, panel: panel, store: store)
    }
  }

  // MARK: Logits

  private func difference(_ one: MatrixView, _ other: MatrixView) -> Double {
    let vocabulary = pass.shape.vocabularyCount
    let size = pass.shape.logitRows(of: one.rows)
    let logits = [Matrix(rows: size, columns: vocabulary), Matrix(rows: size, columns: vocabulary)]
    var greatest = 0.0
    for first in stride(from: 0, to: one.rows, by: size) {
      let part = first..<min(first + size, one.rows)
      for (states, scores) in zip([one, other], logits) {
        pass.logits(ofNormed: states[rows: part], into: scores[rows: 0..<part.count])
      }
      for row in 0..<part.count {
        let own = logits.map { UnsafeBufferPointer(start: $0.view.row(row), count: vocabulary) }
        let found = RouteCheck.greatestDifference(own[0], own[1])
        guard !found.isNaN else { return .nan }
        greatest = max(greatest, found)
      }
    }
    return greatest
  }

  /// The greatest difference of two rows of logits; not a number where one of these is none.
  package static func greatestDifference(_ one: UnsafeBufferPointer<Float>, _ other: UnsafeBufferPointer<Float>)
    -> Double
  {
    var (greatest, isNumber): (Float, Bool) = (0, true)
    for token in one.indices {
      let difference = abs(one[token] - other[token])
      greatest = difference > greatest ? difference : greatest
      isNumber = isNumber && !difference.isNaN
    }
    return isNumber ? Double(greatest) : .nan
  }
}

extension Column {
  /// The vectors of a position at the sites that are transplanted.
  func transplanted(at position: Int) -> Transplant.Vectors {
    vectors[position].filter { Column.sites.contains($0.key.site) }
  }
}

extension Matrix {
  /// Writes a row.
  fileprivate func set(_ row: Int, _ values: [Float]) {
    precondition(values.count == columns, "a number for each column")
    for (column, value) in values.enumerated() { view[row, column] = value }
  }
}
