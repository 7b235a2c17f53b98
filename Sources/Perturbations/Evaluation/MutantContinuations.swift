import LinearAlgebra
import Transformer

/// Non-silent mutants of a unit whose own continuations are still to be decoded, from several inputs.
///
/// Decoding many sequences in one step makes its products wide; the bound on them is one of memory, for their keys and
/// values.
struct MutantContinuations {
  private struct Source {
    let mutant: Int
    let input: Int
    let mutations: [MutantHook.Own]
    /// What it has otherwise in the embedding or in the head.
    var outer: OuterRows?
    let baseline: Baseline
  }

  private let generation: Generation
  private let panel: Panel
  private let store: KeyValueStore
  private let limit: Int
  private var starts: [Generation.Start] = []
  private var sources: [Source] = []

  /// Decodes at most `limit` sequences together.
  init(panel: Panel, generation: Generation, limit: Int) {
    self.panel = panel
    self.generation = generation
    self.limit = max(1, min(panel.capacity, limit))
    store = KeyValueStore(
      shape: generation.pass.shape, rows: self.limit * generation.pass.positionCount)
  }

  var isFull: Bool { starts.count >= limit }

  /// Adds a sequence, whose first mutation is of `entryLayer`, and whose choice at `step` has been made. `fill` is
  /// given the store and the row of its position 0, and puts all positions before the choice there.
  mutating func add(
    _ sequence: MutantSequence, entryLayer: Int, step: Int, choice: Sampling.Choice,
    fill: (KeyValueStore, Int) -> Void
  ) {
    let mutations = [sequence.correction, sequence.partner].compactMap { $0 }.map {
      MutantHook.Own(correction: $0, isAnew: sequence.isAnew && $0.region.layer == entryLayer)
    }
    add(
      Source(
        mutant: sequence.mutant, input: sequence.input, mutations: mutations, baseline: sequence.baseline),
      step: step, choice: choice, fill: fill)
  }

  /// Adds a mutant of the embedding or of the head in the same way.
  mutating func add(
    _ sequence: OuterSequence, step: Int, choice: Sampling.Choice, fill: (KeyValueStore, Int) -> Void
  ) {
    add(
      Source(
        mutant: sequence.mutant, input: sequence.input, mutations: [], outer: sequence.outer,
        baseline: sequence.baseline), step: step, choice: choice, fill: fill)
  }

  private mutating func add(
    _ source: Source, step: Int, choice: Sampling.Choice, fill: (KeyValueStore, Int) -> Void
  ) {
    let origin = starts.count * generation.pass.positionCount
    fill(store, origin)
    starts.append(
      Generation.Start(
        input: source.baseline.input, step: step, choice: choice, position: source.baseline.promptCount + step,
        origin: origin))
    sources.append(source)
  }

  /// Decodes all of them together, each with its own mutation, and records them; none is left.
  mutating func decode(into phenotypes: inout Phenotypes) {
    let (sources, pass) = (sources, generation.pass)
    let outer = sources.contains { $0.outer != nil } ? sources.map(\.outer) : []
    let results = generation.extend(starts, store: store, panel: panel, outer: outer) { active in
      MutantHook(active.map { sources[$0].mutations }, pass: pass)
    }
    for (index, result) in results.enumerated() {
      let same = sources[index].baseline.continuation.prefix(starts[index].step)
      phenotypes.record(
        continuation: same + result.tokens, mutant: sources[index].mutant, input: sources[index].input)
    }
    starts = []
    self.sources = []
  }
}

extension UnitEvaluator {
  /// Sets a non-silent mutant down for decoding, from its first change on; of one that says a class that is all.
  ///
  /// Keys and values before the change are there already: the baseline's before the mutated matrix acts, the panel's
  /// after.
  func collect(
    _ sequence: MutantSequence, region: Region, trace: LayerTrace, into continuations: inout MutantContinuations?,
    phenotypes: inout Phenotypes
  ) throws {
    guard recording.text, let change = sequence.verdict.firstChange, sequence.correction != nil else { return }
    guard shape.continues else {
      return phenotypes.record(
        continuation: [change.choice.token], mutant: sequence.mutant, input: sequence.input)
    }
    guard let baselineStore = sequence.baseline.store else { return }
    let count = sequence.baseline.promptCount + change.step
    let entry = entry(region)
    continuations?.add(sequence, entryLayer: region.layer, step: change.step, choice: change.choice) { target, origin in
      for layer in 0..<shape.layerCount {
        let isBefore = layer <= region.layer
        let (source, rows) =
          isBefore ? (baselineStore, 0..<count) : (store, sequence.origin..<sequence.origin + count)
        target.store(
          key: source.keys(layer: layer, rows: rows), value: source.values(layer: layer, rows: rows), layer: layer,
          from: origin)
      }
      entry.store(sequence, count: count, trace: trace, in: target, from: origin)
    }
    if continuations?.isFull == true { continuations?.decode(into: &phenotypes) }
  }
}
