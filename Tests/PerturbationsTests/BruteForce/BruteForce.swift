import CKernels
import Foundation
import Hosts
import LinearAlgebra
import Perturbations
import Testing
import TestSupport
import Transformer
import Weights

/// The slow, obvious way: a copy of the weight file with the region overwritten, generation from scratch, divergence in
/// double precision from full logits. Shares the decoder with the evaluator, but no correction, cache or resumed state.
struct BruteForce {
  let path: String
  let original: Model
  let inputs: [(number: Int, prompt: [Int32])]
  let sampling: Sampling
  let stepCount: Int
  /// Of the kinds, and of what is random in them.
  var parameters = BruteForce.parameters(scale: -2, noise: 1.5)
  /// Units that are zero in every pass, of which the evaluator's model knows by itself and this way by a hook.
  var masks: [UnitMask] = [] { didSet { unmutated.forget() } }
  /// The vectors a and v of the component of a mutation that is of one.
  var component: (Mutation) throws -> (left: [Double], right: [Double]) = { _ in ([], []) }
  let seed: UInt64 = 0x1234_5678_9abc_def0

  static func parameters(scale: Float, noise: Float) -> KindParameters {
    var parameters = KindParameters()
    (parameters[.scale], parameters[.noise]) = (scale, noise)
    return parameters
  }

  struct Outcome {
    let continuation: [Int32]
    /// How clearly each token was chosen.
    let margins: [Float]
    let divergence: Double
    let logPerplexityChange: Double
    /// The log probability of every token at the first step.
    let firstLogProbabilities: [Double]
  }

  /// The edits of all masks, called in every pass.
  var hook: any Hook { HookSequence(masks.map(\.edit)) }

  /// What all mutants' files have in common.
  private let plain = PlainWeights()
  /// What all mutants are compared with.
  private let unmutated = UnmutatedLogProbabilities()

  private var isLlama2C: Bool { path.hasSuffix(".bin") }
  private var isGGUF: Bool { path.hasSuffix(".gguf") }

  func generation(_ model: Model) -> Generation {
    let longest = inputs.map(\.prompt.count).max() ?? 1
    return Generation(
      pass: ForwardPass(model: model, positionCount: longest + stepCount), sampling: sampling, stepCount: stepCount,
      endTokens: original.shape.endTokens)
  }

  /// What the mutant says on every input, given the baselines' continuations.
  func outcomes(of mutation: Mutation, baselines: [[Int32]]) throws -> [Outcome] {
    try outcomes(of: [mutation], baselines: baselines)
  }

  /// What a model with all of these mutations says, whose regions do not overlap.
  func outcomes(of mutations: [Mutation], baselines: [[Int32]]) throws -> [Outcome] {
    try Places.withTemporaryFolder { folder in
      let mutant = try model(mutations, in: folder)
      let generation = generation(mutant)
      let own = unmutated.logProbabilities(on: baselines) {
        let pass = self.generation(original).pass
        return inputs.indices.map { logProbabilities(pass, index: $0, baselines) }
      }
      let continuations = generation.continuations(
        of: inputs.map(\.prompt), inputs: inputs.map(\.number), hook: hook)
      return inputs.indices.map { index in
        let mutants = logProbabilities(generation.pass, index: index, baselines)
        return Outcome(
          continuation: continuations[index].tokens, margins: continuations[index].margins,
          divergence: meanDivergence(own[index], mutants),
          logPerplexityChange: meanLoss(of: baselines[index], own[index], mutants), firstLogProbabilities: mutants[0])
      }
    }
  }

  // MARK: The mutated file

  /// The model with the mutation. What a GGUF file holds is the same in other files, under the same shape.
  private func model(_ mutations: [Mutation], in folder: String) throws -> Model {
    let own = try write(mutations, into: folder)
    guard isGGUF else { return try Model.load(path: own) }
    let file = try SafetensorsFile(path: own + "/model.safetensors")
    return try Model(shape: original.shape, checkpoint: Checkpoint(path: own, file: file))
  }

  /// A model with the mutation written into its weights, as float32, which holds every new weight.
  func write(_ mutation: Mutation, into folder: String) throws -> String { try write([mutation], into: folder) }

