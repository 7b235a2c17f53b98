import Foundation
import Synchronization

/// Keeps a second run from an output while the first one lives.
///
/// The kernel's lock on a file ends with the process that holds it, however it ends. Where a file system has no such
/// locks, or keeps them from other hosts, the holder's heartbeat shows it: the file changes every few seconds while it
/// lives. Whoever comes watches the file for change by its own clock, so that no two clocks are ever compared.
public final class OutputLock: Sendable {
  /// Who holds a lock, as the file says for others to read.
  struct Holder: Codable, Equatable {
    let host: String
    /// Changes when a machine starts anew; the same for all processes under one kernel.
    let boot: String
    let process: Int32
    /// UTC, for people only.
    let since: String
    /// Distinguishes two holders of the same process number.
    let token: String

    static func here() -> Holder {
      let boot = FileManager.default.contents(atPath: "/proc/sys/kernel/random/boot_id") ?? Data()
      return Holder(
        host: ProcessInfo.processInfo.hostName,
        boot: String(decoding: boot, as: UTF8.self).trimmingCharacters(in: .whitespacesAndNewlines),
        process: getpid(), since: Date.now.formatted(.iso8601), token: UUID().uuidString)
    }
  }

  /// Seconds between heartbeats, and how long a stranger's file is watched.
  static let beatSeconds = 5
  static let watchSeconds = 20.0
  /// How long the lock of a holder without heartbeat is waited for: above the 90 s for which NFS keeps it.
  static let lostSeconds = 180.0

  /// The path of the lock file.
  public let path: String
  private let descriptor: Int32
  private let heart: Heart

  /// Takes the lock at `path`, whose folder is there; a `RunsError` names the holder if it is taken.
  ///
  /// Returns at once unless the file is of a holder under another kernel; that is watched for some seconds, and
  /// `noting` receives a sentence that says so. A server may keep the lock of a host that is lost for minutes: those
  /// are waited for if the heart has stopped.
  public convenience init(path: String, noting: (String) -> Void = { _ in }) throws {
    try self.init(path: path, watching: OutputLock.watchSeconds, noting: noting)
  }

  /// Takes the lock, or watches another holder for some seconds and throws if it lives.
  package init(path: String, watching seconds: Double, noting: (String) -> Void) throws {
    let here = Holder.here()
    let (descriptor, isKernels) = try OutputLock.open(path, here: here, watching: seconds, noting: noting)
    do {
      let found = OutputLock.contents(descriptor)
      let holder = OutputLock.holder(found)
      if let holder, !isKernels || holder.boot != here.boot {
        noting("looking for \(Int(seconds)) s whether \(holder.host) still writes there")
        try OutputLock.watch(path, holder: holder, contents: found, seconds: seconds)
      }
      heart = try Heart(descriptor: descriptor, path: path, holder: here)
      if !isKernels {
        // Two may have watched together: the last one to write has it.
        usleep(useconds_t(min(seconds, 2) * 1e6))
        let last = OutputLock.holder(OutputLock.contents(descriptor))
        if let last, last.token != here.token { throw OutputLock.taken(path, by: last) }
      }
    } catch {
      close(descriptor)
      throw error
    }
    self.path = path
    self.descriptor = descriptor
  }

  /// Gives the lock back and removes its file.
  public func release() {
    heart.stop()
    unlink(path)
    // Closing would do, but a lock that is held until all is destroyed would hold up the next start in this process.
    flock(descriptor, LOCK_UN)
  }

  deinit {
    heart.stop()
    close(descriptor)
  }

  /// Whether somebody holds the lock at `path`, as far as this kernel knows; nil where locks are unknown.
  public static func isHeld(_ path: String) -> Bool? {
    let descriptor = Foundation.open(path, O_RDONLY | O_CLOEXEC)
    guard descriptor >= 0 else { return false }
    defer { close(descriptor) }
    if flock(descriptor, LOCK_SH | LOCK_NB) == 0 {
      let holder = holder(contents(descriptor))
      return holder.map { $0.boot == Holder.here().boot } ?? true ? false : nil
    }
    return errno == EWOULDBLOCK ? true : nil
  }

  // MARK: Taking

