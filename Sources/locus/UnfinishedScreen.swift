import Basics
import Foundation
import Runs

/// The output of a screen that is asked for before it is whole.
struct UnfinishedScreen: Error, CustomStringConvertible {
  private let path: String
  private let status: OutputStatus

  /// Throws if there is no file at `path`, but a screen that is to write one runs or was stopped.
  static func check(_ path: String) throws {
    guard !FileManager.default.fileExists(atPath: path), let status = try? OutputStatus.ofLevels(path) else { return }
    switch status.state {
    case .running, .stopped: throw UnfinishedScreen(path: path, status: status)
    case .absent, .finished: return
    }
  }

  /// The output that a journal belongs to, of which `path` is the folder or a file in it; nil if it is neither.
  static func output(ofJournal path: String) -> String? {
    let place = URL(fileURLWithPath: path).standardizedFileURL
    let ending = JournalFolder(output: "").path
    return [place, place.deletingLastPathComponent()].map(\.path).filter { $0.hasSuffix(ending) }
      .map { String($0.dropLast(ending.count)) }.first { JournalFolder(output: $0).exists }
  }

  var description: String {
    let (done, all) = (status.unitsBefore + status.unitsDone, status.unitCount.map { $0.grouped } ?? "?")
    let units =
      status.unitsBefore > 0 ? "\(done.grouped) units of all levels so far" : "\(done.grouped) of \(all) units"
    let advice =
      status.state == .running
      ? "what makes it is running; look at it with locus status \(path)"
      : "continue with \(command), or look at it with locus status \(path)"
    // Each level of a refinement has a journal of its own.
    let isScreen = status.last.map { $0.mutations != nil } ?? true
    let partly = isScreen && status.unitsDone > 0 ? " or locus analyze --partial \(status.output)" : ""
    return "\(path) is not whole yet: \(units); \(advice)\(partly)"
  }

  /// What started the screen last.
  private var command: String {
    guard let line = status.last?.run.start.commandLine, !line.isEmpty else {
      return "locus screen CONFIG --output \(path)"
    }
    return line.shown(limit: 200)
  }
}
