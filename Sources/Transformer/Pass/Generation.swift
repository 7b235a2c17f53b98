import LinearAlgebra

/// Continuations, decoded token by token for many sequences at once.
public struct Generation {
  /// A continuation from some step on.
  public struct Result: Equatable, Sendable {
    /// The tokens, the end token included where there is one.
    public var tokens: [Int32]
    /// For each token how much its score exceeds the second best.
    public var margins: [Float]
  }

  /// A sequence whose token at `step` has been chosen but not yet been fed to the model.
  public struct Start {
    /// The number of the input, which keys the sampling noise.
    public let input: Int
    /// The step of that token, 0 first.
    public let step: Int
    /// The token, and how clearly it was chosen.
    public let choice: Sampling.Choice
    /// The position of that token in its sequence, 0 first.
    public let position: Int
    /// Row of the key-value store with the sequence's position 0; it holds all positions before the token.
    public let origin: Int

    /// Takes a sequence that stands in the key-value store up to the token.
    public init(input: Int, step: Int, choice: Sampling.Choice, position: Int, origin: Int) {
      self.input = input
      self.step = step
      self.choice = choice
      self.position = position
      self.origin = origin
    }
  }

  /// A choice of a token by something else than `Sampling`: from the logits of one row, for the step of an input.
  public typealias Choosing = (_ logits: UnsafeBufferPointer<Float>, _ input: Int, _ step: Int) -> Sampling.Choice

  /// The forward pass that decodes.
  public let pass: ForwardPass
  /// How tokens are chosen, unless a closure chooses them.
  public let sampling: Sampling
  /// Length of a continuation unless an end token comes first.
  public let stepCount: Int
  /// Tokens that end a continuation.
  public let endTokens: [Int32]
  private let choosing: Choosing?

  /// Decodes with `pass`, at most `stepCount` tokens of a sequence.
  public init(pass: ForwardPass, sampling: Sampling, stepCount: Int, endTokens: [Int32]) {
    self.init(pass, sampling, stepCount, endTokens, choosing: nil)
  }

  /// Decodes with `pass`, at most `stepCount` tokens of a sequence, each of which `choosing` chooses. What it gives
  /// must depend on its arguments alone.
  public init(pass: ForwardPass, stepCount: Int, endTokens: [Int32], choosing: @escaping Choosing) {
    self.init(pass, .greedy, stepCount, endTokens, choosing: choosing)
  }

  private init(
    _ pass: ForwardPass, _ sampling: Sampling, _ stepCount: Int, _ endTokens: [Int32], choosing: Choosing?
  ) {
    precondition(stepCount > 0, "a continuation has at least one step")
    self.pass = pass
    self.sampling = sampling
    self.stepCount = stepCount
    self.endTokens = endTokens
    self.choosing = choosing
  }

  /// The continuation of `prompt`, from scratch.
  public func continuation(of prompt: [Int32], input: Int) -> Result {
    continuations(of: [prompt], inputs: [input])[0]
  }

  /// The continuations of `prompts`, from scratch and together; the noise is keyed by `inputs`.
  ///
  /// `hook` is called in all passes, and behind it `prefillHook` while the prompts run, with a span for each of them.
  /// Memory: keys and values of all of them, and the activations of all prompts.
  public func continuations(
    of prompts: [Prompt], inputs: [Int], hook: (any Hook)? = nil, prefillHook: (any Hook)? = nil
  ) -> [Result] {
    continuations(of: prompts, branches: inputs.map { [$0] }, hook: hook, prefillHook: prefillHook)
  }

  /// The continuations of prompts of tokens, made in the same way.
  public func continuations(
    of prompts: [[Int32]], inputs: [Int], hook: (any Hook)? = nil, prefillHook: (any Hook)? = nil
  ) -> [Result] {
    continuations(of: prompts.map(Prompt.tokens), inputs: inputs, hook: hook, prefillHook: prefillHook)
  }

