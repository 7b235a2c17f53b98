import Foundation
import LinearAlgebra
import Transformer
import Weights

/// The forward pass in double precision, written apart from the program's and differentiated by central differences.
struct DoubleReference {
  let shape: HostShape
  /// Every parameter, row-major; a test may change them.
  var parameters: [Parameter: [Double]] = [:]
  private let positions: [Double]
  private let embeddingNorm: NormWeights?
  private let headBias: [Double]?

  init(_ model: Model) {
    shape = model.shape
    parameters[.embedding] = model.embedding.doubles
    parameters[.head] = model.head.weight.doubles
    parameters[.finalGain] = model.finalNorm.gain.map(Double.init)
    parameters[.finalBias] = model.finalNorm.bias?.map(Double.init)
    positions = model.positionTable?.doubles ?? []
    embeddingNorm = model.embeddingNorm
    headBias = model.head.bias?.map(Double.init)
    for (layer, weights) in model.layers.enumerated() {
      for matrix in shape.matrices {
        parameters[.matrix(matrix, layer: layer)] = weights[matrix].weight.doubles
        parameters[.bias(matrix, layer: layer)] = weights[matrix].bias?.map(Double.init)
      }
      for (step, norm) in weights.norms.enumerated() where !norm.gain.isEmpty {
        parameters[.gain(step: step, layer: layer)] = norm.gain.map(Double.init)
        parameters[.normBias(step: step, layer: layer)] = norm.bias?.map(Double.init)
      }
    }
  }

  // MARK: Steps

  /// What a step makes of its inputs, each `[rows · width]`.
  func output(of index: Int, layer: Int, _ inputs: [[Double]], rows: RowSet) -> [Double] {
    let step = shape.blocks[layer].steps[index]
    switch step {
    case let norm as Norm:
      return normed(
        inputs[0], norm, parameters[.gain(step: index, layer: layer)] ?? [],
        parameters[.normBias(step: index, layer: layer)])
    case let product as Product:
      let result = times(
        inputs[0], parameters[.matrix(product.matrix, layer: layer)] ?? [], columns: product.columns,
        bias: parameters[.bias(product.matrix, layer: layer)])
      return product.isAdding ? zip(result, inputs[1]).map { $0 + $1 } : result
    case let rotation as Rotation: return rotated(inputs[0], rotation, rows)
    case let attention as Attention: return attended(inputs, attention, rows)
    case let activation as Activation:
      let active = inputs[0].map { activated($0, activation.function) }
      return inputs.count > 1 ? zip(active, inputs[1]).map { $0 * $1 } : active
    case is Add: return zip(inputs[0], inputs[1]).map { $0 + $1 }
    default: preconditionFailure("a step that the reference knows")
    }
  }

  private func activated(_ x: Double, _ function: Activation.Function) -> Double {
    switch function {
    case .silu: x / (1 + exp(-x))
    case .gelu: x / 2 * (1 + erf(x / 2.0.squareRoot()))
    case .geluTanh: x / 2 * (1 + tanh((2 / Double.pi).squareRoot() * (x + 0.044715 * x * x * x)))
    case .relu: max(x, 0)
    case .quickGelu: x / (1 + exp(-1.702 * x))
    }
  }

  private func normed(_ x: [Double], _ norm: Norm, _ gain: [Double], _ bias: [Double]?) -> [Double] {
    if norm.kind == .identity { return x }
    return stride(from: 0, to: x.count, by: norm.width).flatMap { start -> [Double] in
      let row = x[start..<start + norm.width]
      let level = norm.kind == .layer ? row.reduce(0, +) / Double(norm.width) : 0
      let mean = row.reduce(0) { $0 + ($1 - level) * ($1 - level) } / Double(norm.width)
      let size = (mean + Double(norm.epsilon)).squareRoot()
      return zip(row, gain).enumerated().map { ($1.0 - level) / size * $1.1 + (bias?[$0] ?? 0) }
    }
  }

