import CSignals
import Foundation

/// When a run stops early on purpose: at a signal, or before a time limit.
public struct StoppingRule: Sendable {
  /// Seconds for what comes behind the last unit: flushing the journal to disk and ending.
  private static let reserve = 5.0

  private let rule: @Sendable (_ nextUnitSeconds: Double) -> String?

  /// Stops when a signal has come, and where there is a deadline so early that all has ended by then.
  public init(deadline: ContinuousClock.Instant? = nil) {
    self.init { seconds in
      if let name = StoppingRule.signalName { return "on \(name)" }
      guard let deadline else { return nil }
      return .now + .seconds(seconds + StoppingRule.reserve) > deadline ? "before the time limit" : nil
    }
  }

  /// Stops when `rule` gives a reason.
  package init(_ rule: @escaping @Sendable (_ nextUnitSeconds: Double) -> String?) { self.rule = rule }

  /// Why not to begin a unit that may take `seconds`; nil: begin it.
  public func reason(nextUnit seconds: Double) -> String? { rule(seconds) }

  /// From now on SIGINT, SIGTERM and SIGUSR1 ask for an early end; a second one ends the process at once. Where they
  /// are `announced`, a SIGCONT of the parent process asks for it too.
  public static func heedSignals(announced: Bool = false) { locus_stop_install(announced) }

  /// Waits for the first such signal and returns its name; nil if it cannot wait. For one thread, after `heedSignals`.
  public static func waitForSignal() -> String? { name(of: locus_stop_wait()) }

  private static var signalName: String? { name(of: locus_stop_signal()) }

  private static func name(of signal: Int32) -> String? {
    switch signal {
    case 0: nil
    case SIGINT: "SIGINT"
    case SIGUSR1: "SIGUSR1"
    case SIGTERM: "SIGTERM"
    case let number: "signal \(number)"
    }
  }
}
