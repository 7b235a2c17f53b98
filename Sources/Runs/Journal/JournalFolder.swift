import Foundation

/// The folder beside an output that holds all that is known before the output is whole.
///
/// `plan.json` holds the conditions under which its units hold, `0002-00017.units` are those that rank 17 finished in
/// the second start, `lock` shows that somebody writes, and `status.json` how far it is.
public struct JournalFolder: Equatable, Sendable {
  static let unitsSuffix = ".units"

  /// The folder's path.
  public let path: String

  /// The folder that belongs to an output.
  public init(output: String) { path = output + ".journal" }

  /// The file that a start locks.
  public var lockPath: String { path + "/lock" }
  /// The file with the conditions of the plan.
  public var planPath: String { path + "/plan.json" }
  /// The file that says how far the run is.
  public var statusPath: String { path + "/status.json" }

  /// Whether the folder is there.
  public var exists: Bool { FileManager.default.fileExists(atPath: path) }

  /// The file of a rank in one of the starts.
  public func unitsPath(start: Int, rank: Int) -> String {
    "\(path)/\(JournalFolder.unitsName(start: start, rank: rank))"
  }

  /// The name of a rank's file of units, without leading folders.
  public static func unitsName(start: Int, rank: Int) -> String {
    String(format: "%04d-%05d", start, rank) + unitsSuffix
  }

  /// The rank in a name that `unitsName` made; nil for other names.
  public static func rank(ofUnitsName name: String) -> Int? { number(1, of: name, suffix: unitsSuffix) }

  // MARK: Contents

  /// Names of the files with units, in order.
  public func unitsNames() throws -> [String] {
    try names().filter { $0.hasSuffix(JournalFolder.unitsSuffix) }.sorted()
  }

  /// Names of the files that say how each start was, in order.
  public func startNames() throws -> [String] { try names().filter { $0.hasSuffix(StartRecord.suffix) }.sorted() }

  /// One more than the greatest number of a start so far.
  public func nextStart() throws -> Int {
    let numbers = try names().compactMap { name in
      JournalFolder.number(0, of: name, suffix: JournalFolder.unitsSuffix)
        ?? JournalFolder.number(0, of: name, suffix: StartRecord.suffix)
    }
    return (numbers.max() ?? 0) + 1
  }

  /// One of the numbers in a name such as 0002-00017.units.
  private static func number(_ index: Int, of name: String, suffix: String) -> Int? {
    guard name.hasSuffix(suffix) else { return nil }
    let numbers = name.dropLast(suffix.count).split(separator: "-").compactMap { Int($0) }
    return index < numbers.count ? numbers[index] : nil
  }

  private func names() throws -> [String] {
    do {
      return try FileManager.default.contentsOfDirectory(atPath: path)
    } catch {
      throw RunsError("cannot list \(path): \(error.localizedDescription); check the folder's permissions")
    }
  }

  // MARK: Beginning

  /// Makes the folder if it is not there.
  public func create() throws {
    guard mkdir(path, 0o777) == 0 || errno == EEXIST else {
      throw RunsError.system(
        "cannot write \(path)", advice: "check that the output's folder exists and can be written")
    }
  }

  /// Makes this the journal of `conditions`, or checks that it is. The caller holds the lock.
  public func adopt(_ conditions: PlanConditions) throws {
    if let earlier = try plan() {
      if let difference = conditions.difference(from: earlier) {
        throw RunsError(
          "cannot continue from \(path): it belongs to another plan or model (\(difference)); choose another output, "
            + "or discard what it holds with --restart")
      }
      return
    }
    guard try unitsNames().isEmpty else {
      throw RunsError(
        "cannot continue from \(path): it holds units, but \(planPath) is missing; restore that file, choose another "
          + "output, or discard the units with --restart")
    }
    try AtomicFile.write(try JSONEncoder().encode(conditions), to: planPath)
  }

  /// What the journal is of; nil if that is not written yet.
  public func plan() throws -> PlanConditions? {
    guard let bytes = FileManager.default.contents(atPath: planPath) else { return nil }
    guard let conditions = try? JSONDecoder().decode(PlanConditions.self, from: bytes) else {
      throw RunsError(
        "cannot continue from \(path): \(planPath) is damaged; restore that file, choose another output, or discard "
          + "the units with --restart")
    }
    return conditions
  }

  // MARK: The end

  /// Discards all units. The caller holds the lock.
  public func clear() throws {
    for name in try names() where path + "/" + name != lockPath { unlink(path + "/" + name) }
  }

  /// Removes the folder if nothing is in it.
  public func removeIfEmpty() { rmdir(path) }
}

/// Files that are replaced in one step: a reader sees the old bytes or the new ones.
public enum AtomicFile {
  /// Replaces the file at `path` in one step.
  public static func write(_ bytes: Data, to path: String) throws {
    let temporary = path + ".new"
    let advice = "check that the folder can be written and has room"
    let descriptor = open(temporary, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0o666)
    guard descriptor >= 0 else { throw RunsError.system("cannot write \(temporary)", advice: advice) }
    let written = bytes.withUnsafeBytes { write($0, to: descriptor) }
    let isWhole = written == bytes.count && fsync(descriptor) == 0
    let failure = RunsError.system("cannot write \(temporary)", advice: advice)
    close(descriptor)
    guard isWhole else {
      unlink(temporary)
      throw failure
    }
    guard rename(temporary, path) == 0 else {
      throw RunsError.system("cannot rename \(temporary) to \(path)", advice: advice)
    }
  }

  /// Writes bytes, of which the system takes some at a time; returns how many it took.
  private static func write(_ bytes: UnsafeRawBufferPointer, to descriptor: Int32) -> Int {
    var written = 0
    while written < bytes.count {
      let rest = UnsafeRawBufferPointer(rebasing: bytes[written...])
      let count = Foundation.write(descriptor, rest.baseAddress, rest.count)
      guard count > 0 else { break }
      written += count
    }
    return written
  }
}
