import CSignals
import Foundation

/// When a screen stops early on purpose: at a signal, or before a time limit.
public struct StoppingRule: Sendable {
  /// Seconds for what comes behind the last unit: handing the journal to the disk and ending.
  private static let reserve = 5.0

  /// When the screen must have ended; nil: there is no limit.
  public let deadline: ContinuousClock.Instant?

  public init(deadline: ContinuousClock.Instant? = nil) { self.deadline = deadline }

  /// Why not to begin a unit that may take `seconds`; nil: begin it.
  public func reason(nextUnit seconds: Double) -> String? {
    if let name = StoppingRule.signalName { return "on \(name)" }
    guard let deadline else { return nil }
    return ContinuousClock.now + .seconds(seconds + StoppingRule.reserve) > deadline ? "before the time limit" : nil
  }

  /// From now on SIGINT, SIGTERM and SIGUSR1 ask for an early end; a second one ends the process at once.
  public static func heedSignals() { locus_stop_install() }

  private static var signalName: String? {
    switch locus_stop_signal() {
    case 0: nil
    case SIGINT: "SIGINT"
    case SIGUSR1: "SIGUSR1"
    case SIGTERM: "SIGTERM"
    case let number: "signal \(number)"
    }
  }
}
