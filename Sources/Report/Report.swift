import Archive
import Basics
import Drawing
import Perturbations

/// The page and the drawings that show a screen, a cloud or both, and what was found in them.
public struct Report: Sendable {
  /// A section for each analysis of a screen that the file has; what is not named here is listed with its method only.
  private static let screenExhibits: [(group: String, make: @Sendable (GroupReader, ReportContext) throws -> Exhibit)] =
    [
      ("sensitivity", SensitivityExhibit.make),
      ("tasks", TasksExhibit.make),
      ("overlap", OverlapExhibit.make),
      ("specificity", SpecificityExhibit.make),
      ("bias", BiasExhibit.make),
      ("profiles", ProfilesExhibit.make),
      ("enrichment", EnrichmentExhibit.make),
      ("complementarity", ComplementarityExhibit.make),
      ("severity", SeverityExhibit.make),
      ("severity_map", SeverityMapExhibit.make),
      ("destruction", DestructionExhibit.make),
      ("distinct", DistinctExhibit.make),
      ("classes", ClassesExhibit.make),
      ("classes_by_state", ClassesExhibit.makeByState),
      ("writers", WritersExhibit.make),
      ("regions", RegionsExhibit.make),
    ]

  /// The exhibits of a cloud's geometry, in the order of the page.
  private static let cloudExhibits: [(group: String, make: @Sendable (GroupReader, CloudContext) throws -> Exhibit)] = [
    ("cloud", CloudExhibit.make),
    ("galaxy", GalaxyExhibit.make),
    ("lobes", LobesExhibit.make),
    ("crystals", CrystalsExhibit.make),
    ("parallelograms", ParallelogramsExhibit.make),
  ]

  /// The files that were written.
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
    let context = try ReportContext(file, palette: palette)
    let found = try Report.screenExhibits.compactMap { name, make in
      try analysis.group(name).map { try make(GroupReader(group: $0, path: analysis.path), context) }
    }
    let screen = try ScreenSection(file, context, wanted: found.flatMap(\.places))
    page = Page(
      screen: screen, analysis: analysis, exhibits: found + (try Report.cloudExhibits(analysis, opensRegions: true)),
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
    page = Page(
      screen: nil, analysis: analysis, exhibits: try Report.cloudExhibits(analysis, opensRegions: false),
      palette: palette, program: program)
  }

  private static func cloudExhibits(_ analysis: AnalysisFile, opensRegions: Bool) throws -> [Exhibit] {
    let context = try CloudContext(analysis, opensRegions: opensRegions)
    return try cloudExhibits.compactMap { name, make in try context.group(name).map { try make($0, context) } }
  }

  /// Writes the page and the drawings.
  public func write() throws -> Outcome {
    let text = try page.text(besidesDrawings: folder.hasDrawings)
    let drawings = folder.hasDrawings ? page.drawings() : []
    try folder.write(drawings + [(folder.page, text)])
    return Outcome(
      page: folder.path + "/" + folder.page, pageBytes: text.utf8.count, figureCount: drawings.count,
      regionCount: page.screen?.texts.regionCount ?? 0)
  }
}
