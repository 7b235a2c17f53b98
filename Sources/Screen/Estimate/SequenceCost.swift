import Foundation
import Perturbations
import Transformer

/// Operations and memory of single sequences, read off the lists of steps of the blocks.
struct SequenceCost {
  let shape: HostShape
  let stepCount: Int
  /// What each block costs, and which blocks that cost the same stand between a layer and the last, with their count.
  private let blocks: [BlockCost]
  private let between: [[(cost: BlockCost, count: Int)]]

  /// What a block costs: elements of its matrices that all rows of the last layer meet and that the scored rows meet,
  /// and its attention.
  private struct BlockCost: Hashable {
    let whole: Double
    let scored: Double
    let width: Int
    let window: Int?
    let isCausal: Bool

    init(_ block: Block) {
      (whole, scored) = block.matrixElements()
      width = block.attention.map { $0.step.headCount * $0.step.headSize } ?? 0
      window = block.attention?.step.window
      isCausal = block.attention?.step.isCausal ?? true
    }

    /// One pass over a sequence of `length` positions, of which `positions` go beyond keys and values.
    func operations(length: Int, positions: Range<Int>) -> Operations {
      var operations = Operations()
      operations.blocks = 2 * (Double(length) * whole + Double(positions.count) * scored)
      operations.attention = Operations.attention(
        queries: positions, width: width, window: window, seen: isCausal ? nil : length)
      return operations
    }
  }

  init(shape: HostShape, stepCount: Int) {
    self.shape = shape
    self.stepCount = stepCount
    let blocks = shape.blocks.map(BlockCost.init)
    self.blocks = blocks
    var between: [[(cost: BlockCost, count: Int)]] = []
    var behind: [(cost: BlockCost, count: Int)] = []
    for layer in blocks.indices.reversed() {
      between.append(layer < blocks.count - 1 ? behind : [])
      guard layer < blocks.count - 1 else { continue }
      if let place = behind.firstIndex(where: { $0.cost == blocks[layer] }) {
        behind[place].count += 1
      } else {
        behind.append((blocks[layer], 1))
      }
    }
    self.between = between.reversed()
  }

  private var headElements: Double { Double(shape.vocabularyCount) * Double(shape.hiddenSize) }

  var parameters: Double { shape.matrixElements + shape.outerMatrixElements }

  // MARK: Verdicts

  /// One mutant on one input, every step judged from all scores; without a region, the null mutant of a matrix and
  /// layer. Of a component, the region is the whole matrix. All of the mutated layer may be computed anew.
  func verdict(
    prompt: Int, region: Region, isNull: Bool = false, isComponent: Bool = false, isWholeLayer: Bool = false
  ) -> Operations {
    let length = prompt + stepCount - 1
    let last = shape.layerCount - 1
    let scored = prompt - 1..<length
    guard !region.matrix.isOuter else { return outerVerdict(length: length, scored: scored, region: region) }
    let block = shape.blocks[region.layer]
    let path = block.path(of: region.matrix, whole: isWholeLayer)
    let own = region.layer == last ? scored : 0..<length
    var operations = isNull ? Operations() : touch(region, path, positions: own, length: length)
    if isComponent, !isNull {
      let rows = path.isAtAllPositions ? length : own.count
      operations.corrections = Operations.product(
        rows: rows, outputs: 1, inputs: region.rows.count + region.columns.count)
    }
    let rest = block.matrixElements(from: path.resume)
    operations.blocks += 2 * (Double(length) * rest.whole + Double(own.count) * rest.scored)
    for (cost, count) in between[region.layer] {
      operations += cost.operations(length: length, positions: 0..<length) * Double(count)
    }
    if region.layer < last { operations += blocks[last].operations(length: length, positions: scored) }
    operations.head += 2 * headElements * Double(stepCount)
    return operations
  }

  /// A mutant of the embedding or of the head. Of the embedding it is run where a token of the input is in its rows: as
  /// often as a text has one whose tokens are drawn evenly.
  private func outerVerdict(length: Int, scored: Range<Int>, region: Region) -> Operations {
    var operations = Operations()
    if region.matrix == .head || shape.tiedHead {
      operations.head = Operations.product(
        rows: scored.count, outputs: region.rows.count, inputs: shape.hiddenSize)
    }
    guard region.matrix == .embedding else { return operations }
    var pass = Operations()
    for (layer, block) in blocks.enumerated() {
      let positions = layer == shape.layerCount - 1 ? scored : 0..<length
      pass += block.operations(length: length, positions: positions)
    }
    pass.head += 2 * headElements * Double(stepCount)
    let chance = 1 - pow(1 - Double(region.rows.count) / Double(shape.vocabularyCount), Double(length))
    return operations + pass * chance
  }

