import Archive
import Mutagenesis

/// The page and the drawings that show a screen and its analyses.
public struct Report: Sendable {
  /// A section for each analysis that the file has; what is not named here is listed with its method only.
  private static let exhibits: [(group: String, make: @Sendable (GroupReader, ReportContext) throws -> Exhibit)] = [
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

  /// Where, and how many files.
  public struct Outcome: Sendable {
    public let page: String
    public let pageBytes: Int
    public let figureCount: Int
    /// Regions whose texts the page has.
    public let regionCount: Int
  }

  private let folder: ReportFolder
  private let page: Page

  /// Reads a results file and its analysis; writes nothing.
  ///
  /// `folder` need not be there. An error if the files do not belong together, or if the folder has files of others.
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
        "cannot report on \(file.path): \(analysis.path) is the analysis of another screen, \(analysis.provenance.source); "
          + "make its own with locus analyze")
    }
    let (inputs, baselines) = (try file.inputs(), try file.baselines())
    self.folder = try ReportFolder(path: folder)
    let maps = try ScreenMaps(
      file, channels: Channels(ids: summary.ids, tasks: summary.tasks, mutationCount: summary.mutationCount))
    let context = ReportContext(
      ids: summary.ids, tasks: summary.tasks, prompts: inputs.map(\.prompt), baselines: baselines.map(\.text),
      choices: zip(baselines, inputs).map { ($0.choice, $1.answerChoice) },
      maps: maps, palette: palette)
    let exhibits = try Report.exhibits.compactMap { name, make in
      try analysis.group(name).map { try make(GroupReader(group: $0, path: analysis.path), context) }
    }
    let named = exhibits.flatMap(\.places).compactMap(maps.find)
    let wanted = named + maps.mostSensitive(limit: RegionTexts.regionLimit)
    var known: Set<Int> = []
    let vocabulary = try file.texts()
    let texts = try RegionTexts(file, maps, wanted: wanted.filter { known.insert($0.region).inserted }) { tokens in
      vocabulary?.text(of: tokens) ?? tokens.map { "⟨\($0)⟩" }.joined()
    }
    page = Page(
      summary: summary, path: file.path, analysis: analysis,
      context: context, exhibits: exhibits, texts: texts, palette: palette, program: program,
      threshold: maps.balancedThreshold(maps.comparedKinds))
  }

  /// Writes the page and the drawings.
  public func write() throws -> Outcome {
    let text = try page.text()
    let drawings = page.drawings()
    try folder.write(drawings + [(ReportFolder.page, text)])
    return Outcome(
      page: folder.path + "/" + ReportFolder.page, pageBytes: text.utf8.count, figureCount: drawings.count,
      regionCount: page.texts.regionCount)
  }
}
