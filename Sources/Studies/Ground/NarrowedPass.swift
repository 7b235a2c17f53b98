import LinearAlgebra
import Perturbations
import Transformer

/// The blocks of a model under an edit that replaces hidden units of feed-forward layers, run without these units.
///
/// A replaced unit needs no row of gate and up, and a number in its place adds that many of its columns of down to the
/// residual stream, at every position alike or by position: out = down_kept · hidden_kept + down_replaced · numbers.
/// Positions before the edit's first one have what the units make instead of the numbers. This is the edit but for the
/// order of sums, and costs a pass less what is replaced.
final class NarrowedPass {
  private let pass: ForwardPass
  private let edit: UnitEdit
  private let parts: [GatedPart]
  /// The units of each layer that stay, ascending.
  private let kept: [[Int32]]
  private let weights: GatheredWeights

  /// Units that are computed together: sums over more are taken in as many parts in any case.
  private static let unitsTogether = 512

  /// nil where the edit is another one, where blocks have other feed-forward layers or some units at zero, and where
  /// gathering weights for `tokens` tokens takes longer than what is saved.
  init?(_ edit: (any Hook)?, _ pass: ForwardPass, tokens: Int) {
    guard let edit = edit as? UnitEdit, edit.site == .mlpHidden, pass.model.zeroUnits == nil else { return nil }
    if case .sums = edit.replacement { return nil }
    let shape = pass.shape
    let parts = shape.blocks.compactMap { GatedPart(of: $0) }
    guard parts.count == shape.layerCount, NarrowedPass.arePlain(pass.model, parts) else { return nil }
    let width = shape.width(of: parts[0].down.input)
    kept = edit.units.map { units in
      var stays = [Bool](repeating: true, count: width)
      for unit in units { stays[Int(unit)] = false }
      return (0..<Int32(width)).filter { stays[Int($0)] }
    }
    // Gathering a unit's weights takes as long as its products with some 30 rows.
    let (left, gone) = (kept.reduce(0) { $0 + $1.count }, edit.units.reduce(0) { $0 + $1.count })
    guard tokens * gone >= 32 * left, gone > 0 else { return nil }
    (self.pass, self.edit, self.parts) = (pass, edit, parts)
    weights = GatheredWeights(count: NarrowedPass.unitsTogether, size: shape.hiddenSize)
  }

  /// Whether the rows of all matrices lie in one piece, as numbers that can be taken one by one.
  private static func arePlain(_ model: Model, _ parts: [GatedPart]) -> Bool {
    zip(model.layers, parts).allSatisfy { layer, part in
      [part.gate, part.up, part.down].allSatisfy { product in
        layer[product.matrix].view.map { !$0.isTransposed && $0.format.elementsPerBlock == 1 } ?? false
      }
    }
  }

  // MARK: Running

  /// Runs all blocks over the rows of some prompts, one behind the other; the panel holds the residual stream then.
  ///
  /// Up to the hidden units of the first block nothing depends on the edit, and what the units that stay make there
  /// does not depend on the numbers: `starts` keeps that.
  func run(_ prompts: [Prompt], _ rows: RowSet, panel: Panel, store: KeyValueStore, starts: FirstBlocks) {
    let start = starts.start(of: prompts, rows) { hidden, residual in
      pass.embed(prompts, into: panel.residual.view)
      pass.run(layer: 0, before: parts[0].start + 3, rows: rows, panel: panel, store: store)
      hidden.copy(panel[parts[0].down.input][rows: 0..<rows.count].reading)
      residual.copy(panel.residual[rows: 0..<rows.count].reading)
    }
    if let start {
      let residual = panel.residual[rows: 0..<rows.count]
      start.add(kept[0], to: residual) { addKept(0, rows, panel, known: start.hidden) }
    } else {
      pass.embed(prompts, into: panel.residual.view)
    }
    for layer in parts.indices {
      let hidden = layer == 0 ? start?.hidden : nil
      if hidden == nil {
        pass.run(layer: layer, before: parts[layer].start, rows: rows, panel: panel, store: store)
        addKept(layer, rows, panel, known: nil)
      }
      addReplaced(layer, rows, panel)
      addBefore(layer, rows, panel, known: hidden)
    }
  }

  /// Adds what the units that stay make to the residual stream. `known`: all hidden units, `[rows, width]`.
  private func addKept(_ layer: Int, _ rows: RowSet, _ panel: Panel, known: Matrix?) {
    let part = parts[layer]
    let input = (known?.view ?? panel[part.gate.input][rows: 0..<rows.count]).reading
    let slots = [part.gate.output, part.up.output, part.down.output].map { panel[$0][rows: 0..<rows.count] }
    add(kept[layer], layer, of: input, isHidden: known != nil, slots[0], slots[1], to: slots[2])
  }

