import Foundation

/// A program that was started; dropped before its end, it is killed.
public final class RunningProgram {
  /// The id of the process; under mpirun that of mpirun.
  public let process: pid_t
  private let folder: String
  private var outcome: Program.Outcome?

  /// Of `process`, whose standard output and error go to the files `output` and `errors` in `folder`.
  init(process: pid_t, folder: String) {
    self.process = process
    self.folder = folder
  }

  deinit {
    kill(SIGKILL)
    _ = wait()
    try? FileManager.default.removeItem(atPath: folder)
  }

  /// What it has written to standard error so far.
  public var errors: String { text("errors") }

  /// Sends a signal, unless the program is known to have ended.
  public func kill(_ signal: Int32) {
    if outcome == nil { Foundation.kill(process, signal) }
  }

  /// Waits for the end.
  public func wait() -> Program.Outcome {
    while true {
      if let outcome { return outcome }
      look(options: 0)
    }
  }

  /// Waits until `condition` holds; false if the program ended without.
  public func wait(until condition: (RunningProgram) throws -> Bool) rethrows -> Bool {
    while true {
      look(options: WNOHANG)
      // Looked at before the condition, so that what the program did last counts.
      let hasEnded = outcome != nil
      if try condition(self) { return true }
      if hasEnded { return false }
      usleep(20_000)
    }
  }

  // MARK: The end

  /// Sets the outcome if waitpid finds the end of the process.
  private func look(options: Int32) {
    var status: Int32 = 0
    guard outcome == nil, waitpid(process, &status, options) == process else { return }
    // What a shell would say: the exit status, or 128 and the signal.
    let exit = status & 0x7f == 0 ? (status >> 8) & 0xff : 128 + (status & 0x7f)
    outcome = Program.Outcome(status: exit, output: text("output"), errors: text("errors"))
  }

  private func text(_ name: String) -> String {
    String(decoding: FileManager.default.contents(atPath: folder + "/" + name) ?? Data(), as: UTF8.self)
  }
}
