import LinearAlgebra
import Transformer

extension UnitEvaluator {
  /// Decodes the own continuations of a panel's non-silent mutants together, each from its first change on.
  ///
  /// Keys and values before the change are there already: the baseline's before the mutated matrix acts, the panel's after.
  func decode(
    _ verdicts: [Verdict], mutants: Range<Int>, corrections: [RegionCorrection?], baseline: Baseline,
    into phenotypes: inout Phenotypes
  ) {
    var starts: [Generation.Start] = []
    var sources: [(mutant: Int, correction: RegionCorrection)] = []
    for (sequence, mutant) in mutants.enumerated() {
      guard let change = verdicts[sequence].firstChange, let correction = corrections[sequence] else { continue }
      let position = baseline.prompt.count + change.step
      let cache = cacheBefore(position, sequence: sequence, region: correction.region, baseline: baseline)
      starts.append(
        Generation.Start(
          input: baseline.input, step: change.step, choice: change.choice, position: position, cache: cache))
      sources.append((mutant, correction))
    }
    guard !starts.isEmpty else { return }
    let results = generation.extend(starts, panel: panel) { active in
      MutantObserver(corrections: active.map { sources[$0].correction })
    }
    for (index, result) in results.enumerated() {
      let same = baseline.continuation.prefix(starts[index].step)
      phenotypes.record(continuation: same + result.tokens, mutant: sources[index].mutant, input: baseline.input)
    }
  }

  private func cacheBefore(
    _ position: Int, sequence: Int, region: Region, baseline: Baseline
  ) -> KeyValueCache {
    let cache = KeyValueCache(
      configuration: decoder.configuration, capacity: baseline.prompt.count + generation.stepCount)
    let isMutatedBefore = region.matrix == .k || region.matrix == .v
    let firstOwn = isMutatedBefore ? region.layer : region.layer + 1
    let start = sequence * baseline.length
    for layer in 0..<decoder.configuration.layerCount {
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
