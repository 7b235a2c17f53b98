import Basics
import Foundation
import MessagePassing

/// A keeper of the state of a stage whose steps all ranks take together, such as a training: now and then the whole
/// state goes into a file of the journal, in place of the one before, and a later start goes on from there.
///
/// Every rank has one. Its methods are collective, but for `isToStop`.
public final class CheckpointKeeper {
  /// Thrown on all ranks where the run is to end early; the state is kept.
  public struct Stop: Error {
    /// Why it ends.
    public let reason: String
  }

  private struct Place {
    let run: Run
    let path: String
    let report: (RunProgress) -> Void
  }

  /// Bytes of the digest in front of the state.
  private static let digestCount = 32
  /// Seconds between two reports at least.
  private static let reportInterval = 0.2

  private let place: Place?
  private let phase: String
  private let stepCount: Int
  private let begun = ContinuousClock.now
  private var stepsBefore = 0
  private var kept = ContinuousClock.now
  private var lastPass = ContinuousClock.now
  private var reported: ContinuousClock.Instant?
  private var longest = 0.0

  /// A keeper of the state of stage `stage` of a run, which does what `phase` says in `steps` steps. `report` is called
  /// on rank 0.
  public init(_ run: Run, stage: Int, phase: String, steps: Int, report: @escaping (RunProgress) -> Void) {
    place = Place(
      run: run, path: run.output.journal.path + "/" + String(format: "%04d.checkpoint", stage), report: report)
    self.phase = phase
    stepCount = steps
  }

  /// A keeper that keeps nothing and never stops.
  public init() {
    place = nil
    phase = ""
    stepCount = 0
  }

  // MARK: Beginning

  /// The state that an earlier start kept, the same on every rank; nil where there is none that is whole. Collective.
  public func state() throws -> [UInt8]? {
    guard let place else { return nil }
    let world = place.run.communicator
    let own = world.rank == 0 ? CheckpointKeeper.read(place.path) : nil
    let bytes = try world.broadcast(own ?? [], from: 0)
    return bytes.isEmpty ? nil : bytes
  }

  /// Takes note that earlier starts took so many steps.
  public func begin(at step: Int) {
    stepsBefore = step
    lastPass = .now
    kept = .now
    show(step)
  }

  private static func read(_ path: String) -> [UInt8]? {
    guard let content = FileManager.default.contents(atPath: path), content.count > digestCount else { return nil }
    let state = [UInt8](content.dropFirst(digestCount))
    let digest = state.withUnsafeBytes { SHA256.digest(of: [$0]) }
    return digest.elementsEqual(content.prefix(digestCount)) ? state : nil
  }

  // MARK: Between steps

  private enum Verdict: Int64 { case goOn, keep, stop }

  /// Whether this rank was asked to end early.
  public var isToStop: Bool { place?.run.settings.stopping.reason(nextUnit: longest) != nil }

  /// To be called between two steps, of which `step` were taken: keeps the state where it is due, and throws a `Stop`
  /// on all ranks, the state kept, where one is to end early. Collective, and so may `state` be.
  public func pass(_ step: Int, state: () throws -> [UInt8]) throws {
    guard let place else { return }
    let now = ContinuousClock.now
    longest = max(longest, (now - lastPass).seconds)
    lastPass = now
    let reason = place.run.settings.stopping.reason(nextUnit: longest)
    let isDue = place.run.communicator.rank == 0 && now - kept >= place.run.settings.checkpointInterval
    let own: Verdict = reason != nil ? .stop : isDue ? .keep : .goOn
    let verdict =
      place.run.communicator.size > 1
      ? try place.run.communicator.allReduce([own.rawValue], .maximum)[0] : own.rawValue
    if verdict == Verdict.goOn.rawValue { return show(step) }
    try keep(try state())
    // What keeping took is no part of a step.
    lastPass = .now
    guard verdict == Verdict.stop.rawValue else { return show(step) }
    throw Stop(reason: try place.run.shared(reason))
  }

  /// Keeps the state behind the last step. Collective, and so may `state` be.
  public func finish(state: () throws -> [UInt8]) throws {
    guard place != nil else { return }
    try keep(try state())
    show(stepCount)
  }

  private func keep(_ state: [UInt8]) throws {
    guard let place else { return }
    kept = .now
    try place.run.communicator.agree {
      guard place.run.communicator.rank == 0 else { return }
      let digest = state.withUnsafeBytes { SHA256.digest(of: [$0]) }
      try AtomicFile.write(Data(digest + state), to: place.path)
    }
  }

  private func show(_ step: Int) {
    guard let place, place.run.communicator.rank == 0 else { return }
    let now = ContinuousClock.now
    let isEnd = step == stepCount || step == stepsBefore
    guard isEnd || reported.map({ (now - $0).seconds >= Self.reportInterval }) ?? true else { return }
    reported = now
    let all = Double(max(stepCount, 1))
    let own = step - stepsBefore
    var progress = RunProgress(
      phase: phase, piecesDone: step, pieceCount: stepCount, workDone: Double(step) / all, piecesBefore: stepsBefore,
      workBefore: Double(stepsBefore) / all)
    if own > 0 { progress.secondsLeft = (now - begun).seconds / Double(own) * Double(stepCount - step) }
    place.report(progress)
  }
}