  /// Several continuations of each of `prompts`, which is run once: one for each of its `branches`, numbers of inputs
  /// that key what is random. Results are in the order of all branches; `hook` is called in all passes, and behind it
  /// `prefillHook` while the prompts run, with a span for each of them.
  ///
  /// Memory: keys and values of all of them, and the activations of all prompts.
  public func continuations(
    of prompts: [[Int32]], branches: [[Int]], hook: (any Hook)? = nil, prefillHook: (any Hook)? = nil
  ) -> [Result] {
    continuations(of: prompts.map(Prompt.tokens), branches: branches, hook: hook, prefillHook: prefillHook)
  }

  /// Several continuations of prompts of any kind, made in the same way; what is chosen behind an image is its class,
  /// the only step.
  public func continuations(
    of prompts: [Prompt], branches: [[Int]], hook: (any Hook)? = nil, prefillHook: (any Hook)? = nil
  ) -> [Result] {
    let counts = prompts.map(pass.shape.embedding.rowCount)
    precondition(prompts.count == branches.count, "branches of each prompt")
    precondition(
      counts.allSatisfy { $0 > 0 && $0 + stepCount - 1 <= pass.positionCount }, "the sequences fit the tables")
    precondition(pass.shape.classNames == nil || stepCount == 1, "a class is one step")
    let prefill = Prefill(
      prompts, firstScored: counts.map { $0 - 1 }, wholeLengths: counts.map(wholeLength), pass: pass,
      hook: prefillHook.map { HookSequence([hook, $0]) } ?? hook)
    let owners = prompts.indices.flatMap { prompt in branches[prompt].map { (prompt: prompt, input: $0) } }
    let ends = Matrix(rows: owners.count, columns: pass.shape.hiddenSize)
    for (row, owner) in owners.enumerated() {
      ends[rows: row..<row + 1].copy(prefill.normed[rows: owner.prompt..<owner.prompt + 1])
    }
    let choices = choose(
      ends.view.reading, steps: owners.map { Step(input: $0.input, step: 0) }, logits: logits(rows: owners.count))
    guard pass.shape.continues else { return choices.map { Result(tokens: [$0.token], margins: [$0.margin]) } }
    let sources = prompts.indices.reduce(into: [0]) { $0.append($0[$1] + counts[$1]) }
    let capacities = owners.map { counts[$0.prompt] + stepCount }
    let store = KeyValueStore(shape: pass.shape, rows: capacities.reduce(0, +))
    var origin = 0
    let starts = owners.enumerated().map { index, owner in
      let rows = sources[owner.prompt]..<sources[owner.prompt + 1]
      for layer in 0..<pass.shape.layerCount {
        store.store(
          key: prefill.store.keys(layer: layer, rows: rows), value: prefill.store.values(layer: layer, rows: rows),
          layer: layer, from: origin)
      }
      defer { origin += capacities[index] }
      return Start(input: owner.input, step: 0, choice: choices[index], position: rows.count, origin: origin)
    }
    return extend(starts, store: store, panel: Panel(shape: pass.shape, capacity: starts.count)) { _ in hook }
  }