  /// The open file, and whether the kernel locked it.
  private static func open(
    _ path: String, here: Holder, watching seconds: Double, noting: (String) -> Void
  ) throws -> (Int32, Bool) {
    var silentSince: ContinuousClock.Instant?
    while true {
      let descriptor = Foundation.open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0o666)
      guard descriptor >= 0 else {
        throw RunsError.system("cannot lock \(path)", advice: "check that the output's folder can be written")
      }
      let isLocked = flock(descriptor, LOCK_EX | LOCK_NB) == 0
      if !isLocked, errno == EWOULDBLOCK {
        let found = contents(descriptor)
        close(descriptor)
        guard let holder = holder(found), holder.boot != here.boot else { throw taken(path, by: holder(found)) }
        if silentSince == nil { noting("looking whether \(holder.host) still writes there") }
        let begun = silentSince ?? .now
        silentSince = begun
        try watch(path, holder: holder, contents: found, seconds: seconds)
        if ContinuousClock.now - begun > .seconds(max(lostSeconds, seconds)) { throw taken(path, by: holder) }
        continue
      }
      // The last holder may have removed the file after it was opened here.
      if isSame(path, descriptor) { return (descriptor, isLocked) }
      close(descriptor)
    }
  }

  private static func isSame(_ path: String, _ descriptor: Int32) -> Bool {
    var (there, here) = (stat(), stat())
    return stat(path, &there) == 0 && fstat(descriptor, &here) == 0 && there.st_ino == here.st_ino
      && there.st_dev == here.st_dev
  }

  private static func watch(_ path: String, holder: Holder, contents: Data, seconds: Double) throws {
    let begun = ContinuousClock.now
    while ContinuousClock.now - begun < .seconds(seconds) {
      usleep(useconds_t(min(seconds, 1) * 1e6 / 2))
      // Opened anew each time, because network file systems look for changes only then.
      guard let now = FileManager.default.contents(atPath: path), now != contents else { continue }
      throw taken(path, by: OutputLock.holder(now) ?? holder)
    }
  }

  private static func taken(_ path: String, by holder: Holder?) -> RunsError {
    let output = path.replacing("/lock", with: "").replacing(".journal", with: "")
    let whose =
      holder.map { "process \($0.process) on \($0.host), since \($0.since)" } ?? "its name is not readable yet"
    return RunsError(
      "cannot write \(output): another process is writing it (\(whose)); wait for it, stop it, or choose another output"
    )
  }

  // MARK: The file

  private static func contents(_ descriptor: Int32) -> Data {
    var bytes = [UInt8](repeating: 0, count: 4096)
    let count = bytes.withUnsafeMutableBytes { pread(descriptor, $0.baseAddress, $0.count, 0) }
    return Data(bytes.prefix(max(count, 0)))
  }

  /// The first line is the holder, the second the number of the heartbeat.
  private static func holder(_ contents: Data) -> Holder? {
    contents.split(separator: UInt8(ascii: "\n")).first.flatMap { try? JSONDecoder().decode(Holder.self, from: $0) }
  }
}

/// Writes the holder and a growing number into the lock's file.
private final class Heart: Sendable {
  private let descriptor: Int32
  private let line: Data
  /// The number of the next heartbeat; nil once stopped, so that nothing is written to a descriptor that is closed.
  private let next = Mutex<Int?>(0)

  init(descriptor: Int32, path: String, holder: OutputLock.Holder) throws {
    self.descriptor = descriptor
    line = try JSONEncoder().encode(holder) + Data("\n".utf8)
    guard ftruncate(descriptor, 0) == 0, beat() else {
      throw RunsError.system("cannot lock \(path)", advice: "check that the disk has room")
    }
    schedule()
  }

  func stop() { next.withLock { $0 = nil } }

  private func schedule() {
    DispatchQueue.global(qos: .utility).asyncAfter(deadline: .now() + .seconds(OutputLock.beatSeconds)) { [weak self] in
      guard let self, next.withLock({ $0 != nil }) else { return }
      // A full disk is no end of the lock: the next beat may succeed.
      _ = beat()
      schedule()
    }
  }

  private func beat() -> Bool {
    next.withLock { next in
      guard let number = next else { return false }
      next = number + 1
      let bytes = line + Data("\(number)\n".utf8)
      let written = bytes.withUnsafeBytes { pwrite(descriptor, $0.baseAddress, $0.count, 0) }
      // Other hosts see it when it is on the server.
      return written == bytes.count && fsync(descriptor) == 0
    }
  }
}