  private func times(_ x: [Double], _ weights: [Double], columns: Int, bias: [Double]? = nil) -> [Double] {
    let outputs = weights.count / columns
    var result: [Double] = []
    for start in stride(from: 0, to: x.count, by: columns) {
      for output in 0..<outputs {
        var sum = bias?[output] ?? 0
        for column in 0..<columns { sum += x[start + column] * weights[output * columns + column] }
        result.append(sum)
      }
    }
    return result
  }

  private func rotated(_ x: [Double], _ rotation: Rotation, _ rows: RowSet) -> [Double] {
    var result = x
    let (width, half) = (rotation.headCount * rotation.headSize, rotation.rotated / 2)
    let lengths = rows.spans.flatMap { span in span.positions.map { _ in span.wholeLength } }
    let magnitude = rotation.rotary.magnitude
    for (row, position) in rows.positions.enumerated() {
      let frequencies = rotation.rotary.frequencies(headSize: rotation.rotated, length: lengths[row])
      for head in 0..<rotation.headCount {
        for pair in 0..<half {
          let base = row * width + head * rotation.headSize
          let isInterleaved = rotation.order == .interleaved
          let first = base + (isInterleaved ? 2 * pair : pair)
          let second = isInterleaved ? first + 1 : first + half
          let angle = Double(position) * frequencies[pair]
          result[first] = magnitude * (x[first] * cos(angle) - x[second] * sin(angle))
          result[second] = magnitude * (x[second] * cos(angle) + x[first] * sin(angle))
        }
      }
    }
    return result
  }

  private func attended(_ inputs: [[Double]], _ attention: Attention, _ rows: RowSet) -> [Double] {
    let size = attention.headSize
    let (width, shared) = (attention.headCount * size, attention.keyValueHeadCount * size)
    var result = Array(repeating: 0.0, count: inputs[0].count)
    for range in rows.ranges {
      for head in 0..<attention.headCount {
        let (own, other) = (head * size, head / attention.groupSize * size)
        for row in range {
          let first = attention.window.map { max(range.lowerBound, row + 1 - $0) } ?? range.lowerBound
          let seen = first...(attention.isCausal ? row : range.upperBound - 1)
          let scores = seen.map { key -> Double in
            let product = (0..<size).reduce(0) {
              $0 + inputs[0][row * width + own + $1] * inputs[1][key * shared + other + $1]
            }
            let slope = attention.slopes.isEmpty ? 0 : Double(attention.slopes[head])
            let score = product * Double(attention.scale) + slope * Double(key - row)
            return attention.cap.map { Double($0) * tanh(score / Double($0)) } ?? score
          }
          let largest = scores.max() ?? 0
          let weights = scores.map { exp($0 - largest) }
          let sum = weights.reduce(0, +)
          for (key, weight) in zip(seen, weights) {
            for c in 0..<size {
              result[row * width + own + c] += weight / sum * inputs[2][key * shared + other + c]
            }
          }
        }
      }
    }
    return result
  }

  // MARK: Blocks and models

  /// The residual stream behind a block; `edit` is called with each value.
  func block(
    _ layer: Int, _ stream: [Double], rows: RowSet, edit: (Place, inout [Double]) -> Void = { _, _ in }
  ) -> [Double] {
    let block = shape.blocks[layer]
    let entering = block.entering
    var values = [entering: stream]
    edit(.value(entering), &values[entering, default: []])
    for index in block.steps.indices {
      let value = block.output(of: index)
      values[value] = output(of: index, layer: layer, block.reads[index].map { values[$0] ?? [] }, rows: rows)
      edit(.value(value), &values[value, default: []])
    }
    return values[block.residualAfter] ?? []
  }

