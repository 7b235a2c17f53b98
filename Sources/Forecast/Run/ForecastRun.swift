import Archive
import Basics
import Foundation
import MessagePassing
import Perturbations
import Runs
import Screen
import Transformer

/// The run of a forecast over ranks: baselines, then pieces, each a group of matrices on one input, then the file.
public struct ForecastRun {
  /// How a run ended.
  public struct Summary: Sendable {
    /// Why it stopped early; nil where the file is whole.
    public var stopReason: String?
    /// Pieces that are finished now.
    public var piecesDone = 0
    /// Pieces that earlier starts had finished.
    public var piecesBefore = 0
    /// Pairs of a mutation and an input that are foretold one by one.
    public var pairCount = 0
    /// Pairs whose verdict is predicted to change.
    public var changedCount = 0
    /// Seconds of this start.
    public var seconds = 0.0
    /// Processor seconds of all pieces of this start, on all ranks.
    public var processorSeconds = 0.0
  }

  /// Positions that are at work together while the baselines are made.
  private static let baselineRows = 4096

  let prepared: PreparedForecast
  let communicator: Communicator
  let output: RunOutput
  let settings: RunSettings

  var screen: PreparedScreen { prepared.screen }
  var plan: ForecastPlan { prepared.plan }
  private var inputCount: Int { screen.inputs.count }

  /// The run of a forecast into `output` with the ranks of `communicator`.
  public init(
    _ prepared: PreparedForecast, output: RunOutput, settings: RunSettings, communicator: Communicator
  ) {
    self.prepared = prepared
    self.output = output
    self.settings = settings
    self.communicator = communicator
  }

  /// Goes on from what the journal holds, foretells what is left and writes the file, unless it is to stop before.
  /// Collective; `progress` is called on rank 0 only. Throws an `UnusableInput` on all ranks if an input cannot be
  /// used.
  public func run(progress: (RunProgress) -> Void) throws -> Summary {
    let begun = ContinuousClock.now
    let run = try open()
    var pieces = try run.begin(stage)
    var summary = Summary()
    summary.piecesBefore = pieces.stage.pieces.count - pieces.remaining.count
    try run.noteStart(piecesBefore: summary.piecesBefore)
    let generation = screen.makeGeneration(threads: settings.threads)
    let baselines = try makeBaselines(generation, keepingPieces: summary.piecesBefore > 0)
    let processorBefore = ProcessorTime.seconds
    summary.stopReason = try evaluate(&pieces, of: run, generation, baselines.baselines, progress: progress)
    let own = ProcessorTime.seconds - processorBefore
    summary.processorSeconds = try communicator.allReduce([own], .sum)[0]
    summary.piecesDone = pieces.stage.pieces.count - pieces.remaining.count
    if summary.stopReason == nil {
      let found = try write(pieces, baselines.baselines)
      (summary.pairCount, summary.changedCount) = (found.pairs, found.changed)
    } else if communicator.rank == 0 {
      output.setAside()
    }
    try baselines.free()
    summary.seconds = (ContinuousClock.now - begun).seconds
    return summary
  }

  // MARK: Pieces

  private func open() throws -> Run {
    try Run(output: output, settings: settings, communicator: communicator) { stage, piece, byteCount in
      stage == 0 && piece < plan.pieceCount(inputs: inputCount)
        && byteCount == plan.numberCount(ofGroup: piece / inputCount) * MemoryLayout<Float>.stride
    }
  }

  private var stage: RunStage {
    let cost = ForecastCost(
      shape: screen.model.shape, stepCount: screen.configuration.stepCount, settings: screen.configuration.forecast)
    let costs = plan.groups.indices.flatMap { group in
      screen.inputs.map { cost.operations(plan, group: group, prompt: $0.positionCount) }
    }
    return RunStage(pieces: costs.indices, costs: costs)
  }

  private func makeBaselines(_ generation: Generation, keepingPieces: Bool) throws -> NodeBaselines {
    do {
      return try screen.makeBaselines(
        generation, rows: ForecastRun.baselineRows, keepingStores: false, driveColumns: nil, communicator: communicator)
    } catch let unusable as UnusableInput {
      if communicator.rank == 0 { output.giveUp(keepingPieces: keepingPieces) }
      throw unusable
    }
  }

  /// Foretells what is left, each piece in the journal as soon as it is finished; returns why it stopped early.
  private func evaluate(
    _ pieces: inout StageJournal, of run: Run, _ generation: Generation, _ baselines: [Baseline],
    progress: (RunProgress) -> Void
  ) throws -> String? {
    guard !pieces.isWhole else { return nil }
    let configuration = screen.configuration
    let forecaster = InputForecaster(
      pass: generation.pass, longest: prepared.longest, probeCount: configuration.forecast.probeCount,
      seed: configuration.seed, temperature: configuration.temperature)
    var held: (group: Int, tallies: MatrixTallies)?
    var account = ProgressAccount(pieces)
    var status = StatusKeeper<NoDetails>(folder: output.journal)
    let begun = ContinuousClock.now
    let end = try run.evaluate(&pieces) { ledger, now in
      let state = account.progress("forecasting", ledger, at: now)
      let seconds = (ContinuousClock.now - begun).seconds
      status.note(RunStatus(progress: state, evaluatingSeconds: seconds, start: run.start), NoDetails())
      progress(state)
    } evaluate: { piece, pause in
      let (group, input) = piece.quotientAndRemainder(dividingBy: inputCount)
      if held?.group != group { held = nil }
      let tallies =
        try held?.tallies
        ?? MatrixTallies(plan, group: group, model: screen.model, seed: configuration.seed)
      held = (group, tallies)
      try forecaster.forecast(baselines[input], tallies, pause: pause)
      return tallies.numbers().memoryBytes
    }
    if let reason = end.stopReason, communicator.rank == 0 { status.stopped(reason) }
    return end.stopReason
  }

  // MARK: The file

  /// Writes the file on rank 0; returns how many pairs there are and how many of them are predicted to change, there.
  /// Collective.
  private func write(_ pieces: StageJournal, _ baselines: [Baseline]) throws -> (pairs: Int, changed: Int) {
    try communicator.agree { try screen.checkpoint.checkUnchanged() }
    // The journal goes when the file is whole, and all ranks must have read it by then.
    try communicator.barrier()
    return try communicator.agree { () -> (pairs: Int, changed: Int) in
      guard communicator.rank == 0 else { return (0, 0) }
      let outline = try outline(of: baselines)
      let gathering = ForecastGathering(
        plan: plan, pieces: pieces, model: screen.model, seed: screen.configuration.seed,
        inputCount: inputCount)
      let found = try output.filling {
        let writer = try ForecastWriter(path: output.temporaryPath, outline: outline)
        let found = try gathering.write(to: writer)
        try writer.finish()
        return found
      }
      try output.publish()
      return found
    }
  }
}
