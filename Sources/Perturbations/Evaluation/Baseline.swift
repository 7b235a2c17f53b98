import CKernels
import LinearAlgebra
import Transformer

/// The unmutated model on one input: its continuation, and all that mutants are compared with or start from.
public final class Baseline {
  /// Number of the input; keys the sampling noise.
  public let input: Int
  /// What stands before the continuation: the tokens of a text, or an image.
  public let prompt: Prompt
  /// Positions of the prompt.
  public let promptCount: Int
  /// The positions that the sequence has at the end where no end token comes first.
  package let wholeLength: Int
  /// The continuation, the end token included where there is one: `stepCount` tokens.
  public let continuation: [Int32]
  /// Best minus second score at each step.
  public let margins: [Float]
  /// Keys and values of prompt and continuation at every layer, a row a position; nil where no mutant's text is
  /// decoded.
  package let store: KeyValueStore?
  /// The final residual stream at each step, `[steps, hidden]`.
  package let residual: Matrix
  /// What the final norm makes of the residual stream, `[steps, hidden]`.
  package let normed: Matrix
  /// The logits of each step, `[steps, vocabulary]`.
  package let logits: Matrix
  /// The logarithm of the sum of each step's exponentials of logits.
  package let logSums: [Double]
  /// Sampling noise `[steps][vocabulary]`; empty when greedy.
  package let noise: [[Float]]

  /// The number of steps of the continuation, its tokens.
  public var stepCount: Int { continuation.count }
  /// What is fed to a model: the prompt and the continuation less its last token.
  public var sequence: Prompt { prompt + continuation.dropLast() }
  /// Length of that sequence, and its positions whose logits choose the steps.
  public var length: Int { promptCount + stepCount - 1 }
  /// The first position whose logits choose a step.
  public var firstScored: Int { promptCount - 1 }

  /// Takes the rows of one input out of a run of several whole sequences.
  ///
  /// Throws an `UnusableBaseline` if generating and running the whole sequence disagree about a token, which they must
  /// not, or if a score is no finite number.
  private init(
    input: Int, prompt: Prompt, continuation: [Int32], rows: Range<Int>, scoredRows: Range<Int>, run: Prefill,
    keepingStore: Bool, generation: Generation
  ) throws {
    self.input = input
    self.prompt = prompt
    self.continuation = continuation
    let shape = generation.pass.shape
    promptCount = shape.embedding.rowCount(of: prompt)
    wholeLength = generation.wholeLength(ofPrompt: promptCount)
    let vocabularyCount = shape.vocabularyCount
    residual = Matrix(copying: run.residual[rows: scoredRows])
    normed = Matrix(copying: run.normed[rows: scoredRows])
    let logits = Matrix(rows: scoredRows.count, columns: vocabularyCount)
    generation.pass.logits(ofNormed: normed.view.reading, into: logits.view)
    self.logits = logits
    store = keepingStore && shape.continues ? KeyValueStore(copying: run.store, rows: rows, shape: shape) : nil
    let sampling = generation.sampling
    noise = sampling.noise(input: input, steps: continuation.indices, vocabularyCount: vocabularyCount)
    logSums = continuation.indices.map { locus_log_sum_exp(logits.view.row($0), vocabularyCount) }
    var margins: [Float] = []
    for step in continuation.indices {
      let choice = sampling.choose(
        logits.view.row(step), noise: noise.isEmpty ? nil : noise[step], vocabularyCount: vocabularyCount)
      guard !choice.margin.isNaN else { throw UnusableBaseline(input: input, step: step, margin: nil) }
      guard choice.token == continuation[step] else {
        throw UnusableBaseline(input: input, step: step, margin: choice.margin)
      }
      margins.append(choice.margin)
    }
    self.margins = margins
  }

  /// A baseline that was made before; its sampling noise is made again.
  init(
    input: Int, prompt: Prompt, promptCount: Int, continuation: [Int32], margins: [Float], store: KeyValueStore?,
    residual: Matrix, normed: Matrix, logits: Matrix, logSums: [Double], generation: Generation
  ) {
    self.input = input
    self.prompt = prompt
    self.promptCount = promptCount
    wholeLength = generation.wholeLength(ofPrompt: promptCount)
    self.continuation = continuation
    self.margins = margins
    self.store = store
    self.residual = residual
    self.normed = normed
    self.logits = logits
    self.logSums = logSums
    noise = generation.sampling.noise(
      input: input, steps: continuation.indices, vocabularyCount: logits.columns)
  }

