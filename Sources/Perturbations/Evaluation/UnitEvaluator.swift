import LinearAlgebra
import Transformer

/// Evaluates the mutants of a unit together, teacher-forced on the baseline's continuation.
///
/// If the mutant chooses the baseline's next token at every step, its own continuation is the baseline's, by induction;
/// if it first differs at step s, the first change is s, and only the tokens after it have to be decoded.
///
/// Every product gives a row the same numbers whatever rows are computed with it. So it does not matter for the results
/// which mutants and inputs share a panel, how large it is, or what has been left out because nobody asks for it.
public final class UnitEvaluator {
  let plan: UnitPlan
  let generation: Generation
  let recording: RecordedColumns
  let baselines: [Baseline]
  /// Tokens of the letters of each input's choices.
  let letters: [[Int32]]
  let savings: Savings
  let panel: Panel
  /// The residual streams that mutants begin with.
  let entry: Matrix
  /// Keys and values of the mutants in `entry`.
  let store: KeyValueStore
  let logits: Matrix
  let headScreen: HeadScreen?
  let decodedSequences: Int
  private let trace: BaselineTrace
  private let projection: RandomProjection?
  private let seed: UInt64
  /// The mutators of matrices: that of the matrix at hand, or of pairs all.
  private var mutators: [MatrixKey: RegionMutator] = [:]
  /// Whether the layer of the unit at hand is computed as a whole, because two matrices of it may change at once.
  private var entersWholeLayer = false
  /// The components of the matrix at hand.
  private var components: (layer: Int, matrix: WeightMatrix, made: MatrixComponents)?
  /// The product that the changes at hand pass through, and sizes of its columns.
  var passage: (layer: Int, matrix: WeightMatrix, sizes: [Float])?

  var pass: ForwardPass { generation.pass }
  var shape: HostShape { pass.shape }

  /// Work that is left out where the recording does not ask for it; results are the same without.
  public struct Savings: Sendable {
    /// Whether mutants leave the panel at their first change.
    public var earlyVerdicts: Bool
    /// Choices are found from a few rows of the head.
    public var headScreen: Bool

    /// Everything that can be left out is.
    public static let all = Savings(earlyVerdicts: true, headScreen: true)

    /// Takes what is to be left out.
    public init(earlyVerdicts: Bool, headScreen: Bool) {
      self.earlyVerdicts = earlyVerdicts
      self.headScreen = headScreen
    }
  }

  /// Takes the baselines of all inputs, in order, and the tokens of the letters of their choices, empty for inputs
  /// without. `panelRows` bounds the rows of a panel, `decodedSequences` the mutants whose continuations are decoded
  /// together.
  public init(
    plan: UnitPlan, generation: Generation, recording: RecordedColumns, baselines: [Baseline],
    letters: [[Int32]] = [], panelRows: Int, decodedSequences: Int = 256, seed: UInt64, savings: Savings = .all
  ) {
    self.plan = plan
    self.generation = generation
    self.recording = recording
    self.baselines = baselines
    self.letters = letters.isEmpty ? baselines.map { _ in [] } : letters
    precondition(self.letters.count == baselines.count, "letters, perhaps none, of each input")
    self.savings = savings
    self.decodedSequences = decodedSequences
    self.seed = seed
    let shape = generation.pass.shape
    let longest = baselines.map(\.length).max() ?? 1
    let all = baselines.reduce(0) { $0 + $1.length } * (UnitPlan.mutantsPerUnit + 1)
    let rows = max(longest, min(panelRows, all))
    panel = Panel(shape: shape, capacity: rows)
    entry = Matrix(rows: rows, columns: shape.hiddenSize)
    store = KeyValueStore(
      shape: shape, rows: rows, layers: 0..<shape.layerCount,
      kept: recording.keepsEveryLayer(of: shape))
    logits = Matrix(rows: shape.logitRows(of: rows), columns: shape.vocabularyCount)
    let isGreedy = generation.sampling.temperature == 0
    headScreen =
      savings.headScreen && !recording.comparesScores && isGreedy && generation.pass.model.head.bias == nil
      ? HeadScreen(pass: generation.pass) : nil
    trace = BaselineTrace(pass: generation.pass, baselines: baselines, panel: panel)
    if case .projected(let count) = recording.direction {
      projection = RandomProjection(components: count, hiddenSize: shape.hiddenSize, seed: seed)
    } else {
      projection = nil
    }
  }

  /// A matrix of a layer.
  private struct MatrixKey: Hashable {
    let layer: Int
    let matrix: WeightMatrix
  }

