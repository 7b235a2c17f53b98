import Archive
import ArgumentParser
import Basics
import Foundation
import ModelTraining
import Runs
import Screen

struct StatusCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "status",
    abstract: "Say how far a running or stopped screen, forecast, geometry, training or run of studies is.",
    discussion: """
      Reads the files of locus screen, locus forecast, locus geometry, locus train or locus study: the output, or the \
      journal beside it. The first word is finished, running, stopped or absent. For a screen that refines, it \
      describes the current level and counts the units of all levels.

        locus status results/demo.h5
      """)

  @Argument(help: "The output of one of these commands, which need not be there yet.")
  var output: String

  @Flag(help: "Print one JSON object.")
  var json = false

  @Flag(help: "Print the number of finished units, of a screen also when it is whole, and nothing else.")
  var units = false

  @OptionGroup var common: CommonOptions

  func run() throws {
    let found = try Failure.checkingInput { try OutputStatus.ofLevels(output) }
    if units {
      try Console.result("\(found.unitsBefore + found.unitsDone)")
    } else if json {
      try Console.result(found.json)
    } else {
      try Console.result(found.text)
    }
  }
}

/// How far the run that writes an output is.
struct OutputStatus {
  enum State: String, Codable { case finished, running, stopped, absent }

  /// The status of a run, and of a screen how far it is in mutations, as one JSON object.
  struct Last: Encodable {
    let run: RunStatus
    let mutations: MutationProgress?

    /// Reads the status in a journal; nil if there is none.
    init?(_ folder: JournalFolder) {
      if let screen = ScreenStatus.read(from: folder) {
        (run, mutations) = (screen.run, screen.details)
      } else if let other = DetailedStatus<NoDetails>.read(from: folder) {
        (run, mutations) = (other.run, nil)
      } else {
        return nil
      }
    }

    func encode(to encoder: any Encoder) throws {
      try run.encode(to: encoder)
      try mutations?.encode(to: encoder)
    }
  }

  private(set) var state: State
  let unitsDone: Int
  let unitCount: Int?
  let output: String
  /// What the last start wrote of itself.
  let last: Last?
  let dropped: Int
  /// Units of other levels of a refinement.
  private(set) var unitsBefore = 0
  /// Whether this is of a level before the last.
  private var isLevel = false

  /// Where a refinement has not come to its last level, how far the level at hand is.
  static func ofLevels(_ output: String) throws -> OutputStatus {
    var own = try OutputStatus(output: output)
    let levels = try RefinementLevel.paths(besides: output).map { try OutputStatus(output: $0) }
    var unitsBefore = levels.reduce(0) { $0 + $1.unitsDone }
    if own.state == .absent, let level = levels.first(where: { $0.state != .finished }) ?? levels.first {
      own = level
      own.isLevel = true
      if level.state == .finished { own.state = .stopped }
      unitsBefore -= level.unitsDone
    }
    own.unitsBefore = unitsBefore
    return own
  }

  init(output: String) throws {
    self.output = output
    // Where a link is the output, the journal is beside what it leads to.
    let folder = JournalFolder(output: (try? OutputTarget.resolve(output)) ?? output)
    if !folder.exists {
      last = nil
      dropped = 0
      guard FileManager.default.fileExists(atPath: output) else {
        (state, unitsDone, unitCount) = (.absent, 0, nil)
        return
      }
      guard
        !AnalysisFile.isAnalysis(output), !StudyFile.isStudy(output), !ForecastFile.isForecast(output),
        !AtlasFile.isAtlas(output), !TrainedFolder.isThere(output)
      else {
        (state, unitsDone, unitCount) = (.finished, 0, nil)
        return
      }
      let file = try ResultsFile(path: output)
      let summary = file.summary
      try file.close()
      (state, unitsDone, unitCount) = (.finished, summary.unitCount, summary.unitCount)
      return
    }
    let files = try folder.unitsNames().map { try JournalFile(path: folder.path + "/" + $0, checkingSums: false) }
    last = Last(folder)
    // Where a run keeps its whole state, only its status says how far it is.
    unitsDone =
      last.flatMap { $0.run.pieceName == nil ? nil : $0.run.unitsDone }
      ?? Set(files.flatMap { $0.entries.map(\.unit) }).count
    dropped = files.reduce(0) { $0 + $1.droppedByteCount }
    unitCount = last?.run.unitCount
    // Where locks do not show it, the last status that the screen wrote has to do.
    state = OutputLock.isHeld(folder.lockPath) ?? (last?.run.state == .running) ? .running : .stopped
  }

  // MARK: Words

  var text: String {
    switch state {
    case .absent: return "absent: there is neither \(output) nor a journal of it"
    case .finished:
      return "finished: \(output) is whole" + (unitCount == nil ? "" : ", \(unitsDone.grouped) units")
    case .running, .stopped: break
    }
    let pieces = (last?.run.pieceName ?? "unit") + "s"
    var line = "\(state.rawValue): \(unitsDone.grouped) of \(unitCount?.grouped ?? "?") \(pieces)"
    if isLevel { line += " of \(output)" }
    guard let last else { return line }
    let run = last.run
    if let done = run.workDone { line += String(format: ", %.1f %% of the work", 100 * done) }
    if let rate = last.mutations?.mutationsPerSecond { line += ", \(RateText.of(rate)) mutations/s" }
    if state == .running, let left = run.secondsLeft { line += ", \(TimeText.of(left)) left" }
    if state == .stopped { line += run.reason.map { ", \($0)" } ?? ", it did not end by itself" }
    let start = run.start
    let job = start.job.isEmpty ? "" : ", job \(start.job)"
    return line + """

      \(run.phase) at \(run.updated); start \(start.number), from \(start.time) on, \
      \(start.ranks) ranks × \(start.threads) threads on \(start.hosts.joined(separator: ", "))\(job)
      """
  }

  var json: String {
    struct Described: Encodable {
      let state: State
      let output: String
      let unitsDone: Int?
      let unitCount: Int?
      let last: Last?
    }
    let encoder = JSONEncoder()
    encoder.keyEncodingStrategy = .convertToSnakeCase
    encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
    // What is whole and no screen does not say how many units it was.
    let known = state == .finished && unitCount == nil ? nil : unitsDone
    let described = Described(state: state, output: output, unitsDone: known, unitCount: unitCount, last: last)
    let bytes = (try? encoder.encode(described)) ?? Data()
    return String(decoding: bytes, as: UTF8.self)
  }
}
