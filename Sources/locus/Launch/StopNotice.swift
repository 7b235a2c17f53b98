import Foundation
import Runs
import Screen
import Synchronization

/// Says on the first rank that a signal has come and what is safe, at once: what is under way may take minutes to end.
///
/// A thread of its own waits for the signal, because all others compute or wait for other ranks.
final class StopNotice: Sendable {
  /// What is safe, from the most recent progress; nil: nothing is said any more.
  private let safety = Mutex<String?>("nothing is finished yet; the same command begins anew")

  /// From now on signals ask for an early end, which `isFirst` announces.
  init(isFirst: Bool) {
    StoppingRule.heedSignals(announced: OpenMPILauncher()?.announcesTheEnd ?? false)
    guard isFirst else { return }
    Thread.detachNewThread { [self] in
      guard let signal = StoppingRule.waitForSignal(), let safe = safety.withLock({ $0 }) else { return }
      StopNotice.say("locus: stopping on \(signal): \(safe)")
    }
  }

  /// What the sentence says from now on behind the signal's name.
  func set(_ text: String) { safety.withLock { $0 = text } }

  /// Says nothing of signals that come from now on. To be called before the ranks part: a launcher sends signals to
  /// those that are left when one has ended with a status.
  func silence() { safety.withLock { $0 = nil } }

  private static func say(_ sentence: String) {
    let isTerminal = isatty(STDERR_FILENO) == 1
    guard !isTerminal, let terminal = OpenMPILauncher()?.openTerminal() else {
      // Over a progress bar.
      return Console.write((isTerminal ? "\r\u{1B}[2K" : "") + sentence + "\n")
    }
    // The terminal may stop background processes that write to it.
    var stopping = sigset_t()
    sigemptyset(&stopping)
    sigaddset(&stopping, SIGTTOU)
    pthread_sigmask(SIG_BLOCK, &stopping, nil)
    try? terminal.write(Array("\n\(sentence)\n".utf8))
    close(terminal.descriptor)
  }
}
