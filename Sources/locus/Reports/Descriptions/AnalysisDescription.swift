import Archive
import Basics

/// An analysis file, for a person.
struct AnalysisDescription {
  private let file: AnalysisFile

  init(path: String) throws { file = try AnalysisFile(path: path) }

  var text: String {
    let provenance = file.provenance
    var description = Description()
    description.add("analysis file", "\(file.path), \(Quantity.bytes(Description.byteCount(file.path)))")
    description.add("of", "\(provenance.source.shown(limit: 80))")
    if let progress = provenance.progress { description.add("partial", "\(progress.words) of the screen") }
    if !provenance.sourcePlanSHA256.isEmpty {
      description.add("plan SHA-256", provenance.sourcePlanSHA256.shown(limit: 64))
    }
    for section in AnalysisSection.allCases {
      guard let own = file.sections[section] else { continue }
      description.add("/\(section.rawValue)", "\(own.created.shown()) by locus \(own.locusVersion.shown())")
      description.add(continuing: own.commandLine.shown(limit: 200))
    }
    for content in file.contents { description.add(content, in: content.section.rawValue) }
    return description.text
  }
}