  // MARK: Making

  /// The baselines of `prompts`, whose numbers are `inputs`: generates the continuations together, then runs the whole
  /// sequences once more, as mutants are run.
  ///
  /// At most about `rows` positions are at work at a time; results do not depend on it. `keepingStores`: mutants' texts
  /// will be decoded, if any step follows the first. `drive`, if given, accumulates the input sums of every product.
  public static func make(
    prompts: [Prompt], inputs: [Int], generation: Generation, keepingStores: Bool, rows: Int = 4096,
    drive: InputSummation? = nil
  ) throws -> [Baseline] {
    var baselines: [Baseline] = []
    try make(
      prompts: prompts, inputs: inputs, generation: generation, keepingStores: keepingStores, rows: rows, drive: drive
    ) {
      baselines.append($0)
    }
    return baselines
  }

  /// The baselines of prompts of tokens, made in the same way.
  public static func make(
    prompts: [[Int32]], inputs: [Int], generation: Generation, keepingStores: Bool, rows: Int = 4096,
    drive: InputSummation? = nil
  ) throws -> [Baseline] {
    try make(
      prompts: prompts.map(Prompt.tokens), inputs: inputs, generation: generation, keepingStores: keepingStores,
      rows: rows, drive: drive)
  }

  /// Gives the same baselines to `body` one after the other, and keeps none itself.
  public static func make(
    prompts: [Prompt], inputs: [Int], generation: Generation, keepingStores: Bool, rows: Int = 4096,
    drive: InputSummation? = nil, _ body: (Baseline) throws -> Void
  ) throws {
    let sizes = prompts.map { generation.pass.shape.embedding.rowCount(of: $0) + generation.stepCount }
    var part = 0..<0
    while part.upperBound < prompts.count {
      part = part.upperBound..<part.upperBound + 1
      var size = sizes[part.lowerBound]
      while part.upperBound < prompts.count, size + sizes[part.upperBound] <= rows {
        size += sizes[part.upperBound]
        part = part.lowerBound..<part.upperBound + 1
      }
      try makeTogether(
        prompts: Array(prompts[part]), inputs: Array(inputs[part]), generation: generation,
        keepingStores: keepingStores, drive: drive, body)
    }
  }

  private static func makeTogether(
    prompts: [Prompt], inputs: [Int], generation: Generation, keepingStores: Bool, drive: InputSummation?,
    _ body: (Baseline) throws -> Void
  ) throws {
    let continuations = generation.continuations(of: prompts, inputs: inputs).map(\.tokens)
    let sequences = zip(prompts, continuations).map { $0 + $1.dropLast() }
    let counts = prompts.map(generation.pass.shape.embedding.rowCount)
    let firstScored = counts.map { $0 - 1 }
    let run = Prefill(
      sequences, firstScored: firstScored, wholeLengths: counts.map(generation.wholeLength), pass: generation.pass,
      hook: drive)
    var row = 0
    var scoredRow = 0
    for index in prompts.indices {
      let rows = row..<row + counts[index] + continuations[index].count - 1
      let scoredRows = scoredRow..<scoredRow + continuations[index].count
      try body(
        Baseline(
          input: inputs[index], prompt: prompts[index], continuation: continuations[index], rows: rows,
          scoredRows: scoredRows, run: run, keepingStore: keepingStores, generation: generation))
      (row, scoredRow) = (rows.upperBound, scoredRows.upperBound)
    }
  }
}

extension Sampling {
  /// The noise of each step, `[steps][vocabulary]`; empty at temperature 0.
  fileprivate func noise(input: Int, steps: Range<Int>, vocabularyCount: Int) -> [[Float]] {
    steps.compactMap { noise(input: input, step: $0, vocabularyCount: vocabularyCount) }
  }
}

extension Matrix {
  convenience init(copying source: MatrixView) {
    self.init(rows: source.rows, columns: source.columns)
    view.copy(source)
  }
}

extension KeyValueStore {
  /// A store of some rows of another.
  fileprivate convenience init(copying source: KeyValueStore, rows: Range<Int>, shape: HostShape) {
    self.init(shape: shape, rows: rows.count)
    for layer in 0..<shape.layerCount {
      store(
        key: source.keys(layer: layer, rows: rows), value: source.values(layer: layer, rows: rows), layer: layer,
        from: 0)
    }
  }
}
