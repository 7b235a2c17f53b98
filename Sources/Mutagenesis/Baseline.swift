import CKernels
import LinearAlgebra
import Transformer

/// The unmutated model on one input: its continuation, and all that mutants are compared with or start from.
public final class Baseline {
  /// Number of the input; keys the sampling noise.
  public let input: Int
  public let prompt: [Int32]
  /// The continuation, the end token included where there is one: `stepCount` tokens.
  public let continuation: [Int32]
  /// Best minus second score at each step.
  public let margins: [Float]
  /// Keys and values of prompt and continuation at every layer.
  let cache: KeyValueCache
  /// Final residual stream at each step, `[steps, hidden]`.
  let residual: Matrix
  /// Logits `[steps, vocabulary]` and the logarithm of the sum of their exponentials.
  let logits: Matrix
  let logSums: [Double]
  /// Sampling noise `[steps][vocabulary]`; empty when greedy.
  let noise: [[Float]]

  /// Steps of the continuation.
  public var stepCount: Int { continuation.count }
  /// The tokens that are fed to a model: the prompt and the continuation less its last token.
  public var sequence: [Int32] { prompt + continuation.dropLast() }
  /// Length of that sequence, and its positions whose logits choose the steps.
  public var length: Int { prompt.count + stepCount - 1 }
  public var firstKept: Int { prompt.count - 1 }

  /// Generates the continuation, then runs the whole sequence once more as one panel, as mutants are run.
  ///
  /// Throws if the two ways disagree about a token, which only a tie within rounding can cause, or if a score is no number.
  public init(input: Int, prompt: [Int32], generation: Generation) throws {
    self.input = input
    self.prompt = prompt
    let decoder = generation.decoder
    let vocabularyCount = decoder.configuration.vocabularyCount
    let generated = generation.continuation(of: prompt, input: input).tokens
    continuation = generated
    let sequence = prompt + generated.dropLast()
    let prefill = Prefill(sequence, firstKept: prompt.count - 1, capacity: sequence.count, decoder: decoder)
    cache = prefill.cache
    residual = Matrix(rows: generated.count, columns: decoder.configuration.hiddenSize)
    residual.view.copy(prefill.residual)
    let logits = prefill.logits()
    self.logits = logits
    let sampling = generation.sampling
    noise = generated.indices.compactMap {
      sampling.noise(input: input, step: $0, vocabularyCount: vocabularyCount)
    }
    logSums = generated.indices.map { locus_log_sum_exp(logits.view.row($0), vocabularyCount) }
    var margins: [Float] = []
    for step in generated.indices {
      let choice = sampling.choose(
        logits.view.row(step), noise: noise.isEmpty ? nil : noise[step], vocabularyCount: vocabularyCount)
      guard !choice.margin.isNaN else {
        throw MutagenesisError(
          "cannot screen input \(input): the model's scores at step \(step) are not numbers; check its weights")
      }
      guard choice.token == generated[step] else {
        throw MutagenesisError(
          "cannot screen input \(input): its baseline continuation is tied at step \(step) within rounding "
            + "(margin \(choice.margin)); leave the input out or shorten the continuation")
      }
      margins.append(choice.margin)
    }
    self.margins = margins
  }
}