  /// What a region changes at once: its correction, and the thin product that takes it to the residual stream.
  private func touch(_ region: Region, _ path: ThinPath, positions: Range<Int>, length: Int) -> Operations {
    var operations = Operations()
    operations.corrections = Operations.product(
      rows: path.isAtAllPositions ? length : positions.count, outputs: region.rows.count, inputs: region.columns.count)
    if path.isWhole {
      return operations + blocks[region.layer].operations(length: length, positions: positions)
    }
    guard let passage = path.passage?.step else { return operations }
    let width = path.columns(reachedBy: region.rows).count
    operations.attention = path.attention?.step.operations(queries: positions, of: length, width: width) ?? 0
    operations.blocks = Operations.product(rows: positions.count, outputs: passage.rows, inputs: width)
    return operations
  }

  /// The verdicts of each unit of a plan, null mutants included.
  func verdicts(of plan: UnitPlan, prompts: [Int]) -> [Operations] {
    // Regions of one size cost the same wherever they cut the same number of heads.
    let headSize = shape.attention?.headSize ?? 1
    struct Key: Hashable {
      let layer: Int
      let matrix: WeightMatrix
      let rows: Int
      let columns: Int
      let offset: Int
    }
    var known: [Key: Operations] = [:]
    if let pairs = plan.pairs { return verdicts(of: plan, pairs, prompts: prompts) }
    let isOfComponents = plan.components != nil
    func sum(_ region: Region, isNull: Bool) -> Operations {
      let key = Key(
        layer: region.layer, matrix: region.matrix, rows: isNull ? 0 : region.rows.count, columns: region.columns.count,
        offset: region.rows.lowerBound % headSize)
      if let found = known[key] { return found }
      let made = prompts.reduce(Operations()) {
        $0 + verdict(prompt: $1, region: region, isNull: isNull, isComponent: isOfComponents)
      }
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

  /// The verdicts of each unit of a plan of pairs: besides the first mutation there is the correction of the second,
  /// and where both are of one layer all of that is computed anew.
  private func verdicts(of plan: UnitPlan, _ pairs: PairList, prompts: [Int]) -> [Operations] {
    func cost(_ position: Int, _ prompt: Int) -> Operations {
      let region = plan.mutation(at: position).region
      guard let pair = plan.pair(at: position) else { return verdict(prompt: prompt, region: region) }
      let second = pairs.singles[pair.second].region
      var operations = verdict(prompt: prompt, region: region, isWholeLayer: second.layer == region.layer)
      operations.corrections += Operations.product(
        rows: second.layer == shape.layerCount - 1 ? stepCount : prompt + stepCount - 1, outputs: second.rows.count,
        inputs: second.columns.count)
      return operations
    }
    return plan.units.map { unit in
      let region = plan.mutation(at: unit.positions.lowerBound).region
      return prompts.reduce(Operations()) { total, prompt in
        unit.positions.reduce(total + verdict(prompt: prompt, region: region, isNull: true)) { $0 + cost($1, prompt) }
      }
    }
  }

  /// The operations of a whole space, null mutants included, were all regions of a matrix like its first.
  func verdicts(of space: MutationSpace, prompts: [Int]) -> Operations {
    var total = Operations()
    for range in space.stretches where !range.isEmpty {
      let region = space[range.lowerBound].region
      for prompt in prompts {
        let nulls = (Double(range.count) / Double(UnitPlan.mutantsPerUnit)).rounded(.up)
        total += verdict(prompt: prompt, region: region) * Double(range.count)
        total += verdict(prompt: prompt, region: region, isNull: true) * nulls
      }
    }
    return total
  }

  /// The operations of each unit, of those of the head a share.
  func units(of plan: UnitPlan, prompts: [Int], headShare: Double = 1) -> [Double] {
    verdicts(of: plan, prompts: prompts).map { $0.planned(headShare: headShare) }
  }

  // MARK: Continuations

  /// Decoding all steps but the first, token by token.
  func continuation(prompt: Int) -> Double {
    let tokens = prompt..<prompt + stepCount - 1
    return Double(tokens.count) * 2 * (shape.matrixElements + headElements)
      + shape.blocks.reduce(0) { $0 + ($1.attention?.step.operations(queries: tokens, of: tokens.upperBound) ?? 0) }
  }

  // MARK: Memory

  /// Logits and states at all steps of all inputs and, where texts are decoded, keys and values of every layer.
  func baselineBytes(prompts: [Int], recording: RecordedColumns) -> Int {
    let positions = prompts.reduce(0) { $0 + $1 + stepCount - 1 }
    let steps = prompts.count * stepCount * (shape.vocabularyCount + 2 * shape.hiddenSize)
    let layerCount = recording.decodes(shape) ? shape.layerCount : 0
    return MemoryLayout<Float>.stride * steps + positions
      * KeyValueStore.bytesPerRow(shape: shape, layerCount: layerCount)
  }
}

extension Operations {
  /// All operations, of those of the head a share.
  func planned(headShare: Double) -> Double { total - (1 - headShare) * head }
}
