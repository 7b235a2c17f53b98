import Archive
import FindingsSupport
import Inputs
import Report
import TestSupport

extension FuzzTarget {
  /// An analysis file of a screen, of some or all analyses, damaged as the bytes say: read, reported on, and written
  /// anew beside what another command finds.
  static func analysis(_ bytes: UnsafeRawBufferPointer) throws {
    // The first byte chooses among sound files.
    let isSound = bytes.dropFirst().allSatisfy { $0 == 0 }
    func attempt(_ body: () throws -> Void) {
      FuzzTarget.attempt {
        do { try body() } catch {
          precondition(!isSound, "a sound file is refused: \(error)")
          throw error
        }
      }
    }
    var script = Script(bytes)
    let path = ScratchFolder.path + "/screen.analysis.h5"
    let groups = analyses(&script)
    ScratchFolder.remove("screen.analysis.h5")
    for section in AnalysisSection.allCases {
      let own = groups.filter { $0.section == section }.map(\.group)
      guard !own.isEmpty else { continue }
      try AnalysisWriter(path: path).write(own, to: section, provenance: provenance)
    }
    OddAnalysisFile.damage(path, groups.map { ($0.section.rawValue, $0.group) }, &script)
    defer { checkNothingIsOpen() }
    attempt {
      let file = try AnalysisFile(path: path)
      for content in file.contents { attempt { _ = try file.group(content.name, of: content.section) } }
      attempt { try report(of: file, isAlone: file.sections[.analysis] == nil && script.flag()) }
    }
    attempt { try rewrite(path, section: script.flag() ? .analysis : .geometry) }
  }

  /// The screen, which is sound.
  private static let screen: String = {
    let path = ScratchFolder.path + "/screen.h5"
    OddResultsFile.write(path, script: Script(UnsafeRawBufferPointer(start: nil, count: 0)))
    return path
  }()

  private static var provenance: AnalysisProvenance {
    AnalysisProvenance(
      locusVersion: "1.2.3", created: "2024-05-06T07:08:09Z", commandLine: "locus analyze", source: "screen.h5",
      sourcePlanSHA256: "text")
  }

  /// All groups that analyses find of a small screen: seconds of permutations, and the same for every input.
  static let groupsOfScreen: [AnalysisGroup] = {
    var screen = SyntheticScreen()
    screen.shapes = [(.q, 12, 4)]
    (screen.layers, screen.region, screen.kinds) = (1, 4, [.maximum])
    screen.inputs = [("ab", "ab"), ("bb", "other")]
    do { return try SyntheticGroups(screen: screen).all } catch { preconditionFailure("no groups: \(error)") }
  }()

  /// All groups that a report shows of a section, or a few of both, and some damaged.
  private static func analyses(_ script: inout Script) -> [(section: AnalysisSection, group: AnalysisGroup)] {
    let first = script.next()
    let cloud = SyntheticCloud(count: 24, lobes: 4, names: first & 2 == 0 ? { "word \($0)" } : nil)
    let all =
      groupsOfScreen.map { (section: AnalysisSection.analysis, group: OddGroup($0)) }
      + cloud.all.map { (.geometry, OddGroup($0)) }
    // The fewer, the sooner the next input has its turn.
    let choice = Int(script.next())
    let count = choice == 0 ? 0 : [1, 1, 1, 2, 3][choice % 5]
    let numbers = Set((0..<count).map { _ in script.next(below: all.count) })
    let section: AnalysisSection = first & 1 == 0 ? .analysis : .geometry
    var chosen = count == 0 ? all.filter { $0.section == section } : numbers.sorted().map { all[$0] }
    for _ in 0..<script.next(below: 6) { chosen[script.next(below: chosen.count)].group.damage(&script) }
    return chosen.map { ($0.section, $0.group.group) }
  }

  /// Makes the report of an analysis with its screen, or of a cloud alone.
  private static func report(of analysis: AnalysisFile, isAlone: Bool) throws {
    let folder = ScratchFolder.path + "/report"
    guard !isAlone else {
      _ = try Report(of: analysis, folder: folder, palette: .safe, program: "1.2.3").write()
      return
    }
    let file = try ResultsFile(path: screen)
    let report = try Report(of: file, analysis: analysis, folder: folder, palette: .paper, program: "1.2.3")
    try file.close()
    _ = try report.write()
  }

  /// Finds a section anew: what is kept of the other can be read, and nothing there is in the way.
  private static func rewrite(_ path: String, section: AnalysisSection) throws {
    let writer = try AnalysisWriter(path: path)
    do {
      try writer.write([SyntheticCloud(count: 3, lobes: 1).cloud], to: section, provenance: provenance)
      let file = try AnalysisFile(path: path)
      for content in file.contents { _ = try file.group(content.name, of: content.section) }
    } catch {
      preconditionFailure("what was kept of a damaged file is damaged: \(error)")
    }
  }
}