  /// Continues all `starts` together to `stepCount` steps or an end token. Each result begins with the start's token.
  ///
  /// `hook` is asked at each step for a hook on the rows, which stand for the starts of the given indices; `outer` has
  /// for each start what it has otherwise in the embedding or in the head, and is empty where none has anything.
  public func extend(
    _ starts: [Start], store: KeyValueStore, panel: Panel, outer: [OuterRows?] = [],
    hook: ([Int]) -> (any Hook)? = { _ in nil }
  ) -> [Result] {
    let layers = 0..<pass.shape.layerCount
    var results = starts.map { Result(tokens: [$0.choice.token], margins: [$0.choice.margin]) }
    var active = starts.indices.filter { goesOn(results[$0], from: starts[$0]) }
    precondition(starts.count <= panel.capacity, "the panel has a row for each sequence")
    let logits = logits(rows: active.count)
    while !active.isEmpty {
      let rows = RowSet(
        active.map { index in
          let position = starts[index].position + results[index].tokens.count - 1
          return Span(
            origin: starts[index].origin, positions: position..<position + 1, firstScored: position,
            wholeLength: wholeLength(ofPrompt: starts[index].position - starts[index].step))
        })
      let hook = hook(active)
      let tokens = active.compactMap { results[$0].tokens.last }
      let own = outer.isEmpty ? [] : active.map { outer[$0] }
      pass.embed(tokens, at: rows.positions, into: panel.residual.view)
      for (row, outer) in own.enumerated() where outer?.embeds(tokens[row]) == true {
        pass.embed(
          [tokens[row]], at: [rows.positions[row]], into: panel.residual[rows: row..<row + 1], as: outer)
      }
      for layer in layers { pass.run(layer: layer, rows: rows, panel: panel, store: store, hook: hook) }
      pass.applyFinalNorm(panel, rows: 0..<active.count)
      let steps = active.map {
        Step(input: starts[$0].input, step: starts[$0].step + results[$0].tokens.count)
      }
      let choices = choose(panel.normed[rows: 0..<active.count].reading, steps: steps, logits: logits, outer: own)
      for (index, choice) in zip(active, choices) {
        results[index].tokens.append(choice.token)
        results[index].margins.append(choice.margin)
      }
      active = active.filter { goesOn(results[$0], from: starts[$0]) }
    }
    return results
  }

  /// The positions that a prompt of so many has with all steps behind it, but for the last token, which no pass reads.
  /// Angles that depend on the length are those of this one from the first step on, whenever a text ends.
  public func wholeLength(ofPrompt count: Int) -> Int { count + stepCount - 1 }

  // MARK: Steps

  /// What keys the noise of a choice.
  private struct Step {
    let input: Int
    let step: Int
  }

  /// Scratch for the logits of up to `rows` rows.
  private func logits(rows: Int) -> Matrix {
    Matrix(rows: pass.shape.logitRows(of: rows), columns: pass.shape.vocabularyCount)
  }

  /// The choices of normed rows `[steps, hidden]`, some of which may have other rows of the head.
  private func choose(
    _ rows: MatrixView, steps: [Step], logits: Matrix, outer: [OuterRows?] = []
  ) -> [Sampling.Choice] {
    let changesHead = outer.contains { $0?.isOfHead == true }
    guard choosing != nil || sampling.temperature > 0 || changesHead else {
      return pass.greedyChoices(ofNormed: rows, logits: logits)
    }
    var choices: [Sampling.Choice] = []
    for start in stride(from: 0, to: rows.rows, by: logits.rows) {
      let part = start..<min(start + logits.rows, rows.rows)
      pass.logits(ofNormed: rows[rows: part], into: logits[rows: 0..<part.count])
      for row in part where changesHead {
        guard let own = outer[row] else { continue }
        pass.remakeLogits(
          ofNormed: rows[rows: row..<row + 1], in: logits[rows: row - start..<row - start + 1], as: own)
      }
      for (row, step) in steps[part].enumerated() {
        if let choosing {
          let scores = UnsafeBufferPointer(start: UnsafePointer(logits.view.row(row)), count: logits.columns)
          choices.append(choosing(scores, step.input, step.step))
          continue
        }
        let noise = sampling.noise(input: step.input, step: step.step, vocabularyCount: logits.columns)
        choices.append(sampling.choose(logits.view.row(row), noise: noise, vocabularyCount: logits.columns))
      }
    }
    return choices
  }

  private func goesOn(_ result: Result, from start: Start) -> Bool {
    guard start.step + result.tokens.count < stepCount else { return false }
    return result.tokens.last.map { !endTokens.contains($0) } ?? true
  }
}
