import Basics
import MessagePassing
import Runs

/// What a study asks for when it shares numbered pieces over ranks: what a piece gives are numbers.
///
/// A study calls `evaluate` once for each of its stages, one after the other, on every rank alike. The numbers of a
/// piece depend on the study and the piece alone; so any number of ranks and any interruption give the same. Earlier
/// stages are read from the journal when a run goes on, and so a study is written as if nothing ever stopped it.
public final class StudyStages {
  /// The numbers that the pieces of a stage gave, read as they are asked for.
  public struct Pieces {
    /// The number of pieces.
    public let count: Int
    private let read: (Int) throws -> [Double]

    init(count: Int, read: @escaping (Int) throws -> [Double]) {
      self.count = count
      self.read = read
    }

    /// What a piece gave.
    public subscript(piece: Int) -> [Double] { get throws { try read(piece) } }

    /// What all pieces gave, in their order.
    public func all() throws -> [[Double]] { try (0..<count).map(read) }
  }

  /// Thrown on all ranks where the run is to end early; what is finished is safe.
  public struct Stop: Error {
    /// Why it ends.
    public let reason: String
  }

  /// How far all studies of a run are.
  public struct Progress: Sendable {
    /// The study under way.
    public let study: String
    /// The stage under way, in this start's words.
    public let stage: RunProgress
    /// The share of all operations that is done, 0…1.
    public let workDone: Double
    /// Seconds until all studies are done; nil while unknown.
    public let secondsLeft: Double?
  }

  private let run: Run?
  private let report: (Progress) -> Void
  private let plannedOperations: Double
  private var status: StatusKeeper<NoDetails>?
  private let begun = ContinuousClock.now
  private var stageNumber = 0
  private var operationsDone = 0.0
  /// Pieces of the stages that are finished.
  private var piecesDone = 0
  /// Operations that earlier starts did.
  private var operationsBefore = 0.0
  /// The study under way.
  var study = ""

  /// The stages of a run, whose studies take so many operations by the plan. `report` is called on rank 0.
  public init(_ run: Run, plannedOperations: Double, report: @escaping (Progress) -> Void) {
    self.run = run
    self.plannedOperations = plannedOperations
    self.report = report
    status = StatusKeeper(folder: run.output.journal)
  }

  /// Stages that this process evaluates alone and keeps no record of.
  public init() {
    run = nil
    plannedOperations = 0
    report = { _ in }
  }

  /// The ranks that share pieces; nil where this process is alone.
  var communicator: Communicator? { run?.communicator }

  // MARK: Stages

  /// Evaluates numbered pieces, `sizes` of which give so many numbers each and cost as many operations as `costs` says.
  ///
  /// `phase` says what they do in a few words: "taking statistics". Collective. Throws a `Stop` on all ranks where the
  /// run is to end early.
  public func evaluate(
    _ phase: String, costs: [Double], sizes: [Int], _ body: (_ piece: Int) throws -> [Double]
  ) throws -> Pieces {
    precondition(costs.count == sizes.count, "a size for each piece")
    func work(_ piece: Int) throws -> [Double] {
      let numbers = try body(piece)
      precondition(numbers.count == sizes[piece], "a piece of \(phase) gives as many numbers as it said")
      return numbers
    }
    let read = try share(phase, costs: costs) { piece, bytes in
      bytes.count == sizes[piece] * MemoryLayout<Double>.stride
    } body: { piece, pause in
      try pause()
      return try work(piece).memoryBytes
    }
    return Pieces(count: costs.count) { [Double](memoryBytes: try read($0)) }
  }

  /// Evaluates numbered pieces that give bytes of any length, and gives what all gave, in their order. `isWhole` says
  /// whether bytes of the journal can be those of a piece; where they cannot, it is evaluated again.
  ///
  /// `pause` is to be called now and then during a long piece: rank 0 answers the other ranks in it. Collective.
  public func evaluate(
    _ phase: String, costs: [Double], isWhole: (_ piece: Int, _ bytes: [UInt8]) -> Bool,
    body: (_ piece: Int, _ pause: () throws -> Void) throws -> [UInt8]
  ) throws -> [[UInt8]] {
    let read = try share(phase, costs: costs, isWhole: isWhole, body: body)
    let bytes = try costs.indices.map(read)
    // A rank that is done may remove the journal, which others must have read by then.
    try run?.communicator.barrier()
    return bytes
  }

