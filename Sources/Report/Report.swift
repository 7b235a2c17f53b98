import Archive
import Atlas
import Basics
import Drawing
import Findings
import Forecast
import Perturbations
import Studies

/// The page and the drawings that show a screen, a cloud or both, a forecast, or a run of studies, and what was found
/// in them.
public struct Report: Sendable {
  /// What was written: the page, its size and what it shows.
  public struct Outcome: Sendable {
    /// The path of the page.
    public let page: String
    /// The page's size in bytes.
    public let pageBytes: Int
    /// The number of figures.
    public let figureCount: Int
    /// Regions whose texts the page has.
    public let regionCount: Int
  }

  private let folder: ReportFolder
  private let page: Page
  /// Files of numbers that stand beside the page.
  private var tables: [(name: String, text: String)] = []

  /// Reads a results file and its analysis; writes nothing.
  ///
  /// `folder` need not be there; where it ends in .html, it is the one page to write. An error if the files do not
  /// belong together, or if the folder has files of others.
  public init(
    of file: borrowing ResultsFile, analysis: AnalysisFile, folder: String, palette: Palette, program: String
  ) throws {
    let summary = file.summary
    if let part = summary.provenance.part {
      throw ReportError(
        "cannot report on \(file.path): it is part \(part.index) of \(part.count) of a screen; join all parts with "
          + "locus gather first")
    }
    guard analysis.provenance.sourcePlanSHA256 == summary.provenance.planSHA256 else {
      throw ReportError(
        "cannot report on \(file.path): \(analysis.path) is the analysis of another screen, "
          + "\(analysis.provenance.source.quoted); make its own with locus analyze")
    }
    guard analysis.provenance.progress == summary.provenance.progress else {
      let then = analysis.provenance.progress?.words ?? "all units"
      throw ReportError(
        "cannot report on \(file.path): \(analysis.path) is of it as it was with \(then); analyze it again")
    }
    self.folder = try ReportFolder(output: folder, of: file.path)
    let context = try ScreenContext(file, palette: palette)
    let found = try Analyses.all(of: summary.recording).compactMap { type in
      try analysis.group(type.name).map { (type, GroupReader(group: $0, path: analysis.path)) }
    }
    let chapters = try found.map { type, group in
      Chapter(
        try type.exhibit(group, context), method: type.name, sentences: group.findings, tallies: group.tallies)
    }
    // Maps show regions; those of components are all whole matrices, and pairs have two.
    let hasMaps = !summary.recording.components && !summary.recording.pairs
    let wanted = chapters.compactMap(\.exhibit).flatMap(\.places)
    let screen = !hasMaps ? nil : try ScreenSection(file, context, wanted: wanted)
    let cloud = try CloudContext(analysis, opensRegions: true)
    let foretold = try ForecastRemainder.summary(ofResults: file.path)?.sentences ?? []
    page = Page(
      screen: screen, origin: PageSource(analysis, isScreen: true),
      chapters: chapters + (try Report.chapters(of: cloud)),
      remarks: foretold
        + (chapters.allSatisfy(\.sentences.isEmpty) ? Report.sentences(cloud.findings, of: analysis) : cloud.findings),
      palette: palette, program: program)
  }

  /// Reads the analysis of a cloud that is no screen; writes nothing.
  ///
  /// An error if the file has findings of a screen, whose results are not at hand, or if the folder has files of
  /// others.
  public init(of analysis: AnalysisFile, folder: String, palette: Palette, program: String) throws {
    guard analysis.sections[.analysis] == nil else {
      throw ReportError(
        "cannot report on \(analysis.path) alone: it is the analysis of the screen "
          + "\(analysis.provenance.source.quoted); name that results file, and this one with --analysis")
    }
    self.folder = try ReportFolder(output: folder, of: analysis.path)
    let cloud = try CloudContext(analysis, opensRegions: false)
    page = Page(
      screen: nil, origin: PageSource(analysis, isScreen: false), chapters: try Report.chapters(of: cloud),
      remarks: Report.sentences(cloud.findings, of: analysis), palette: palette, program: program)
  }

  /// Reads the file of a run of studies; writes nothing.
  ///
  /// An error if the file is damaged, or if the folder has files of others.
  public init(of studies: StudyFile, folder: String, palette: Palette, program: String) throws {
    self.folder = try ReportFolder(output: folder, of: studies.path)
    let groups = try Studies.all.compactMap { type in
      try studies.study(type.name).map {
        (type, GroupReader(group: $0, path: studies.path, command: "locus study"))
      }
    }
    page = Page(
      screen: nil, origin: PageSource(studies),
      chapters: try groups.map { type, group in
        Chapter(try type.exhibit(group), method: type.name)
      }, remarks: groups.flatMap(\.1.findings), palette: palette, program: program)
  }

  /// Takes a comparison of two screens; writes nothing.
  ///
  /// An error if the folder has files of others.
  public init(of comparison: Comparison, folder: String, palette: Palette, program: String) throws {
    self.folder = try ReportFolder(output: folder, of: comparison.path)
    page = Page(
      screen: nil, origin: PageSource(comparison), chapters: comparison.exhibits.map { Chapter($0) },
      remarks: comparison.sentences,
      palette: palette, program: program)
    tables = [("compare.json", comparison.json.text + "\n"), ("compare.csv", try comparison.csv())]
  }

  /// Reads a forecast; writes nothing.
  ///
  /// An error if the file is damaged, or if the folder has files of others.
  public init(of forecast: borrowing ForecastFile, folder: String, palette: Palette, program: String) throws {
    self.folder = try ReportFolder(output: folder, of: forecast.path)
    let (exhibit, sentences) = try ForecastExhibit.make(of: forecast)
    page = Page(
      screen: nil, origin: PageSource(forecast), chapters: [Chapter(exhibit)], remarks: sentences, palette: palette,
      program: program)
  }

  /// Reads an atlas; writes nothing.
  ///
  /// An error if the file is damaged, or if the folder has files of others.
  public init(of atlas: AtlasFile, folder: String, palette: Palette, program: String) throws {
    self.folder = try ReportFolder(output: folder, of: atlas.path)
    let (exhibits, sentences) = try AtlasExhibits.make(of: atlas)
    page = Page(
      screen: nil, origin: PageSource(atlas), chapters: exhibits.map { Chapter($0) }, remarks: sentences,
      palette: palette, program: program)
  }

  /// The sentences of an analysis file, which those of earlier versions do not hold.
  private static func sentences(_ findings: [String], of analysis: AnalysisFile) -> [String] {
    guard findings.isEmpty else { return findings }
    return [
      "\(analysis.path) was written by an earlier version, which did not store its findings as sentences: run locus "
        + "\(analysis.sections[.analysis] == nil ? "geometry" : "analyze") again to see them here."
    ]
  }

  private static func chapters(of cloud: CloudContext) throws -> [Chapter] {
    try Analyses.ofCloud.compactMap { type in
      try cloud.group(type.name).map { Chapter(try type.exhibit($0, cloud), method: type.name) }
    }
  }

  /// Writes the page and the drawings.
  public func write() throws -> Outcome {
    let text = try page.text(besidesDrawings: folder.hasDrawings)
    let drawings = folder.hasDrawings ? page.drawings() : []
    try folder.write(drawings + [(folder.page, text)], tables: folder.hasDrawings ? tables : [])
    return Outcome(
      page: folder.path + "/" + folder.page, pageBytes: text.utf8.count, figureCount: drawings.count,
      regionCount: page.screen?.texts.regionCount ?? 0)
  }
}