  /// The same with several mutations, each of the weights as they were.
  func write(_ mutations: [Mutation], into folder: String) throws -> String {
    var changed: [String: (tensor: Tensor, values: [Float])] = [:]
    for mutation in mutations {
      let weight = original.matrix(mutation.region.matrix, layer: mutation.region.layer).tensor
      let values = changed[weight.name]?.values ?? floats(of: StoredMatrix(weight))
      changed[weight.name] = (weight, try writing(mutation, into: values))
    }
    return try write(changed, into: folder)
  }

  /// A tensor with a region's weights, or a whole matrix, made what the mutation makes of the original ones.
  private func writing(_ mutation: Mutation, into values: [Float]) throws -> [Float] {
    let matrix = original.matrix(mutation.region.matrix, layer: mutation.region.layer)
    var own = floats(of: matrix)
    if mutation.component != nil {
      try mutateComponent(&own, mutation)
    } else {
      mutate(&own, columns: matrix.columns, mutation)
    }
    let weight = matrix.tensor
    var weights = values
    for run in matrix.storage.runs(rows: 0..<matrix.rows) {
      for (place, row) in run.rows.enumerated() where mutation.region.rows.contains(row) {
        for column in mutation.region.columns {
          let stored = run.start + place
          let at = matrix.storage.isTransposed ? column * weight.columns + stored : stored * weight.columns + column
          weights[at] = own[row * matrix.columns + column]
        }
      }
    }
    return weights
  }

  /// A copy of the model with other values of some tensors.
  private func write(_ changed: [String: (tensor: Tensor, values: [Float])], into folder: String) throws -> String {
    guard !isLlama2C else {
      var bytes = try Data(contentsOf: URL(fileURLWithPath: path))
      for (tensor, values) in changed.values {
        values.withUnsafeBytes { bytes.replaceSubrange(tensor.byteOffset..<tensor.byteOffset + $0.count, with: $0) }
      }
      let file = folder + "/model.bin"
      try UnflushedFile.write(bytes, to: file)
      return file
    }
    let whole = try plain.file(of: path)
    var bytes = whole.bytes
    for (name, change) in changed {
      guard let start = whole.starts[name] else { throw CocoaError(.coderValueNotFound) }
      change.values.withUnsafeBytes { bytes.replaceSubrange(start..<start + $0.count, with: $0) }
    }
    try UnflushedFile.write(bytes, to: folder + "/model.safetensors")
    if !isGGUF { try FileManager.default.copyItem(atPath: path + "/config.json", toPath: folder + "/config.json") }
    return folder
  }

  private func floats(of weight: StoredMatrix) -> [Float] {
    [Float](unsafeUninitializedCapacity: weight.elementCount) { buffer, count in
      if let base = buffer.baseAddress { weight.widen(rows: 0..<weight.rows, into: base) }
      count = weight.elementCount
    }
  }

  // MARK: Kinds

  /// W + (c − 1) a vᵀ with (c − 1) a and v as float32 numbers, rounded to float32 once.
  private func mutateComponent(_ weights: inout [Float], _ mutation: Mutation) throws {
    let (left, right) = try component(mutation)
    let factor: Double? =
      mutation.kind == .scale ? parameters[.scale].map(Double.init) : [.zero: 0, .negate: -1][mutation.kind]
    let times = (factor ?? .nan) - 1
    for (row, a) in left.enumerated() {
      for (column, v) in right.enumerated() {
        let place = row * right.count + column
        weights[place] = Float(Double(weights[place]) + Double(Float(times * a)) * Double(Float(v)))
      }
    }
  }

