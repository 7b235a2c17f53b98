import LinearAlgebra
import Transformer

/// Non-silent mutants of a unit whose own continuations are still to be decoded, from several inputs.
///
/// Decoding many sequences in one step makes its products wide; the bound on them is one of memory, for their keys and
/// values. Which mutants are decoded together depends on the unit alone.
struct MutantContinuations {
  /// Products do not get much faster with more sequences than this.
  private static let mostSequences = 128
  /// Bytes of keys and values of the sequences, unless one takes more.
  private static let budget = 512 << 20

  private struct Source {
    let mutant: Int
    let correction: RegionCorrection
    let baseline: Baseline
  }

  private var starts: [Generation.Start] = []
  private var sources: [Source] = []
  private let limit: Int

  init(panel: Panel, configuration: LlamaConfiguration, longest: Int) {
    limit = min(panel.capacity, MutantContinuations.limit(configuration: configuration, longest: longest))
  }

  /// Most sequences of up to `longest` tokens that are decoded together.
  private static func limit(configuration: LlamaConfiguration, longest: Int) -> Int {
    max(1, min(mostSequences, budget / KeyValueCache.bytes(configuration: configuration, capacity: longest)))
  }

  /// Bytes of keys and values of as many sequences as are decoded together.
  static func bytes(configuration: LlamaConfiguration, longest: Int) -> Int {
    limit(configuration: configuration, longest: longest)
      * KeyValueCache.bytes(configuration: configuration, capacity: longest)
  }

  var isFull: Bool { starts.count >= limit }

  mutating func add(_ start: Generation.Start, mutant: Int, correction: RegionCorrection, baseline: Baseline) {
    starts.append(start)
    sources.append(Source(mutant: mutant, correction: correction, baseline: baseline))
  }

  /// Decodes all of them together, each with its own mutation, and records them; none is left.
  mutating func decode(_ generation: Generation, panel: Panel, into phenotypes: inout Phenotypes) {
    let sources = sources
    let results = generation.extend(starts, panel: panel) { active in
      MutantObserver(corrections: active.map { sources[$0].correction })
    }
    for (index, result) in results.enumerated() {
      let same = sources[index].baseline.continuation.prefix(starts[index].step)
      phenotypes.record(
        continuation: same + result.tokens, mutant: sources[index].mutant, input: sources[index].baseline.input)
    }
    starts = []
    self.sources = []
  }
}

extension UnitEvaluator {
  /// Sets down a panel's non-silent mutants for decoding, each from its first change on.
  ///
  /// Keys and values before the change are there already: the baseline's before the mutated matrix acts, the panel's after.
  func collect(
    _ verdicts: [Verdict], mutants: Range<Int>, corrections: [RegionCorrection?], baseline: Baseline,
    into continuations: inout MutantContinuations, phenotypes: inout Phenotypes
  ) {
    let changed = verdicts.indices.filter { verdicts[$0].firstChange != nil }
    // The panel is needed for decoding, so what it holds of all its mutants is copied first.
    let caches = changed.map { sequence -> KeyValueCache? in
      guard let change = verdicts[sequence].firstChange, let correction = corrections[sequence] else { return nil }
      return cacheBefore(
        baseline.prompt.count + change.step, sequence: sequence, region: correction.region, baseline: baseline)
    }
    for (sequence, cache) in zip(changed, caches) {
      guard let change = verdicts[sequence].firstChange, let correction = corrections[sequence], let cache else {
        continue
      }
      let start = Generation.Start(
        input: baseline.input, step: change.step, choice: change.choice,
        position: baseline.prompt.count + change.step, cache: cache)
      continuations.add(
        start, mutant: mutants.lowerBound + sequence, correction: correction, baseline: baseline)
      if continuations.isFull { continuations.decode(generation, panel: panel, into: &phenotypes) }
    }
  }

  private func cacheBefore(_ position: Int, sequence: Int, region: Region, baseline: Baseline) -> KeyValueCache {
    let cache = KeyValueCache(
      configuration: configuration, capacity: baseline.prompt.count + generation.stepCount)
    let isMutatedBefore = region.matrix == .k || region.matrix == .v
    let firstOwn = isMutatedBefore ? region.layer : region.layer + 1
    let start = sequence * baseline.length
    for layer in 0..<configuration.layerCount {
      let rows = start..<start + position
      let key =
        layer < firstOwn ? baseline.cache.keys(layer: layer, count: position) : panel.keys[layer][rows: rows].reading
      let value =
        layer < firstOwn
        ? baseline.cache.values(layer: layer, count: position) : panel.values[layer][rows: rows].reading
      cache.store(key: key, value: value, layer: layer, from: 0)
    }
    return cache
  }
}
