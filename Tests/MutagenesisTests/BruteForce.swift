import Foundation
import LinearAlgebra
import Mutagenesis
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

  struct Outcome {
    let continuation: [Int32]
    /// How clearly each token was chosen.
    let margins: [Float]
    let divergence: Double
    let logPerplexityChange: Double
    /// Of every token at the first step.
    let firstLogProbabilities: [Double]
  }

  private var isFolder: Bool { !path.hasSuffix(".bin") }
  private var weightPath: String { isFolder ? path + "/model.safetensors" : path }

  func generation(_ model: Model) -> Generation {
    let longest = inputs.map(\.prompt.count).max() ?? 1
    return Generation(
      decoder: Decoder(model: model, positionCount: longest + stepCount), sampling: sampling, stepCount: stepCount,
      endTokens: original.configuration.endTokens)
  }

  /// What the mutant says on every input, given the baselines' continuations.
  func outcomes(of mutation: Mutation, baselines: [[Int32]]) throws -> [Outcome] {
    try Places.withTemporaryFolder { folder in
      let mutant = try Model.load(path: try write(mutation, into: folder))
      let generation = generation(mutant)
      let originalDecoder = self.generation(original).decoder
      let continuations = generation.continuations(of: inputs.map(\.prompt), inputs: inputs.map(\.number))
      return inputs.indices.map { index in
        let prompt = inputs[index].prompt
        let sequence = prompt + baselines[index].dropLast()
        let own = logProbabilities(originalDecoder, sequence, from: prompt.count - 1)
        let mutants = logProbabilities(generation.decoder, sequence, from: prompt.count - 1)
        return Outcome(
          continuation: continuations[index].tokens, margins: continuations[index].margins,
          divergence: meanDivergence(own, mutants),
          logPerplexityChange: meanLoss(of: baselines[index], own, mutants), firstLogProbabilities: mutants[0])
      }
    }
  }

  // MARK: The mutated file

  private func write(_ mutation: Mutation, into folder: String) throws -> String {
    let region = mutation.region
    let weight = original.layers[region.layer][region.matrix].weight
    var bytes = try Data(contentsOf: URL(fileURLWithPath: weightPath))
    let value = extreme(of: weight, mutation.kind)
    for row in region.rows {
      for column in region.columns {
        let offset = weight.byteOffset + (row * weight.columns + column) * weight.elementType.byteCount
        switch weight.elementType {
        case .float32: replace(&bytes, at: offset, with: value.bitPattern)
        case .bfloat16: replace(&bytes, at: offset, with: UInt16(value.bitPattern >> 16))
        case .float16: preconditionFailure("no float16 model is screened here")
        }
      }
    }
    guard isFolder else {
      let file = folder + "/model.bin"
      try bytes.write(to: URL(fileURLWithPath: file))
      return file
    }
    try bytes.write(to: URL(fileURLWithPath: folder + "/model.safetensors"))
    try FileManager.default.copyItem(atPath: path + "/config.json", toPath: folder + "/config.json")
    return folder
  }

  private func extreme(of weight: Tensor, _ kind: Kind) -> Float {
    let values = [Float](unsafeUninitializedCapacity: weight.elementCount) { buffer, count in
      if let base = buffer.baseAddress { weight.widen(rows: 0..<weight.rows, into: base) }
      count = weight.elementCount
    }
    switch kind {
    case .maximum: return values.max() ?? .nan
    case .minimum: return values.min() ?? .nan
    case .zero: return 0
    }
  }

  private func replace<Bits: FixedWidthInteger>(_ bytes: inout Data, at offset: Int, with bits: Bits) {
    withUnsafeBytes(of: bits.littleEndian) { bytes.replaceSubrange(offset..<offset + $0.count, with: $0) }
  }

  // MARK: Divergence

  /// `[steps][vocabulary]`, by the definition of the softmax.
  private func logProbabilities(_ decoder: Decoder, _ tokens: [Int32], from first: Int) -> [[Double]] {
    let logits = Prefill([tokens], firstKept: [0], decoder: decoder).logits()
    return (first..<tokens.count).map { row in
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
