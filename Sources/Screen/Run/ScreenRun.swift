import Archive
import Basics
import Foundation
import Inputs
import MessagePassing
import Perturbations
import Runs
import Transformer

/// The run over a mutation space: what is there already, baselines, units over ranks, gathering.
public struct ScreenRun {
  let screen: PreparedScreen
  let communicator: Communicator
  let output: OutputFile
  let settings: RunSettings
  /// All units of the plan, or those of a part.
  var units: Range<Int> { output.units }

  /// Takes a screen that was read and an output that was opened.
  public init(
    screen: PreparedScreen, communicator: Communicator, output: OutputFile, settings: RunSettings
  ) {
    self.screen = screen
    self.communicator = communicator
    self.output = output
    self.settings = settings
  }

  /// Goes on from what the journal holds, screens what is left, and writes the results file, unless it is to stop
  /// before. Collective; `progress` is called on rank 0 only. Throws an `UnusableInput` on all ranks if there cannot be
  /// a screen.
  public func run(progress: (ScreenProgress) -> Void) throws -> Summary {
    // What earlier starts left.
    var journal = try UnitJournal.open(output, screen: screen, communicator: communicator)
    var account = makeAccount(remaining: journal.remaining)
    var status = StatusKeeper(folder: journal.folder, start: try noteStart(journal))
    func report(_ now: ScreenProgress) {
      guard communicator.rank == 0 else { return }
      status.note(now)
      progress(now)
    }

    // The baseline.
    report(account.progress(.baseline, isDone: false))
    let generation = screen.makeGeneration(threads: settings.threads)
    let unitsBefore = units.count - journal.remaining.count
    let shared: NodeBaselines
    do {
      shared = try screen.makeBaselines(generation, memory: settings.memory, communicator: communicator)
    } catch let unusable as UnusableInput {
      if communicator.rank == 0 { output.giveUp(keepingUnits: unitsBefore > 0) }
      throw unusable
    }

    writeOutline(to: journal.folder, baselines: shared)

    // The units that are left.
    var summary = Summary(unitCount: units.count, unitsBefore: unitsBefore, droppedByteCount: journal.droppedByteCount)
    let started = ContinuousClock.now
    var costs = UnitCosts()
    let stop = try evaluate(
      &journal, generation: generation, baselines: shared.baselines, costs: &costs
    ) { report(account.progress($0, at: $1)) }
    summary.screenSeconds = (ContinuousClock.now - started).seconds
    summary.unitsDone = units.count - journal.remaining.count
    summary.costs = try costs.sum(communicator)

    // The file, if all is there.
    if journal.remaining.isEmpty {
      report(account.progress(.gathering, isDone: true))
      let gathering = ContinuousClock.now
      summary.nonSilentCount = try gather(journal, baselines: shared)
      summary.gatherSeconds = (ContinuousClock.now - gathering).seconds
    } else {
      let reasons = try communicator.allGather(Array((stop ?? "").utf8)).map { String(decoding: $0, as: UTF8.self) }
      let reason = reasons.first { !$0.isEmpty } ?? "early"
      summary.stopReason = reason
      if communicator.rank == 0 {
        status.stopped(reason)
        output.setAside()
      }
    }
    summary.mutationCount = screen.plan.positions(of: units).count
    summary.verdictCount = summary.mutationCount * screen.inputs.count
    summary.mutationsEvaluated = account.mutations(ofFirst: summary.unitsDone - unitsBefore)
    summary.operationsNeeded = neededOperations
    summary.residentBytes = Int(try communicator.allReduce([Int64(ResidentMemory.bytes)], .sum)[0])
    try shared.free()
    return summary
  }

  // MARK: Units