  /// Bytes that one row of a panel takes, with what is recorded of it.
  public static func bytesPerRow(shape: HostShape, recording: RecordedColumns) -> Int {
    Panel.bytesPerRow(shape: shape) + shape.hiddenSize * MemoryLayout<Float>.stride
      + KeyValueStore.bytesPerRow(
        shape: shape, layerCount: recording.keepsEveryLayer(of: shape) ? shape.layerCount : 1)
  }

  /// Bytes at most of what grows little with a panel of at most `panelRows`, with `positions` in all inputs: logits,
  /// scratch, the shifts of a unit, the streams of the baselines that enter a layer and what they compute in it.
  public static func fixedBytes(
    shape: HostShape, recording: RecordedColumns, positions: Int, panelRows: Int, threads: Int
  ) -> Int {
    let width = shape.blocks.map { block in block.matrices.map { block.path(of: $0).width }.max() ?? 0 }.max() ?? 0
    let trace = min(positions * width, BaselineTrace.keptCount)
    let logits = shape.logitRows(of: panelRows) * shape.vocabularyCount
    let floats = logits + shape.vocabularyCount + trace + positions * shape.hiddenSize
    return MemoryLayout<Float>.stride * floats + ProductWorkspace.bytes(threads: threads)
      + ForwardPass.choiceBytes(shape: shape, threads: threads)
      + DirectionSums.byteCount(hiddenSize: shape.hiddenSize, recording: recording)
  }

  /// The phenotypes of a unit's mutants. Calls `pause` after every layer of a panel, milliseconds to seconds apart.
  ///
  /// Throws if the unit's null mutant, which has no change at all, is not silent: then the arithmetic made the
  /// difference.
  public func evaluate(_ unit: Unit, pause: () throws -> Void = {}) throws -> Phenotypes {
    let mutations = plan.mutations(of: unit)
    if mutations.first?.region.matrix.isOuter == true { return try evaluateOuter(unit, mutations, pause: pause) }
    let partners = plan.partners(of: unit)
    entersWholeLayer = plan.isOfPairsWithinLayer(unit)
    let prepared = try prepare(mutations)
    let partnersPrepared = try partners.isEmpty ? [] : prepare(partners)
    var phenotypes = emptyPhenotypes(of: mutations.count)
    phenotypes.value = prepared.map(\.value)
    if recording.components {
      phenotypes.component = mutations.map { Int32($0.component ?? -1) }
      phenotypes.singularValue = prepared.map(\.size)
    }
    if recording.pairs {
      let pairs = unit.positions.map { plan.pair(at: $0) }
      phenotypes.pairFirst = pairs.map { Int32($0?.first ?? -1) }
      phenotypes.pairSecond = pairs.map { Int32($0?.second ?? -1) }
    }
    guard let region = mutations.first?.region else { return phenotypes }
    var shifts = DirectionSums(
      mutationCount: mutations.count, hiddenSize: shape.hiddenSize, keepingEntry: recording.response)
    var continuations =
      recording.decodes(shape)
      ? MutantContinuations(panel: panel, generation: generation, limit: decodedSequences) : nil
    var next = 0
    let corrections = prepared.map(\.correction)
    let secondCorrections = partnersPrepared.map(\.correction)
    while let group = group(from: &next, corrections: corrections, partners: secondCorrections, region: region) {
      guard let first = group.first, let last = group.last else { break }
      let trace = trace.trace(layer: region.layer, path: path(of: region), inputs: first.input..<last.input + 1)
      let judged = try run(group, region: region, trace: trace, shifts: &shifts, pause: pause)
      for sequence in judged {
        guard sequence.mutant < mutations.count else {
          try checkNull(sequence.verdict, baseline: sequence.baseline, unit: unit)
          continue
        }
        phenotypes.record(sequence.verdict, mutant: sequence.mutant, input: sequence.input)
        try collect(sequence, region: region, trace: trace, into: &continuations, phenotypes: &phenotypes)
      }
    }
    continuations?.decode(into: &phenotypes)
    record(shifts, in: &phenotypes)
    return phenotypes
  }

  func emptyPhenotypes(of count: Int) -> Phenotypes {
    Phenotypes(
      mutationCount: count, inputCount: baselines.count, stepCount: generation.stepCount,
      componentCount: recording.componentCount(hiddenSize: shape.hiddenSize), recording: recording)
  }

  func record(_ shifts: DirectionSums, in phenotypes: inout Phenotypes) {
    if recording.direction != .none {
      phenotypes.direction = shifts.directions(inputCount: baselines.count, projection: projection)
    }
    if recording.response {
      phenotypes.response = shifts.responses(inputCount: baselines.count, projection: projection)
    }
  }

