import Basics
import Findings
import Perturbations
import TestSupport
import Texts
import Tokenizers
import Transformer

/// A small screen of the demo model, whose phenotypes a test may permute: what a model makes is skewed, tied and far
/// from even.
struct ModelScreen {
  /// The mutants among which phenotypes are exchanged.
  enum Permutation {
    case none
    /// Those of each input by themselves, among all mutations.
    case cells
    /// Whole phenotypes, among the mutations of one layer, matrix and kind.
    case rows
  }

  let mutations: [Mutation]
  let texts: ScreenTexts
  let stepCount = 32
  var inputCount: Int { texts.inputs.count }
  let phenotypes: Phenotypes

  /// The place of the mutation whose phenotype each one has on each input, `[input][mutation]`.
  func places(_ permutation: Permutation, seed: Int) -> [[Int]] {
    var random = RandomStream(seed: UInt64(seed), stream: "test", index: 0)
    switch permutation {
    case .none: return texts.inputs.map { _ in Array(mutations.indices) }
    case .cells: return texts.inputs.map { _ in random.permutation(mutations.count) }
    case .rows:
      var places = Array(mutations.indices)
      let groups = Dictionary(grouping: places) { place in
        let mutation = mutations[place]
        return "\(mutation.region.layer) \(mutation.region.matrix) \(mutation.kind)"
      }
      for (_, group) in groups.sorted(by: { $0.key < $1.key }) {
        for (place, other) in zip(group, random.permutation(group.count)) { places[place] = group[other] }
      }
      return texts.inputs.map { _ in places }
    }
  }

  /// The phenotypes by those places; `text` may give a mutation on an input the tokens of another verdict, `divergence`
  /// another number.
  func tables(
    _ places: [[Int]], text: (_ mutation: Int, _ input: Int) -> (mutation: Int, input: Int)? = { _, _ in nil },
    divergence: (_ mutation: Int, _ input: Int) -> Float? = { _, _ in nil }
  ) -> TextTables {
    var (firstChange, tokens) = ([Int16](), [Int32]())
    var (divergences, perplexities) = ([Float](), [Float]())
    for mutation in mutations.indices {
      for input in 0..<inputCount {
        let own = places[input][mutation] * inputCount + input
        let said = text(mutation, input).map { $0.mutation * inputCount + $0.input } ?? own
        firstChange.append(phenotypes.firstChange[said])
        tokens += phenotypes.tokens[said * stepCount..<(said + 1) * stepCount]
        divergences.append(divergence(mutation, input) ?? phenotypes.divergence[own])
        perplexities.append(phenotypes.logPerplexityChange[own])
      }
    }
    var tables = TextTables(texts, stepCount: stepCount)
    tables.add(
      TextTables.Slab(
        verdicts: VerdictSlab(
          mutations: mutations, inputCount: inputCount, firstChange: firstChange, divergence: divergences),
        tokens: tokens, logPerplexityChange: perplexities))
    return tables
  }

  /// That of a mutation on an input, as it was screened.
  func divergence(_ mutation: Int, _ input: Int) -> Float { phenotypes.divergence[mutation * inputCount + input] }

  /// The mutations that say something on an input, as they were screened.
  func speaking(_ input: Int) -> [Int] {
    mutations.indices.filter { phenotypes.firstChange[$0 * inputCount + input] >= 0 }
  }

  func measures(_ tables: TextTables) -> ContinuationMeasures {
    var known = KnownWords()
    for (index, input) in texts.inputs.enumerated() {
      known.learn(input.prompt)
      known.learn(texts.baseline(input: index))
    }
    return ContinuationMeasures(tables.continuations, texts: texts, known: known)
  }
}

extension ModelScreen {
  /// A sample of a few matrices, on three inputs of each of some tasks.
  init(_ demo: Demo, tasks: [String] = ["story", "dialogue", "facts"], seed: UInt64 = 0) throws {
    let chosen = tasks.flatMap { task in demo.inputs.filter { $0.id.hasPrefix(task) }.prefix(3).map { (task, $0) } }
    let inputs = chosen.map(\.1)
    let plan = UnitPlan(
      space: MutationSpace(
        shape: demo.model.shape, region: RegionSize(rows: 16, columns: 16), layers: [0, 2, 3],
        matrices: [.o, .down], kinds: [.maximum, .zero]), sampleCount: 384, seed: seed)
    let recording = RecordedColumns(text: true, divergence: true, direction: .none)
    let stepCount = 32
    let longest = inputs.map(\.prompt.count).max() ?? 1
    let generation = Generation(
      pass: ForwardPass(model: demo.model, positionCount: longest + stepCount), sampling: .greedy, stepCount: stepCount,
      endTokens: [2])
    let baselines = try Baseline.make(
      prompts: inputs.map(\.prompt), inputs: Array(inputs.indices), generation: generation, keepingStores: true)
    let evaluator = UnitEvaluator(
      plan: plan, generation: generation, recording: recording, baselines: baselines, panelRows: 4096, seed: 0)
    let parts = try plan.units.map { (plan.mutations(of: $0), try evaluator.evaluate($0)) }
    let mutations = parts.flatMap(\.0)
    var all = Phenotypes(
      mutationCount: mutations.count, inputCount: inputs.count, stepCount: stepCount, componentCount: 0,
      recording: recording)
    func join<Value>(_ part: KeyPath<Phenotypes, [Value]>) -> [Value] { parts.flatMap { $0.1[keyPath: part] } }
    all.firstChange = join(\.firstChange)
    all.divergence = join(\.divergence)
    all.logPerplexityChange = join(\.logPerplexityChange)
    all.tokens = join(\.tokens)
    let tokenizer = try TokenizerFile.load(Demo.modelPath)
    let texts = ScreenTexts(
      inputs: zip(chosen, baselines).map { chosen, baseline in
        ScreenTexts.Input(
          id: chosen.1.id, task: chosen.0, prompt: tokenizer.decode(chosen.1.prompt), baseline: baseline.continuation)
      },
      text: { tokens in String(decoding: tokens.flatMap { tokenizer.bytes(of: $0) }, as: UTF8.self) })
    self.init(mutations: mutations, texts: texts, phenotypes: all)
  }
}
