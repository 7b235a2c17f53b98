import Mutagenesis
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

  private func attention(_ queries: Range<Int>) -> Double {
    OperationCount.attention(queries: queries, width: shape.queryWidth, window: shape.slidingWindow)
  }

  /// One mutant on one input, from the mutated matrix on.
  func verdict(prompt: Int, matrix: WeightMatrix, layer: Int) -> Double {
    let length = prompt + stepCount - 1
    let last = shape.layerCount - 1
    let kept = prompt - 1..<length
    func queries(_ index: Int) -> Range<Int> { index == last ? kept : 0..<length }
    func products(_ matrices: [WeightMatrix], _ rows: Int) -> Double {
      2 * Double(rows) * matrices.reduce(0) { $0 + elements($1) }
    }
    var operations = 2 * headElements * Double(stepCount)
    let own = queries(layer)
    switch matrix {
    case .q, .k, .v: operations += attention(own) + products([.o, .gate, .up, .down], own.count)
    case .o: operations += products([.gate, .up, .down], own.count)
    case .gate, .up: operations += products([.down], own.count)
    case .down: break
    }
    for index in layer + 1..<max(shape.layerCount, layer + 1) {
      let rows = queries(index)
      operations += products([.k, .v], length) + products([.q, .o, .gate, .up, .down], rows.count) + attention(rows)
    }
    return operations
  }

  /// The verdicts of each unit of a plan, null mutants included.
  func units(of plan: UnitPlan, prompts: [Int]) -> [Double] {
    var known: [Int: Double] = [:]
    return plan.units.map { unit in
      let region = plan.mutation(at: unit.positions.lowerBound).region
      let place = region.layer * WeightMatrix.allCases.count + region.matrix.index
      let each =
        known[place] ?? prompts.reduce(0) { $0 + verdict(prompt: $1, matrix: region.matrix, layer: region.layer) }
      known[place] = each
      return each * Double(unit.positions.count + 1)
    }
  }

  /// Decoding all steps but the first, token by token.
  func continuation(prompt: Int) -> Double {
    let tokens = prompt..<prompt + stepCount - 1
    return Double(tokens.count) * 2 * (layerElements * Double(shape.layerCount) + headElements)
      + attention(tokens) * Double(shape.layerCount)
  }

  /// Caches, logits and one layer's trace of all inputs.
  func baselineBytes(prompts: [Int]) -> Int {
    let positions = prompts.reduce(0) { $0 + $1 + stepCount - 1 }
    let cache = 2 * shape.keyValueWidth * shape.layerCount
    let trace =
      5 * shape.hiddenSize + 3 * shape.intermediateSize + 2 * shape.queryWidth + 2 * shape.keyValueWidth
    let steps = prompts.count * stepCount * (shape.vocabularyCount + shape.hiddenSize)
    return 4 * (positions * (cache + 2 * trace) + steps)
  }
}