  /// Shares the pieces of one stage, and gives what reads each of them.
  private func share(
    _ phase: String, costs: [Double], isWhole: (_ piece: Int, _ bytes: [UInt8]) -> Bool,
    body: (_ piece: Int, _ pause: () throws -> Void) throws -> [UInt8]
  ) throws -> (Int) throws -> [UInt8] {
    guard let run else {
      let bytes = try costs.indices.map { try body($0) {} }
      return { bytes[$0] }
    }
    defer { stageNumber += 1 }
    var pieces = try run.begin(RunStage(number: stageNumber, pieces: costs.indices, costs: costs))
    try pieces.check(run.communicator, isWhole: isWhole)
    var account = ProgressAccount(pieces)
    let cost = costs.reduce(0, +)
    let start = account.progress(phase, isDone: false)
    operationsBefore += start.workBefore * cost
    show(start, cost: cost)
    let end = try run.evaluate(
      &pieces, progress: { show(account.progress(phase, $0, at: $1), cost: cost) }, evaluate: body)
    if let reason = end.stopReason {
      if run.communicator.rank == 0 { status?.stopped(reason) }
      throw Stop(reason: reason)
    }
    operationsDone += cost
    piecesDone += costs.count
    let finished = pieces
    return { try finished.finished($0).bytes }
  }

  // MARK: Steps

  /// How this process shares the work of steps with others; products of each rank are shared by `threads`.
  public func sharing(threads: Int) -> Sharing { Sharing(run?.communicator, threads: threads) }

  /// Takes steps that all ranks take together, such as those of a training, as one stage: `body` goes on from the state
  /// that the keeper has, and calls it between two steps.
  ///
  /// `cost` are the operations of all `count` steps. Collective. Throws a `Stop` on all ranks where the run is to end
  /// early.
  public func steps<Result>(
    _ phase: String, count: Int, cost: Double, _ body: (CheckpointKeeper) throws -> Result
  ) throws -> Result {
    guard let run else { return try body(CheckpointKeeper()) }
    defer { stageNumber += 1 }
    var hasBegun = false
    let keeper = CheckpointKeeper(run, stage: stageNumber, phase: phase, steps: count) { [self] progress in
      if !hasBegun { operationsBefore += progress.workBefore * cost }
      hasBegun = true
      show(progress, cost: cost)
    }
    do {
      let result = try body(keeper)
      operationsDone += cost
      return result
    } catch let stop as CheckpointKeeper.Stop {
      if run.communicator.rank == 0 { status?.stopped(stop.reason) }
      throw Stop(reason: stop.reason)
    }
  }

  private func show(_ stage: RunProgress, cost: Double) {
    guard let run, run.communicator.rank == 0 else { return }
    let seconds = (ContinuousClock.now - begun).seconds
    let all = max(plannedOperations, operationsDone + cost)
    let done = operationsDone + stage.workDone * cost
    let own = done - operationsBefore
    let left = own > 0 && seconds > 2 ? seconds * (all - done) / own : nil
    let progress = Progress(
      study: study, stage: stage, workDone: all > 0 ? done / all : 1, secondsLeft: left)
    var now = RunStatus(
      phase: study.isEmpty ? stage.phase : "\(study): \(stage.phase)",
      unitsDone: piecesDone + stage.piecesDone, unitCount: nil,
      evaluatingSeconds: seconds, start: run.start)
    now.workDone = progress.workDone
    now.workBefore = all > 0 ? operationsBefore / all : 1
    now.secondsLeft = left
    status?.note(now, NoDetails())
    report(progress)
  }
}
