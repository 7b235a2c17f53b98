import Basics
import CKernels
import MessagePassing
import Runs
import Studies

/// The run of an analysis of a cloud, beside the file to be written: what is finished is in its journal until that is
/// whole.
final class GeometryRun {
  private let run: Run
  private let progress: GeometryProgress
  private let piecesBefore: Int
  /// Pieces of the study that came first; nil: there was none.
  private var studyPieces: Int?
  private var keeper: StepKeeper?

  /// Opens the journal beside `output`, or begins it. An error where another process has it, or where it is of other
  /// conditions, unless it is to be thrown away. Collective.
  init(
    output: String, settings: RunSettings, restarts: Bool, notice: StopNotice, isShown: Bool, world: Communicator,
    noting: (String) -> Void, conditions: () throws -> PlanConditions
  ) throws {
    let place = try RunOutput.open(
      path: output, restarts: restarts, communicator: world, noting: noting, conditions: conditions)
    run = try Run(output: place, settings: settings, communicator: world)
    piecesBefore = try run.journal.pieceCount(world)
    try run.noteStart(piecesBefore: piecesBefore)
    progress = GeometryProgress(folder: place.journal.path, notice: notice, isShown: isShown && world.rank == 0)
    guard piecesBefore > 0 else { return }
    if world.rank == 0 { noting("continuing: \(piecesBefore.grouped) pieces are finished already") }
    progress.set(safe: piecesBefore)
  }

  // MARK: Stages

  /// What a study finds, which is the first stage of the run; nil, and why, where it was stopped early. Collective.
  func firings(of study: FeatureStudy) throws -> (found: FeatureFirings?, stopReason: String?) {
    var isFirst = true
    studyPieces = study.costs.count
    let stages = StudyStages(run, plannedOperations: study.costs.reduce(0, +)) { [progress, piecesBefore] now in
      let stage = now.stage
      progress.set(safe: max(piecesBefore, stage.piecesDone))
      progress.show(step: 0, stage.phase, done: stage.piecesDone, of: stage.pieceCount, isFirst: isFirst)
      isFirst = false
    }
    do {
      return (try study.firings(on: stages), nil)
    } catch let stop as StudyStages.Stop {
      return (nil, stop.reason)
    }
  }

  /// The keeper of the steps of the geometry, which come behind the study, if there was one. Collective.
  func makeKeeper() throws -> StepKeeper {
    let keeper = try StepKeeper(run, behind: studyPieces == nil ? 0 : 1, pieces: studyPieces ?? 0) {
      Console.note("locus: \($0)")
    } showing: { [progress] report in
      progress.set(safe: report.safe)
      progress.show(step: report.step, report.name, done: report.done, of: report.count, isFirst: report.isFirst)
    }
    self.keeper = keeper
    return keeper
  }

  // MARK: The end

  /// Why the steps of the geometry stop.
  var stopReason: String { keeper?.stopReason ?? "early" }

  /// What is safe now, in words.
  var safety: String { progress.safety(keeper?.safe ?? (try? finishedCount()) ?? piecesBefore) }

  /// Clears the line of progress.
  func clearLine() { progress.clearLine() }

  /// Hands what is finished to the disk and lets others go on.
  func setAside(_ reason: String) {
    progress.clearLine()
    keeper?.stopped(reason)
    if run.communicator.rank == 0 { run.output.setAside() }
  }

  /// Removes the journal, which is of no more use; rank 0 does.
  func remove() { if run.communicator.rank == 0 { run.output.removeJournal() } }

  /// Pieces in the journal's files.
  private func finishedCount() throws -> Int {
    let folder = run.output.journal
    return Set(
      try folder.unitsNames().flatMap { try JournalFile(path: folder.path + "/" + $0, checkingSums: false).entries }
        .map(\.unit)
    ).count
  }
}

extension PlanConditions {
  /// The conditions of an analysis of a cloud by these options. `inputs` are what it depends on besides, hashed
  /// together.
  static func geometry(options: [(name: String, value: String)], inputsSHA256: String) -> PlanConditions {
    let items =
      [
        Item(name: "steps", value: "1"), Item(name: "version of locus", value: Version.current),
        Item(name: "kernels", value: String(cString: locus_instruction_set())),
        Item(name: "the cloud", value: inputsSHA256),
      ] + options.map { Item(name: $0.name, value: $0.value) }
    let text = items.map { "\($0.name)=\($0.value)\n" }.joined()
    return PlanConditions(
      planSHA256: SHA256.hexadecimal(of: Array(text.utf8)), modelSHA256: inputsSHA256, items: items)
  }
}