  /// Adds what the replaced units make to the residual stream of the positions before the edit's first one.
  private func addBefore(_ layer: Int, _ rows: RowSet, _ panel: Panel, known: Matrix?) {
    let (part, units) = (parts[layer], edit.units[layer])
    let places = rows.positions.indices.filter { rows.positions[$0] < edit.firstPosition }
    guard !places.isEmpty, !units.isEmpty else { return }
    let source = known?.view ?? panel[part.gate.input].view
    let input = Matrix(rows: places.count, columns: source.columns)
    for (row, place) in places.enumerated() {
      input.view[rows: row..<row + 1].copy(source[rows: place..<place + 1].reading)
    }
    let hidden = (0..<2).map { _ in Matrix(rows: places.count, columns: NarrowedPass.unitsTogether) }
    let sums = Matrix(rows: places.count, columns: part.down.rows)
    add(units, layer, of: input.view.reading, isHidden: known != nil, hidden[0].view, hidden[1].view, to: sums.view)
    for (row, place) in places.enumerated() { panel[part.down.output].add(sums, row: row, to: place) }
  }

  /// Adds what some units make of rows, which are inputs of the feed-forward part or all its hidden units.
  ///
  /// `gate` and `up` have room for `unitsTogether` of the units, or for all.
  private func add(
    _ units: [Int32], _ layer: Int, of input: MatrixView, isHidden: Bool, _ gate: MutableMatrixView,
    _ up: MutableMatrixView, to output: MutableMatrixView
  ) {
    let part = parts[layer]
    for first in stride(from: 0, to: units.count, by: NarrowedPass.unitsTogether) {
      let some = units[first..<min(first + NarrowedPass.unitsTogether, units.count)]
      let (hidden, factor) = (gate[columns: 0..<some.count], up[columns: 0..<some.count])
      if isHidden {
        hidden.copy(input, columns: some)
      } else {
        multiply(input, weights.rows(some, of: view(part.gate, layer)), into: hidden)
        multiply(input, weights.rows(some, of: view(part.up, layer)), into: factor)
        part.activation.forward(hidden, times: factor)
      }
      multiply(hidden.reading, weights.columns(some, of: view(part.down, layer)), into: output, adding: true)
    }
  }

  /// Adds what the numbers in the place of the replaced units make to the residual stream, where they are replaced.
  private func addReplaced(_ layer: Int, _ rows: RowSet, _ panel: Panel) {
    let (part, units) = (parts[layer], edit.units[layer])
    guard let numbers = numbers(layer, positions: rows.spans.map(\.positions.upperBound).max() ?? 0) else { return }
    let sums = Matrix(rows: numbers.rows, columns: part.down.rows)
    for first in stride(from: 0, to: units.count, by: NarrowedPass.unitsTogether) {
      let some = first..<min(first + NarrowedPass.unitsTogether, units.count)
      let columns = weights.columns(units[some], of: view(part.down, layer))
      multiply(numbers.view[columns: some].reading, columns, into: sums.view, adding: true)
    }
    for (row, position) in rows.positions.enumerated() where position >= edit.firstPosition {
      panel[part.down.output].add(sums, row: sums.rows == 1 ? 0 : Int(position), to: row)
    }
  }

  /// The numbers in the place of the replaced units, `[1, units]` where all positions have the same, or
  /// `[positions, units]`; nil where they are zero or there are none.
  private func numbers(_ layer: Int, positions: Int) -> Matrix? {
    let units = edit.units[layer]
    guard !units.isEmpty else { return nil }
    let (values, count): ([Float], Int)
    switch edit.replacement {
    case .zero, .sums: return nil
    case .constants(let all): (values, count) = (all[layer], 1)
    case .byPosition(let all): (values, count) = (all[layer], positions)
    }
    let width = kept[layer].count + units.count
    let numbers = Matrix(rows: count, columns: units.count)
    values.withUnsafeBufferPointer { values in
      for position in 0..<count {
        for (place, unit) in units.enumerated() { numbers.view[position, place] = values[position * width + Int(unit)] }
      }
    }
    return numbers
  }

  /// The weights of a product of a layer.
  private func view(_ product: Product, _ layer: Int) -> WeightView {
    guard let view = pass.model.layers[layer][product.matrix].view else { preconditionFailure("weights in one piece") }
    return view
  }

  private func multiply(
    _ input: MatrixView, _ weights: WeightView, into output: MutableMatrixView, adding: Bool = false
  ) {
    pass.operations.addProduct(rows: input.rows, outputs: weights.rows, inputs: weights.columns)
    output.assignProduct(of: input, withTransposeOf: weights, adding: adding, in: pass.workspace)
  }
}

extension MutableMatrixView {
  /// Copies some columns of a matrix with as many rows.
  fileprivate func copy(_ source: MatrixView, columns: ArraySlice<Int32>) {
    precondition(source.rows == rows && columns.count == self.columns, "a column for each")
    columns.withUnsafeBufferPointer { columns in
      for row in 0..<rows {
        let (from, to) = (source.row(row), self.row(row))
        for place in columns.indices { to[place] = from[Int(columns[place])] }
      }
    }
  }
}

extension Matrix {
  /// Adds a row of a matrix with as many columns to a row.
  fileprivate func add(_ sums: Matrix, row: Int, to place: Int) {
    let (own, added) = (view.row(place), sums.view.row(row))
    for column in 0..<sums.columns { own[column] += added[column] }
  }
}