  private func mutate(_ weights: inout [Float], columns: Int, _ mutation: Mutation) {
    let region = mutation.region
    let places = region.rows.flatMap { row in region.columns.map { row * columns + $0 } }
    let mean = weights.reduce(0.0) { $0 + Double($1) } / Double(weights.count)
    let (smallest, largest) = (weights.min() ?? .nan, weights.max() ?? .nan)
    switch mutation.kind {
    case .maximum: for place in places { weights[place] = largest }
    case .minimum: for place in places { weights[place] = smallest }
    case .zero: for place in places { weights[place] = 0 }
    case .mean: for place in places { weights[place] = Float(mean) }
    case .signed:
      let extreme = abs(smallest) > abs(largest) ? smallest : largest
      for place in places {
        let isTurned = random(place / columns, region.columns.lowerBound, mutation, 0)[0] >= 1 << 31
        weights[place] = isTurned ? -extreme : extreme
      }
    case .negate: for place in places { weights[place].negate() }
    case .scale: for place in places { weights[place] *= parameters[.scale] ?? .nan }
    case .noise:
      let variance = weights.reduce(0.0) { $0 + pow(Double($1) - mean, 2) } / Double(weights.count)
      let deviation = Double(parameters[.noise] ?? .nan) * variance.squareRoot()
      for place in places {
        let bits = random(place / columns, place % columns, mutation, 0)
        let uniform = bits.map { (Double($0) + 0.5) / 0x1p32 }
        let normal = sqrt(-2 * log(uniform[0])) * cos(2 * .pi * uniform[1])
        weights[place] = Float(Double(weights[place]) + deviation * normal)
      }
    case .shuffle:
      for last in places.indices.dropFirst().reversed() {
        let bits = random(region.rows.lowerBound, region.columns.lowerBound, mutation, last)
        let draw = UInt64(bits[0]) << 32 | UInt64(bits[1])
        weights.swapAt(places[last], places[Int(draw.multipliedFullWidth(by: UInt64(last) + 1).high)])
      }
    default: preconditionFailure("write the slow way of \(mutation.kind) here")
    }
  }

  private func random(_ row: Int, _ column: Int, _ mutation: Mutation, _ index: Int) -> [UInt32] {
    let layer = mutation.region.matrix.isOuter ? 65_535 : mutation.region.layer
    let matrix = Int(mutation.kind.code) << 24 | mutation.region.matrix.index << 16 | layer
    var output: [UInt32] = [0, 0, 0, 0]
    locus_philox(
      [row, column, matrix, index].map(UInt32.init), [UInt32(seed & 0xffff_ffff), UInt32(seed >> 32)], &output)
    return output
  }

  // MARK: Divergence

  /// `[steps][vocabulary]` of the baseline's continuation of an input, by the definition of the softmax.
  private func logProbabilities(_ pass: ForwardPass, index: Int, _ baselines: [[Int32]]) -> [[Double]] {
    let prompt = inputs[index].prompt
    let tokens = prompt + baselines[index].dropLast()
    let logits = Prefill([tokens], firstScored: [0], pass: pass, hook: hook).logits()
    return (prompt.count - 1..<tokens.count).map { row in
      let scores = (0..<logits.columns).map { Double(logits.view[row, $0]) }
      let top = scores.max() ?? 0
      let logSum = top + log(scores.reduce(0) { $0 + exp($1 - top) })
      return scores.map { $0 - logSum }
    }
  }

  private func meanDivergence(_ baseline: [[Double]], _ mutant: [[Double]]) -> Double {
    let sum = zip(baseline, mutant).reduce(0.0) { total, pair in
      let (p, q) = pair
      return total + p.indices.reduce(0) { $0 + exp(p[$1]) * (p[$1] - q[$1]) }
    }
    return sum / Double(baseline.count)
  }

  /// How much less likely the mutant finds each of `tokens`, on average, in nats.
  private func meanLoss(of tokens: [Int32], _ baseline: [[Double]], _ mutant: [[Double]]) -> Double {
    let losses = tokens.indices.map { baseline[$0][Int(tokens[$0])] - mutant[$0][Int(tokens[$0])] }
    return losses.reduce(0, +) / Double(losses.count)
  }
}

extension BruteForce {
  /// Eight steps on the first two prompts of a model in the folder of shared hosts.
  init(sharedHost name: String) throws {
    let (path, prompts) = (SharedHosts.path(of: name), try SharedHosts.prompts(of: name))
    try #require(prompts.count >= 2)
    self.init(
      path: path, original: try Model.load(path: path),
      inputs: prompts.prefix(2).enumerated().map { (number: $0.offset, prompt: $0.element) }, sampling: .greedy,
      stepCount: 8)
  }
}
