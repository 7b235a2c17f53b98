/// The memory that new work can have on this machine without others losing theirs.
public enum AvailableMemory {
  /// Bytes as Linux estimates them in /proc/meminfo; nil where the system does not say. Limits of a container or a job
  /// are not known here.
  public static var bytes: Int? { SystemTable(path: "/proc/meminfo")?.bytes("MemAvailable") }
}
