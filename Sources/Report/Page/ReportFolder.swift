import Archive
import Basics
import Foundation

/// The folder that a report is written to: its page and its drawings, and nothing of anybody else.
struct ReportFolder: Sendable {
  /// Stands near the beginning of every file, by which a later report knows what it may replace.
  static let signature = "<!-- made by locus report -->"

  let path: String
  /// The name of the page.
  let page: String
  /// Whether drawings stand beside the page.
  let hasDrawings: Bool

  /// Takes what a person named as the place of a report of `file`: a folder, or a page by a name that ends in .html,
  /// which then has no drawings beside it. Throws if a file of another origin has a name that the report needs.
  ///
  /// In the folder one stands in, and in that of `file`, a report has a folder of its own, unless an earlier one is
  /// there.
  init(output: String, of file: String) throws {
    let url = URL(fileURLWithPath: output)
    hasDrawings = !["html", "htm"].contains(url.pathExtension.lowercased())
    page = hasDrawings ? "index.html" : url.lastPathComponent
    guard hasDrawings else {
      let folder = (output as NSString).deletingLastPathComponent
      path = folder.isEmpty ? "." : folder
      try checkPage()
      return
    }
    var isFolder: ObjCBool = false
    if FileManager.default.fileExists(atPath: output, isDirectory: &isFolder), !isFolder.boolValue {
      throw ReportError("cannot write the report to \(output): it is a file; name a folder with --output")
    }
    let crowded = [URL(fileURLWithPath: "."), URL(fileURLWithPath: file).deletingLastPathComponent()].map {
      $0.resolvingSymlinksInPath().standardizedFileURL.path
    }
    let isCrowded = crowded.contains(url.resolvingSymlinksInPath().standardizedFileURL.path)
    let isOwn = ReportFolder.isOwn(output + "/" + page)
    path = isCrowded && !isOwn ? output + "/" + ReportFolder.name(for: file) : output
    try checkPage()
  }

  private func checkPage() throws {
    let page = path + "/" + page
    if FileManager.default.fileExists(atPath: page), !ReportFolder.isOwn(page) { throw ReportFolder.foreign(page) }
  }

  /// The name of the folder for the report of a file: `demo-report` for `demo.h5`.
  private static func name(for file: String) -> String {
    let name = URL(fileURLWithPath: file).lastPathComponent
    let ending = [".analysis.h5", ".h5"].first { name.hasSuffix($0) } ?? ""
    return name.dropLast(ending.count) + "-report"
  }

  /// Writes all files under temporary names, then gives them their names and removes drawings of an earlier report;
  /// leaves no part behind when it fails.
  ///
  /// Tables can't bear the signature: one that is there is replaced where it stands beside a page of ours.
  func write(_ pages: [(name: String, text: String)], tables: [(name: String, text: String)] = []) throws {
    for name in pages.map(\.name) + (ReportFolder.isOwn(path + "/" + page) ? [] : tables.map(\.name)) {
      let file = path + "/" + name
      if FileManager.default.fileExists(atPath: file), !ReportFolder.isOwn(file) { throw ReportFolder.foreign(file) }
    }
    let files = tables + pages
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
        "cannot write the report to \(path): \(ReportFolder.reason(error)); check the folder and its disk, and run "
          + "again"
      )
    }
    for target in targets {
      guard rename(temporary(target), target) == 0 else {
        let reason = SystemError.reason(errno)
        for target in targets { unlink(temporary(target)) }
        throw ReportError("cannot name \(target): \(reason); check the folder and run again")
      }
    }
    guard hasDrawings else { return }
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
    return SystemError.reason(Int32(underlying.code))
  }
}
