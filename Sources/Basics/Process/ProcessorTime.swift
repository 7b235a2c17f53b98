import Foundation

/// The processor time of this process, all its threads together.
public enum ProcessorTime {
  /// Seconds of processor time since the process began.
  public static var seconds: Double {
    var time = timespec()
    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &time)
    return Double(time.tv_sec) + Double(time.tv_nsec) * 1e-9
  }

  /// Runs `body` and adds the seconds it takes to `sum`, unless that is nil: asking for the time costs a microsecond.
  public static func add<Result>(to sum: inout Double?, _ body: () throws -> Result) rethrows -> Result {
    guard let before = sum else { return try body() }
    let begun = seconds
    defer { sum = before + seconds - begun }
    return try body()
  }
}