  // MARK: Mutants

  /// What each mutation is: what a file says that it set the weights to, its correction, and the size of its component,
  /// which is not a number where it has none.
  private func prepare(
    _ mutations: [Mutation]
  ) throws -> [(value: Float, correction: any Correction, size: Float)] {
    try mutations.map { mutation in
      let mutator = try mutator(of: mutation.region)
      let value = mutator.value(of: mutation.kind)
      if let component = mutation.component {
        let components = try components(of: mutation.region)
        let correction = ComponentCorrection(
          mutation: mutation, of: components, factor: mutator.factor(of: mutation.kind))
        return (value, correction, Float(components.sizes[component]))
      }
      let (layer, path) = (mutation.region.layer, path(of: mutation.region))
      let correction = RegionCorrection(
        mutation: mutation, mutator: mutator, zeroInputs: zeroUnits(of: path.input, layer: layer))
      return (value, correction, .nan)
    }
  }

  private func components(of region: Region) throws -> MatrixComponents {
    if let components, components.layer == region.layer, components.matrix == region.matrix { return components.made }
    guard let space = plan.components, let count = space.groups.first(where: { $0.region == region })?.count else {
      preconditionFailure("components of the plan")
    }
    components = nil
    let made = try space.source.components(
      layer: region.layer, matrix: region.matrix, count: count, model: pass.model, seed: seed)
    components = (region.layer, region.matrix, made)
    return made
  }

  /// The way of a region's changes through its block.
  func path(of region: Region) -> ThinPath {
    shape.blocks[region.layer].path(of: region.matrix, whole: entersWholeLayer)
  }

  /// Units that the model has at zero in a value of a layer.
  func zeroUnits(of value: Block.Value, layer: Int) -> [Int] {
    pass.model.zeroUnits?.units(of: value, in: shape.blocks[layer], layer: layer) ?? []
  }

  func mutator(of region: Region) throws -> RegionMutator {
    let key = MatrixKey(layer: region.layer, matrix: region.matrix)
    if let made = mutators[key] { return made }
    let weight = pass.model.matrix(region.matrix, layer: region.layer)
    let made = try RegionMutator(weight: weight, kinds: plan.kinds, parameters: plan.parameters, seed: seed)
    if plan.pairs == nil { mutators = [:] }
    mutators[key] = made
    return made
  }

  /// The next sequences that fit into a panel, input after input, each with all mutants and the null mutant; nil at the
  /// end.
  private func group(
    from next: inout Int, corrections: [any Correction], partners: [any Correction], region: Region
  ) -> [MutantSequence]? {
    let perInput = corrections.count + 1
    var group: [MutantSequence] = []
    var rows = 0
    var entryRow = 0
    while next < perInput * baselines.count {
      let (input, mutant) = next.quotientAndRemainder(dividingBy: perInput)
      let baseline = baselines[input]
      guard rows + baseline.length <= panel.capacity else { break }
      let firstLeaving = region.layer == shape.layerCount - 1 ? baseline.firstScored : 0
      let sequence = MutantSequence(
        mutant: mutant, input: input, baseline: baseline,
        correction: mutant < corrections.count ? corrections[mutant] : nil,
        partner: mutant < partners.count ? partners[mutant] : nil, origin: rows,
        positions: firstLeaving..<baseline.length, entryRow: entryRow)
      group.append(sequence)
      rows += baseline.length
      entryRow += sequence.positions.count
      next += 1
    }
    return group.isEmpty ? nil : group
  }

  func checkNull(_ verdict: Verdict, baseline: Baseline, unit: Unit) throws {
    guard let change = verdict.firstChange else { return }
    throw PerturbationsError(
      "unit \(unit.index): the null mutant changes input \(baseline.input) at step \(change.step) (baseline "
        + "margin \(baseline.margins[change.step])): the arithmetic, not a mutation, made the difference; "
        + "leave the input out or shorten the continuation")
  }
}

extension RecordedColumns {
  /// Whether nothing asks for what a mutant would say after its first change.
  var allowsEarlyVerdicts: Bool { !comparesScores && direction == .none }
  /// Whether mutants' texts are decoded behind their first change.
  public func decodes(_ shape: HostShape) -> Bool { text && shape.continues }
  /// Whether mutants' keys and values are needed when their panel has passed the next layer.
  func keepsEveryLayer(of shape: HostShape) -> Bool { shape.continues && (text || allowsEarlyVerdicts) }
}
