import Perturbations
import Transformer

/// Operations and memory of single sequences.
struct SequenceCost {
  let shape: LlamaConfiguration
  let stepCount: Int

  private func elements(_ matrix: WeightMatrix) -> Double {
    let (rows, columns) = shape.shape(of: matrix)
    return Double(rows) * Double(columns)
  }

  private var layerElements: Double { WeightMatrix.allCases.reduce(0) { $0 + elements($1) } }
  private var headElements: Double { Double(shape.vocabularyCount) * Double(shape.hiddenSize) }

  var parameters: Double {
    layerElements * Double(shape.layerCount) + headElements * (shape.tiedHead ? 1 : 2)
  }

  // MARK: Verdicts

  /// One mutant on one input, every step judged from all scores; without a region, the null mutant of a matrix and
  /// layer.
  func verdict(prompt: Int, region: Region, isNull: Bool = false) -> Operations {
    let length = prompt + stepCount - 1
    let last = shape.layerCount - 1
    let kept = prompt - 1..<length
    var operations = Operations()
    func products(_ matrices: [WeightMatrix], _ rows: Int) {
      operations.blocks += 2 * Double(rows) * matrices.reduce(0) { $0 + elements($1) }
    }
    let own = region.layer == last ? kept : 0..<length
    if !isNull { operations += touch(region, positions: own, length: length) }
    switch region.matrix {
    case .q, .k, .v, .o: products([.gate, .up, .down], own.count)
    case .gate, .up, .down: break
    }
    // The layers behind it cost the same each, but for the last.
    func layers(_ count: Int, _ rows: Range<Int>) {
      products([.k, .v], count * length)
      products([.q, .o, .gate, .up, .down], count * rows.count)
      operations.attention +=
        Double(count) * Operations.attention(queries: rows, width: shape.queryWidth, window: shape.slidingWindow)
    }
    if region.layer < last {
      layers(last - region.layer - 1, 0..<length)
      layers(1, kept)
    }
    operations.head += 2 * headElements * Double(stepCount)
    return operations
  }

  /// What a region changes at once: its correction, and the thin product that takes it to the residual stream.
  private func touch(_ region: Region, positions: Range<Int>, length: Int) -> Operations {
    var operations = Operations()
    let (rows, size) = (region.rows, shape.headSize)
    let corrected = region.matrix == .k || region.matrix == .v ? length : positions.count
    operations.corrections = Operations.product(
      rows: corrected, outputs: rows.count, inputs: region.columns.count)
    switch region.matrix {
    case .q, .k, .v:
      let touched = (rows.upperBound + size - 1) / size - rows.lowerBound / size
      let width = touched * size * (region.matrix == .q ? 1 : shape.headCount / shape.keyValueHeadCount)
      operations.attention = Operations.attention(queries: positions, width: width, window: shape.slidingWindow)
      operations.blocks = Operations.product(rows: positions.count, outputs: shape.hiddenSize, inputs: width)
    case .gate, .up:
      operations.blocks = Operations.product(rows: positions.count, outputs: shape.hiddenSize, inputs: rows.count)
    case .o, .down: break
    }
    return operations
  }

  /// The verdicts of each unit of a plan, null mutants included.
  func verdicts(of plan: UnitPlan, prompts: [Int]) -> [Operations] {
    // Regions of one size cost the same wherever they cut the same number of heads.
    struct Key: Hashable {
      let layer: Int
      let matrix: WeightMatrix
      let rows: Int
      let columns: Int
      let offset: Int
    }
    var known: [Key: Operations] = [:]
    func sum(_ region: Region, isNull: Bool) -> Operations {
      let key = Key(
        layer: region.layer, matrix: region.matrix, rows: isNull ? 0 : region.rows.count, columns: region.columns.count,
        offset: region.rows.lowerBound % shape.headSize)
      if let found = known[key] { return found }
      let made = prompts.reduce(Operations()) { $0 + verdict(prompt: $1, region: region, isNull: isNull) }
      known[key] = made
      return made
    }
    return plan.units.map { unit in
      let first = plan.mutation(at: unit.positions.lowerBound).region
      var previous = first
      var each = sum(first, isNull: false)
      return unit.positions.reduce(sum(first, isNull: true)) { total, position in
        let region = plan.mutation(at: position).region
        if region != previous {
          previous = region
          each = sum(region, isNull: false)
        }
        return total + each
      }
    }
  }

  /// The operations of a whole space, null mutants included, were all regions of a matrix like its first.
  func verdicts(of space: MutationSpace, prompts: [Int]) -> Double {
    var total = 0.0
    for layer in space.layers.indices {
      for matrix in space.matrices.indices {
        let range = space.range(layer: layer, matrix: matrix)
        let region = space[range.lowerBound].region
        for prompt in prompts {
          let nulls = (Double(range.count) / Double(UnitPlan.mutantsPerUnit)).rounded(.up)
          total += Double(range.count) * verdict(prompt: prompt, region: region).total
          total += nulls * verdict(prompt: prompt, region: region, isNull: true).total
        }
      }
    }
    return total
  }

  /// The total of each unit.
  func units(of plan: UnitPlan, prompts: [Int]) -> [Double] { verdicts(of: plan, prompts: prompts).map(\.total) }

  // MARK: Continuations

  /// Decoding all steps but the first, token by token.
  func continuation(prompt: Int) -> Double {
    let tokens = prompt..<prompt + stepCount - 1
    return Double(tokens.count) * 2 * (layerElements * Double(shape.layerCount) + headElements)
      + Operations.attention(queries: tokens, width: shape.queryWidth, window: shape.slidingWindow)
      * Double(shape.layerCount)
  }

  // MARK: Memory

  /// Logits and states at all steps of all inputs and, where texts are decoded, keys and values of every layer.
  func baselineBytes(prompts: [Int], recording: RecordedColumns) -> Int {
    let positions = prompts.reduce(0) { $0 + $1 + stepCount - 1 }
    let steps = prompts.count * stepCount * (shape.vocabularyCount + 2 * shape.hiddenSize)
    let layerCount = recording.text ? shape.layerCount : 0
    return MemoryLayout<Float>.stride * steps + positions
      * KeyValueStore.bytesPerRow(configuration: shape, layerCount: layerCount)
  }
}
