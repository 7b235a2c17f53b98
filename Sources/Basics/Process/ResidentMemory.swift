import Foundation

/// The memory that this process has, as Linux reports it in /proc/self/status.
public enum ResidentMemory {
  /// Bytes of the process's own and those it shares with its node's ranks, without the pages of mapped files; 0 where
  /// the system does not say.
  public static var bytes: Int { sum(of: ["RssAnon", "RssShmem"]) }

  /// The most bytes that it had at a time, with the pages of mapped files, since `forgetPeak` or the beginning; 0 where
  /// the system does not say.
  public static var peakBytes: Int { sum(of: ["VmHWM"]) }

  /// Begins anew with the peak, where the system can.
  public static func forgetPeak() {
    try? FileHandle(forWritingAtPath: "/proc/self/clear_refs")?.write(contentsOf: Data("5".utf8))
  }

  private static func sum(of names: [String]) -> Int {
    let status = SystemTable(path: "/proc/self/status")
    return names.reduce(0) { $0 + (status?.bytes($1) ?? 0) }
  }
}
