import CKernels
import LinearAlgebra
import Transformer

/// Evaluates the mutants of a unit together, teacher-forced on the baseline's continuation.
///
/// If the mutant chooses the baseline's next token at every step, its own continuation is the baseline's, by induction; if
/// it first differs at step s, the first change is s, and only the tokens after it have to be decoded.
public final class UnitEvaluator {
  let plan: UnitPlan
  let generation: Generation
  let recording: Recording
  let baselines: [Baseline]
  let panel: Panel
  private let logits: Matrix
  private let trace: BaselineTrace
  private let projection: RandomProjection?
  private var extremes: (layer: Int, matrix: WeightMatrix, values: (smallest: Float, largest: Float))?

  var decoder: Decoder { generation.decoder }
  var configuration: LlamaConfiguration { decoder.configuration }

  /// Takes the baselines of all inputs, in order. `panelRows` bounds the rows of a panel; results depend on it.
  public init(
    plan: UnitPlan, generation: Generation, recording: Recording, baselines: [Baseline], panelRows: Int, seed: UInt64
  ) {
    self.plan = plan
    self.generation = generation
    self.recording = recording
    self.baselines = baselines
    let configuration = generation.decoder.configuration
    let longest = baselines.map(\.length).max() ?? 1
    let rows = max(longest, min(panelRows, longest * (UnitPlan.mutantsPerUnit + 1)))
    panel = Panel(
      configuration: configuration, capacity: rows, keeping: recording.text ? 0..<configuration.layerCount : 0..<0)
    let logitRows = max(1, min(rows, UnitEvaluator.logitCapacity / configuration.vocabularyCount))
    logits = Matrix(rows: logitRows, columns: configuration.vocabularyCount)
    trace = BaselineTrace(decoder: generation.decoder, baselines: baselines)
    if case .projected(let count) = recording.direction {
      projection = RandomProjection(components: count, hiddenSize: configuration.hiddenSize, seed: seed)
    } else {
      projection = nil
    }
  }

  /// Floats of logits at a time: 16 MiB.
  private static let logitCapacity = 1 << 22

  /// Bytes that decoding mutants' continuations of sequences up to `longest` tokens takes at a time.
  public static func continuationBytes(configuration: LlamaConfiguration, longest: Int) -> Int {
    MutantContinuations.bytes(configuration: configuration, longest: longest)
  }

  /// The phenotypes of a unit's mutants. Calls `pause` after every layer of a panel, milliseconds to seconds apart.
  ///
  /// Throws if the unit's null mutant, which has no change at all, is not silent: then the arithmetic made the difference.
  public func evaluate(_ unit: Unit, pause: () throws -> Void = {}) throws -> Phenotypes {
    let mutations = plan.mutations(of: unit)
    let corrections = try prepare(mutations)
    var phenotypes = Phenotypes(
      mutationCount: mutations.count, inputCount: baselines.count, stepCount: generation.stepCount,
      componentCount: recording.componentCount(hiddenSize: configuration.hiddenSize), recording: recording)
    phenotypes.value = corrections.map(\.value)
    guard let region = mutations.first?.region else { return phenotypes }
    let traces = trace.traces(ofLayer: region.layer)
    var shifts = Shifts(mutationCount: mutations.count, hiddenSize: configuration.hiddenSize)
    var continuations = MutantContinuations(
      panel: panel, configuration: configuration, longest: decoder.positionCount)
    for (input, baseline) in baselines.enumerated() {
      // The null mutant follows the last mutant.
      let sequencesPerPanel = max(1, panel.capacity / baseline.length)
      for first in stride(from: 0, to: mutations.count + 1, by: sequencesPerPanel) {
        let mutants = first..<min(first + sequencesPerPanel, mutations.count + 1)
        let panelCorrections = mutants.map { $0 < corrections.count ? corrections[$0].correction : nil }
        try run(panelCorrections, region: region, baseline: baseline, trace: traces[input], pause: pause)
        let verdicts = judge(count: mutants.count, baseline: baseline)
        for (sequence, mutant) in mutants.enumerated() {
          let verdict = verdicts[sequence]
          guard mutant < mutations.count else {
            try checkNull(verdict, unit: unit, baseline: baseline)
            continue
          }
          phenotypes.record(verdict, mutant: mutant, input: input)
          if recording.direction != .none { addShift(of: sequence, baseline: baseline, to: &shifts, mutant: mutant) }
        }
        if recording.text {
          collect(
            verdicts, mutants: mutants, corrections: panelCorrections, baseline: baseline, into: &continuations,
            phenotypes: &phenotypes)
        }
      }
    }
    continuations.decode(generation, panel: panel, into: &phenotypes)
    if recording.direction != .none {
      phenotypes.direction = shifts.directions(inputCount: baselines.count, projection: projection)
    }
    return phenotypes
  }

  // MARK: Mutants

  private func prepare(_ mutations: [Mutation]) throws -> [(value: Float, correction: RegionCorrection)] {
    try mutations.map { mutation in
      let weight = decoder.model.layers[mutation.region.layer][mutation.region.matrix].weight
      let value = mutation.kind.value(extremes: try extremes(of: mutation.region))
      return (value, RegionCorrection(mutation: mutation, weight: weight, value: value))
    }
  }

  private func extremes(of region: Region) throws -> (smallest: Float, largest: Float) {
    if let extremes, extremes.layer == region.layer, extremes.matrix == region.matrix { return extremes.values }
    let weight = decoder.model.layers[region.layer][region.matrix].weight
    let values = weight.extremes()
    guard values.smallest.isFinite, values.largest.isFinite else {
      throw MutagenesisError(
        "cannot mutate \(weight.name) of \(weight.file.path): it holds weights that are not numbers; get the file again"
      )
    }
    extremes = (region.layer, region.matrix, values)
    return values
  }

  // MARK: Verdicts

  private func judge(count: Int, baseline: Baseline) -> [Verdict] {
    let steps = baseline.stepCount
    var verdicts = Array(repeating: Verdict(), count: count)
    for start in stride(from: 0, to: count * steps, by: logits.rows) {
      let rows = start..<min(start + logits.rows, count * steps)
      decoder.logits(of: panel, rows: rows, into: logits[rows: 0..<rows.count])
      for row in rows {
        let (sequence, step) = row.quotientAndRemainder(dividingBy: steps)
        verdicts[sequence].see(
          logits.view.row(row - start), step: step, baseline: baseline, sampling: generation.sampling,
          divergence: recording.divergence)
      }
    }
    return verdicts
  }

  private func checkNull(_ verdict: Verdict, unit: Unit, baseline: Baseline) throws {
    guard let change = verdict.firstChange else { return }
    throw MutagenesisError(
      "unit \(unit.index): the null mutant changes input \(baseline.input) at step \(change.step) (baseline margin "
        + "\(baseline.margins[change.step])): the arithmetic, not a mutation, made the difference; leave the input out or "
        + "shorten the continuation")
  }

  private func addShift(of sequence: Int, baseline: Baseline, to shifts: inout Shifts, mutant: Int) {
    let rows = sequence * baseline.stepCount..<(sequence + 1) * baseline.stepCount
    shifts.add(panel.residual[rows: rows].reading, less: baseline.residual.view.reading, mutant: mutant)
  }
}
