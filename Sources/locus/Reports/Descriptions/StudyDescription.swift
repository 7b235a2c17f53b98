import Archive
import Basics

/// A file of studies, for a person.
struct StudyDescription {
  /// A sentence that is longer would be no sentence of ours.
  private static let sentenceLimit = 1000

  private let file: StudyFile
  /// What each study found, in sentences.
  private let findings: [String: [String]]

  init(path: String) throws {
    let file = try StudyFile(path: path)
    findings = try Dictionary(file.studies.map { ($0, try file.findings(of: $0)) }) { first, _ in first }
    self.file = file
  }

  var text: String {
    var description = Description()
    description.add("study file", "\(file.path), \(Quantity.bytes(Description.byteCount(file.path)))")
    describeProvenance(in: &description)
    for content in file.contents {
      description.add(content, in: content.section.rawValue)
      guard content.section == .studies else { continue }
      let sentences = findings[content.name, default: []].map { $0.shown(limit: StudyDescription.sentenceLimit) }
      for line in SentenceList(sentences).lines { description.add("  " + line, "") }
    }
    return description.text
  }

  private func describeProvenance(in description: inout Description) {
    let provenance = file.provenance
    description.add("model", provenance.modelName.shown(limit: 80))
    description.add("model SHA-256", provenance.modelSHA256.shown(limit: 64))
    for mask in provenance.masks { description.add("mask", mask.shown(limit: 160)) }
    description.add("plan SHA-256", provenance.planSHA256.shown(limit: 64))
    description.add("created", "\(provenance.created.shown()) by locus \(provenance.locusVersion.shown())")
    description.add("command line", provenance.commandLine.shown(limit: 200))
    if file.starts.count > 1 { description.add("starts", file.starts.count.grouped) }
    description.add("ranks", "\(provenance.ranks.grouped) × \(provenance.threads.grouped) threads")
    description.add("BLAS", provenance.blas.shown(limit: 80))
  }
}
