import Archive
import Foundation

/// The folder that a report is written to: its page and its drawings, and nothing of anybody else.
struct ReportFolder: Sendable {
  /// Stands near the beginning of every file, by which a later report knows what it may replace.
  static let signature = "<!-- made by locus report -->"
  static let page = "index.html"

  let path: String

  /// Looks at what is there; throws if a file of another origin has a name that the report needs.
  init(path: String) throws {
    var isFolder: ObjCBool = false
    if FileManager.default.fileExists(atPath: path, isDirectory: &isFolder), !isFolder.boolValue {
      throw ReportError("cannot write the report to \(path): it is a file; name a folder with --output")
    }
    self.path = path
    let page = path + "/" + ReportFolder.page
    if FileManager.default.fileExists(atPath: page), !ReportFolder.isOwn(page) { throw ReportFolder.foreign(page) }
  }

  /// Writes all files under temporary names, then gives them their names and removes drawings of an earlier report; leaves no
  /// part behind when it fails.
  func write(_ files: [(name: String, text: String)]) throws {
    for (name, _) in files {
      let file = path + "/" + name
      if FileManager.default.fileExists(atPath: file), !ReportFolder.isOwn(file) { throw ReportFolder.foreign(file) }
    }
    // Where a name is a symbolic link, it stays, and what it leads to is written.
    let targets = try files.map { try OutputTarget.resolve(path + "/" + $0.name) }
    do {
      try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
      for (file, target) in zip(files, targets) {
        try Data(file.text.utf8).write(to: URL(fileURLWithPath: temporary(target)))
      }
    } catch {
      for target in targets { unlink(temporary(target)) }
      throw ReportError(
        "cannot write the report to \(path): \(ReportFolder.reason(error)); check the folder and its disk, and run again"
      )
    }
    for target in targets {
      guard rename(temporary(target), target) == 0 else {
        let reason = String(cString: strerror(errno))
        for target in targets { unlink(temporary(target)) }
        throw ReportError("cannot name \(target): \(reason); check the folder and run again")
      }
    }
    let names = Set(files.map(\.name))
    for name in (try? FileManager.default.contentsOfDirectory(atPath: path)) ?? []
    where name.hasSuffix(".svg") && !names.contains(name) && ReportFolder.isOwn(path + "/" + name) {
      unlink(path + "/" + name)
    }
  }

  // MARK: Private

  /// A hidden name beside the file.
  private func temporary(_ target: String) -> String {
    let file = URL(fileURLWithPath: target)
    return file.deletingLastPathComponent().path + "/." + file.lastPathComponent + ".partial"
  }

  private static func isOwn(_ file: String) -> Bool {
    guard let handle = FileHandle(forReadingAtPath: file) else { return false }
    let beginning = (try? handle.read(upToCount: 512)) ?? Data()
    return String(decoding: beginning, as: UTF8.self).contains(signature)
  }

  private static func foreign(_ file: String) -> ReportError {
    ReportError("cannot write the report: \(file) is there and was not made by locus report; choose another --output")
  }

  /// What the system says, without the words of Foundation.
  private static func reason(_ error: any Error) -> String {
    let underlying = (error as NSError).userInfo[NSUnderlyingErrorKey] as? NSError
    guard let underlying, underlying.domain == NSPOSIXErrorDomain else { return error.localizedDescription }
    return String(cString: strerror(Int32(underlying.code)))
  }
}