  /// The mean loss of the next token over all positions but the last of each sequence.
  func loss(
    _ sequences: [[Int32]], edit: (Int, Place, inout [Double]) -> Void = { _, _, _ in }
  ) -> Double {
    let rows = RowSet(lengths: sequences.map(\.count), firstScored: sequences.map { _ in 0 })
    let table = parameters[.embedding] ?? []
    let hidden = shape.hiddenSize
    guard let embedding = shape.embedding.tokens else { return .nan }
    var stream = sequences.flatMap { $0 }.flatMap { token in
      table[Int(token) * hidden..<(Int(token) + 1) * hidden].map { $0 * Double(embedding.scale) }
    }
    if let learned = embedding.positions {
      for (row, position) in rows.positions.enumerated() {
        for column in 0..<hidden {
          stream[row * hidden + column] += positions[(Int(position) + learned.offset) * hidden + column]
        }
      }
    }
    if let norm = embedding.norm, let weights = embeddingNorm {
      stream = normed(stream, norm, weights.gain.map(Double.init), weights.bias?.map(Double.init))
    }
    for layer in 0..<shape.layerCount {
      stream = block(layer, stream, rows: rows) { edit(layer, $0, &$1) }
    }
    let ends = normed(stream, shape.readout.norm, parameters[.finalGain] ?? [], parameters[.finalBias])
    var logits = times(ends, parameters[.head] ?? [], columns: hidden, bias: headBias)
    if let cap = shape.readout.cap.map(Double.init) { logits = logits.map { cap * tanh($0 / cap) } }
    let vocabulary = shape.vocabularyCount
    var (sum, count) = (0.0, 0.0)
    for (range, tokens) in zip(rows.ranges, sequences) {
      for (row, target) in zip(range, tokens.dropFirst()) {
        let scores = logits[row * vocabulary..<(row + 1) * vocabulary]
        let largest = scores.max() ?? 0
        sum += largest + log(scores.reduce(0) { $0 + exp($1 - largest) }) - scores[row * vocabulary + Int(target)]
        count += 1
      }
    }
    return sum / count
  }
}

extension Block {
  /// The residual stream as it enters.
  var entering: Value { .entering }

  /// What a step writes: some step reads it, or it leaves the block.
  func output(of index: Int) -> Value {
    let read = reads.joined().first { $0.step == index }
    precondition(read != nil || residualAfter.step == index, "every output is of use")
    return read ?? residualAfter
  }
}

/// Derivatives by central differences; the error is about step² and 1e-16 / step.
enum Central {
  /// The derivative of a function of one number at 0, to fourth order.
  static func derivative(step: Double = 1e-3, _ function: (Double) -> Double) -> Double {
    (8 * (function(step) - function(-step)) - (function(2 * step) - function(-2 * step))) / (12 * step)
  }

  /// The derivatives of many functions at once.
  static func derivatives(step: Double = 1e-3, _ function: (Double) -> [Double]) -> [Double] {
    let (near, far) = ((function(step), function(-step)), (function(2 * step), function(-2 * step)))
    return near.0.indices.map {
      (8 * (near.0[$0] - near.1[$0]) - (far.0[$0] - far.1[$0])) / (12 * step)
    }
  }
}

extension [Double] {
  var length: Double { reduce(0) { $0 + $1 * $1 }.squareRoot() }

  func dot(_ other: [Double]) -> Double { zip(self, other).reduce(0) { $0 + $1.0 * $1.1 } }

  /// The norm of the difference from exact numbers, relative to theirs.
  func error(from exact: [Double]) -> Double {
    precondition(count == exact.count, "as many numbers")
    let difference = zip(self, exact).map { $0 - $1 }.length
    return exact.length == 0 ? difference : difference / exact.length
  }
}

extension StoredMatrix {
  /// All elements, row-major.
  var doubles: [Double] {
    var values = Array(repeating: Float(0), count: elementCount)
    widen(rows: 0..<rows, into: &values)
    return values.map(Double.init)
  }
}

extension Tensor {
  /// All elements, row-major.
  var doubles: [Double] {
    var values = Array(repeating: Float(0), count: elementCount)
    widen(rows: 0..<rows, into: &values)
    return values.map(Double.init)
  }
}

extension MatrixView {
  var doubles: [Double] { floats.map(Double.init) }

  var floats: [Float] {
    (0..<rows).flatMap { Array(UnsafeBufferPointer(start: row($0), count: columns)) }
  }
}

extension MutableMatrixView {
  /// Puts numbers in, row by row.
  func fill(_ values: [Float]) {
    precondition(values.count == rows * columns, "a number for each element")
    for row in 0..<rows {
      for column in 0..<columns { self[row, column] = values[row * columns + column] }
    }
  }
}
