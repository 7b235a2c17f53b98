import Archive
import Findings
import Foundation

/// What a page is of, in words: an analysis, a forecast, a comparison, or a run of studies.
struct PageSource: Sendable {
  /// The path of the file, for errors.
  let path: String
  /// The name of what the page shows, without its folder.
  let name: String
  /// What it is, in a word or two: "screen", "cloud", "studies".
  let subject: String
  /// What stands below the title where there is no screen.
  let summary: String
  /// How far a screen was that was not finished; nil: it was, or there is none.
  let progress: Provenance.Progress?
  /// How each part was made, by name.
  let comments: [(name: String, comment: String)]
  /// The lines that say how the file was made.
  let provenance: [(name: String, value: String)]

  /// An analysis of a screen or a cloud.
  init(_ analysis: AnalysisFile, isScreen: Bool) {
    path = analysis.path
    name = analysis.provenance.source
    subject = isScreen ? "screen" : "cloud"
    summary = "Analysed \(analysis.provenance.created.prefix(10))"
    progress = analysis.provenance.progress
    comments = analysis.contents.map { ($0.name, $0.comment) }
    let made = AnalysisSection.allCases.flatMap { section -> [(name: String, value: String)] in
      guard let own = analysis.sections[section] else { return [] }
      return [
        (section == .analysis ? "analysed" : "geometry", "\(own.created) by locus \(own.locusVersion)"),
        ("command", own.commandLine),
      ]
    }
    provenance = (isScreen ? [] : [("cloud", analysis.provenance.source)]) + made
  }

  /// A forecast.
  init(_ forecast: borrowing ForecastFile) {
    path = forecast.path
    name = URL(fileURLWithPath: forecast.path).lastPathComponent
    subject = "forecast"
    let own = forecast.summary.provenance
    summary = "Model \(own.modelName), foretold \(own.created.prefix(10))"
    progress = nil
    comments = ForecastColumn.allCases.map { ($0.rawValue, $0.comment) }
    provenance = [
      ("model", own.modelName), ("model SHA-256", own.modelSHA256), ("plan SHA-256", own.planSHA256),
      ("foretold", "\(own.created) by locus \(own.locusVersion)"), ("command", own.commandLine),
      ("ranks × threads", "\(own.ranks) × \(own.threads)"), ("BLAS", own.blas),
    ]
  }

  /// An atlas.
  init(_ atlas: AtlasFile) {
    path = atlas.path
    name = URL(fileURLWithPath: atlas.path).lastPathComponent
    subject = "atlas"
    let own = atlas.provenance
    summary = "Model \(own.modelName), joined \(own.created.prefix(10))"
    progress = nil
    comments = atlas.contents.map { ($0.name, $0.comment) }
    provenance =
      [("model", own.modelName), ("model SHA-256", own.modelSHA256)]
      + own.origins.map { ("joined", "\($0.name), \($0.format), plan \($0.planSHA256)") }
      + [("made", "\(own.created) by locus \(own.locusVersion)"), ("command", own.commandLine)]
  }

  /// A comparison of two screens.
  init(_ comparison: Comparison) {
    let (first, second) = (comparison.first, comparison.second)
    name = "\(first.stem) against \(second.stem)"
    path = name
    subject = "comparison"
    summary = comparison.preamble.joined(separator: " ")
    progress = nil
    comments = comparison.methods
    provenance = [("A", first), ("B", second)].flatMap { letter, file in
      let own = file.provenance
      return [
        (letter, file.name), ("model of \(letter)", own.modelName), ("model SHA-256", own.modelSHA256),
        ("plan SHA-256", own.planSHA256), ("screened", "\(own.created) by locus \(own.locusVersion)"),
        ("command", own.commandLine),
      ] + own.masks.map { ("mask", $0) }
    }
  }

  /// A run of studies.
  init(_ studies: StudyFile) {
    path = studies.path
    name = URL(fileURLWithPath: studies.path).lastPathComponent
    subject = "run of studies"
    let own = studies.provenance
    summary = "Model \(own.modelName), studied \(own.created.prefix(10))"
    progress = nil
    comments = studies.contents.filter { $0.section == .studies }.map { ($0.name, $0.comment) }
    let model = [("model", own.modelName), ("model SHA-256", own.modelSHA256)] + own.masks.map { ("mask", $0) }
    provenance =
      model + [
        ("plan SHA-256", own.planSHA256),
        ("studied", "\(own.created) by locus \(own.locusVersion)"), ("command", own.commandLine),
        ("ranks × threads", "\(own.ranks) × \(own.threads)"), ("BLAS", own.blas),
      ]
  }
}
