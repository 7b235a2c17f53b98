import Foundation
import Testing
import TestSupport

/// Headless Chromium, and what it says of a page.
enum Browser {
  struct Outcome: Decodable {
    /// What was read, in order.
    let found: [String?]
    /// Errors and warnings of the page.
    let problems: [String]
    /// Addresses that the page asked for.
    let requests: [String]
  }

  /// `make browser` installs one. On CI its absence is a failure, not a reason to skip.
  static let isWanted = program != nil || ProcessInfo.processInfo.environment["LOCUS_CI"] != nil
  static let without = "skipped: Chromium or Python 3 is not installed; `make browser` installs them"

  private static var program: Program? {
    guard Program.isInstalled("python3"), Program.isInstalled("timeout") else { return nil }
    return ["chromium-headless-shell", "chromium", "google-chrome"].compactMap { Program.named($0) }.first
  }

  /// Opens a page and carries out the commands of `browse.py`.
  static func open(_ page: String, _ commands: String...) throws -> Outcome { try open(page, commands) }

  /// Opens a page and carries out a list of commands.
  static func open(_ page: String, _ commands: [String]) throws -> Outcome {
    let browser = try #require(program, "no Chromium")
    let python = try #require(Program.named("python3"))
    let run = try #require(Program.named("timeout")).run(
      ["300", python.path, Places.root + "/Tests/ReportTests/browse.py", browser.path, page] + commands)
    try #require(run.status == 0, "\(run.errors)")
    return try JSONDecoder().decode(Outcome.self, from: Data(run.output.utf8))
  }
}
