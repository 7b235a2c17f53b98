import Perturbations
import Transformer

/// What the model writes in some contexts, always its likeliest token, and what it makes itself of these texts and of
/// the true ones.
struct ContinuationStage {
  /// A text that the model wrote.
  struct Written: Equatable, Sendable {
    /// The tokens.
    let tokens: [Int32]
    /// The least difference on the way between the first and the second logit.
    let smallestGap: Double
    /// The mean state of the text, with the tokens that were given.
    let state: [Double]
  }

  /// The texts of each context, `[context][row]`.
  let texts: [[Written]]
  /// The mean states of the true texts, `[row]`.
  let truth: [[Double]]
  /// The layer behind which states are taken.
  let layer: Int

  /// Writes `steps` tokens in each of some contexts.
  init(_ stages: PatchingStages, _ contexts: [PatchContext], steps: Int) throws {
    let writer = ContinuationWriter(stages, contexts, steps: steps)
    let rows = stages.paragraphs.rows.indices
    let parts = PatchingStages.parts(
      rows.map { writer.tokens($0) }, tokens: StudyCost.pieceTokens(stages.ground.shape))
    let hidden = stages.ground.shape.hiddenSize
    let size = hidden + contexts.count * (steps + 1 + hidden)
    let pieces = try stages.ground.stages.evaluate(
      "writing", costs: parts.map { part in part.reduce(0) { $0 + writer.cost($1) } },
      sizes: parts.map { $0.count * size }
    ) { try writer.numbers(parts[$0]) }
    var (texts, truth) = (contexts.map { _ in [Written]() }, [[Double]]())
    for part in parts.indices {
      var rest = try pieces[part][...]
      func next(_ count: Int) -> [Double] {
        defer { rest = rest.dropFirst(count) }
        return Array(rest.prefix(count))
      }
      for _ in parts[part] {
        truth.append(next(hidden))
        for context in contexts.indices {
          let tokens = next(steps).map { Int32($0) }
          texts[context].append(Written(tokens: tokens, smallestGap: next(1)[0], state: next(hidden)))
        }
      }
    }
    (self.texts, self.truth, layer) = (texts, truth, writer.layer)
  }
}

/// Writes continuations of some rows.
private struct ContinuationWriter {
  private let stages: PatchingStages
  private let contexts: [PatchContext]
  private let steps: Int
  /// A middle layer.
  let layer: Int

  init(_ stages: PatchingStages, _ contexts: [PatchContext], steps: Int) {
    self.stages = stages
    self.contexts = contexts
    self.steps = steps
    layer = stages.ground.shape.layerCount / 2
  }

  private var paragraphs: Paragraphs { stages.paragraphs }

  /// Tokens that a row takes: all contexts with what is written.
  func tokens(_ row: Int) -> Int { contexts.reduce(0) { $0 + prompt(row, $1).count + steps } }

  func cost(_ row: Int) -> Double {
    let shape = stages.ground.shape
    let texts = tokens(row) + paragraphs.rows[row].after.count
    return StudyCost.pass(shape, tokens: tokens(row)) + StudyCost.pass(shape, tokens: texts) / 2
      + 2 * Double(contexts.count * steps) * Double(shape.vocabularyCount) * Double(shape.hiddenSize)
  }

  /// The true text's state, then tokens, gap and state of each context.
  func numbers(_ part: Range<Int>) throws -> [Double] {
    let jobs = part.flatMap { row in contexts.map { (row: row, context: $0) } }
    let written = try write(jobs)
    let texts = zip(jobs, written).map { job, result -> [Int32] in
      paragraphs.rows[job.row].after.prefix(job.context.given) + result.tokens
    }
    let states = self.states(part.map { paragraphs.rows[$0].after } + texts)
    var numbers: [Double] = []
    for number in 0..<part.count {
      numbers += states[number]
      for job in number * contexts.count..<(number + 1) * contexts.count {
        numbers += written[job].tokens.map(Double.init)
        numbers.append(Double(written[job].margins.min() ?? 0))
        numbers += states[part.count + job]
      }
    }
    return numbers
  }

  // MARK: Writing

  private func prompt(_ row: Int, _ context: PatchContext) -> [Int32] {
    context == .condition(.full)
      ? paragraphs.rows[row].before
      : paragraphs.neutral(row) + paragraphs.rows[row].after.prefix(context.given)
  }

  /// The continuations, as many together as a panel holds.
  private func write(_ jobs: [(row: Int, context: PatchContext)]) throws -> [Generation.Result] {
    let ground = stages.ground
    let generation = Generation(pass: ground.pass, sampling: .greedy, stepCount: steps, endTokens: [])
    let lengths = jobs.map { prompt($0.row, $0.context).count + steps }
    return try PatchingStages.parts(lengths, tokens: ground.panelTokens).flatMap { part in
      let own = jobs[part]
      return generation.continuations(
        of: own.map { prompt($0.row, $0.context) }, inputs: Array(part), prefillHook: try transplants(Array(own)))
    }
  }

  /// The transplants of prompts that run together, of each position its own.
  private func transplants(_ jobs: [(row: Int, context: PatchContext)]) throws -> any Hook {
    let layers = stages.ground.shape.layerCount
    let vectors = try jobs.map { job -> [Transplant.Vectors] in
      guard case .condition(let condition) = job.context, let edit = condition.edit,
        let source = try stages.sources(job.row, of: [PatchedRun(layers, edit)])[edit.source]
      else { return Array(repeating: [:], count: paragraphs.count) }
      return (0..<paragraphs.count).map { position in
        source.transplanted(at: position).filter { edit.sites.contains($0.key.site) }
      }
    }
    return HookSequence(
      (0..<paragraphs.count).map { position in
        Transplant(at: paragraphs.places.lowerBound + position, vectors.map { $0[position] })
      })
  }

  // MARK: States

  /// The mean states of some texts, each behind nothing but the token that begins a text.
  private func states(_ texts: [[Int32]]) -> [[Double]] {
    let means = StateMeans(layer: layer, from: paragraphs.begin.count)
    let rows = texts.map { StudyRow.text(paragraphs.begin + $0) }
    if let longPass = stages.longPass {
      longPass.run(rows, upTo: layer, hook: means)
    } else {
      stages.ground.withPass { $0.run(rows, upTo: layer, hook: means) }
    }
    return means.means
  }
}
