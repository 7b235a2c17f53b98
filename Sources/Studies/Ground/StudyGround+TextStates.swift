import LinearAlgebra
import Transformer

extension StudyGround {
  /// The states of texts behind prompts: for each group of texts, the mean of the residual stream behind a layer over
  /// the text's positions, `[text, unit]`.
  ///
  /// The texts of a group have one prompt. Cost: a pass over all prompts and texts up to the layer.
  func states(
    _ groups: [[(prompt: [Int32], text: [Int32])]], layer: Int, phase: String
  ) throws -> [DoubleMatrix] {
    let parts = groups.enumerated().flatMap { number, group in
      let parts = RowParts(
        group.map { StudyRow.text($0.prompt + $0.text) }, atMost: group.count, tokens: StudyCost.pieceTokens(shape) / 4)
      return zip(parts.ranges, parts.costs(shape)).map { (group: number, range: $0, cost: $1) }
    }
    let width = shape.hiddenSize
    let pieces = try stages.evaluate(
      phase, costs: parts.map(\.cost), sizes: parts.map { $0.range.count * width }
    ) { piece in
      let rows = groups[parts[piece].group][parts[piece].range]
      let hook = StateMeans(layer: layer, from: rows.first?.prompt.count ?? 0)
      let sequences = rows.map { StudyRow.text($0.prompt + $0.text) }
      withPass(holding: sequences.map(\.count).max() ?? 1) {
        $0.run(sequences, upTo: layer, hook: hook)
      }
      return hook.means.flatMap { $0 }
    }
    var values = groups.map { _ in [Double]() }
    for (number, part) in parts.enumerated() { values[part.group] += try pieces[number] }
    return zip(groups, values).map { DoubleMatrix(rows: $0.count, columns: width, values: $1) }
  }

  /// Shows a pass to the body of a piece that has room for a row of so many tokens, which need not be a row of the
  /// texts.
  func withPass<Result>(holding tokens: Int, _ body: (RowPass) throws -> Result) rethrows -> Result {
    guard tokens > panelTokens else { return try withPass(body) }
    return try body(RowPass(pass, capacity: tokens))
  }
}