  /// Evaluates what is left, each unit in the journal as soon as it is finished; returns why this rank wanted to stop.
  private func evaluate(
    _ journal: inout UnitJournal, generation: Generation, baselines: [Baseline], costs: inout UnitCosts,
    progress: (WorkQueueLedger, Double) -> Void
  ) throws -> String? {
    let remaining = journal.remaining
    guard !remaining.isEmpty else { return nil }
    let evaluator = screen.makeEvaluator(generation, baselines: baselines, memory: settings.memory)
    var writer = try journal.makeWriter(
      output, communicator: communicator, flushInterval: settings.checkpointInterval)
    costs.begin(generation, measuringParts: settings.measuresParts)
    var longest = 0.0
    var stop: String?
    try WorkQueue(communicator: communicator, unitCount: remaining.count).run { index, pause in
      let unit = remaining[index]
      let begun = ContinuousClock.now
      let processorBefore = ProcessorTime.seconds
      let phenotypes = try evaluator.evaluate(screen.plan.units[unit]) {
        try pause()
        try costs.timingJournal { try writer.flushIfDue() }
      }
      costs.processorSeconds += ProcessorTime.seconds - processorBefore
      let seconds = (ContinuousClock.now - begun).seconds
      longest = max(longest, seconds)
      try costs.timingJournal {
        let bytes = phenotypes.bytes(rows: 0..<phenotypes.mutationCount)
        let offset = try writer.append(JournalRecord(unit: unit, seconds: seconds, bytes: bytes))
        journal.note(unit, offset: offset, rank: communicator.rank, of: communicator.size)
        try writer.flushIfDue()
      }
    } wantsStop: {
      if stop == nil { stop = settings.stopping.reason(nextUnit: longest) }
      return stop != nil
    } progress: { ledger, now in
      progress(ledger, now)
    }
    try costs.timingJournal { try writer.flush() }
    costs.end(generation)
    try journal.share(communicator)
    return stop
  }

  // MARK: Gathering

  /// Writes the results file; returns the number of non-silent verdicts.
  private func gather(_ journal: UnitJournal, baselines: NodeBaselines) throws -> Int {
    try communicator.agree { try screen.checkpoint.checkUnchanged() }
    let starts = try communicator.agree { communicator.rank == 0 ? try journal.folder.starts() : [] }
    let description = describe(baselines, starts: try shared(starts))
    let gathering = Gathering(
      communicator: communicator, plan: screen.plan, units: units, journal: journal, emptyTable: screen.emptyTable)
    let found = try output.filling {
      let writer = try ResultsWriter(
        path: output.temporaryPath, communicator: communicator, description: description)
      let found = try gathering.write(to: writer)
      try writer.finish(
        unitSeconds: try communicator.allReduce(found.seconds, .sum),
        unitRanks: try communicator.allReduce(found.ranks.map(Int64.init), .sum).map(Int32.init))
      return found
    }
    try communicator.agree { if communicator.rank == 0 { try output.publish() } }
    return Int(try communicator.allReduce([Int64(found.nonSilentCount)], .sum)[0])
  }

  /// What rank 0 read of the starts; every rank must write the same. Collective.
  private func shared(_ starts: [StartRecord]) throws -> [StartRecord] {
    let bytes = try communicator.broadcast(Array(try JSONEncoder().encode(starts)), from: 0)
    return try JSONDecoder().decode([StartRecord].self, from: Data(bytes))
  }

  // MARK: Progress

  /// Writes into the journal that this start has begun; rank 0 does.
  private func noteStart(_ journal: UnitJournal) throws -> StartRecord {
    let hosts = try communicator.allGather(Array(communicator.hostName.utf8)).map {
      String(decoding: $0, as: UTF8.self)
    }
    let record = StartRecord(
      number: journal.start, time: Date.now.formatted(.iso8601), commandLine: settings.commandLine,
      hosts: Set(hosts).sorted(), ranks: communicator.size, threads: settings.threads,
      job: ProcessInfo.processInfo.environment["SLURM_JOB_ID"] ?? "", unitsBefore: units.count - journal.remaining.count
    )
    try communicator.agree { if communicator.rank == 0 { try record.write(to: journal.folder) } }
    return record
  }

  private func makeAccount(remaining: [Int]) -> ProgressAccount {
    let verdicts = cost.units(of: screen.plan, prompts: promptLengths)
    // What decoding a unit's non-silent mutants takes besides, where it is wanted: it does not depend on the layer.
    let decoding =
      screen.recording.text
      ? promptLengths.reduce(0) { $0 + cost.continuation(prompt: $1) } : 0
    let operations = screen.plan.units.map { verdicts[$0.index] + decoding * Double($0.positions.count) }
    return ProgressAccount(plan: screen.plan, units: units, remaining: remaining, operations: operations)
  }

  private var promptLengths: [Int] { screen.inputs.map(\.tokens.count) }

  private var cost: SequenceCost {
    SequenceCost(shape: screen.model.configuration, stepCount: screen.configuration.stepCount)
  }

  private var neededOperations: Operations {
    cost.verdicts(of: screen.plan, prompts: promptLengths)[units].reduce(Operations(), +)
  }
}
