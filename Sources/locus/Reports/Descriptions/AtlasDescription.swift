import Archive
import Basics

/// An atlas, for a person.
struct AtlasDescription {
  private let file: AtlasFile

  init(path: String) throws { file = try AtlasFile(path: path) }

  var text: String {
    var description = Description()
    description.add("atlas", "\(file.path), \(Quantity.bytes(Description.byteCount(file.path)))")
    let provenance = file.provenance
    description.add("model", provenance.modelName.shown(limit: 80))
    description.add("model SHA-256", provenance.modelSHA256.shown(limit: 64))
    for origin in provenance.origins {
      description.add("joined", "\(origin.name.shown(limit: 80)), \(origin.format.shown(limit: 40))")
    }
    description.add("created", "\(provenance.created.shown()) by locus \(provenance.locusVersion.shown())")
    description.add("command line", provenance.commandLine.shown(limit: 200))
    for content in file.contents { description.add(content, in: content.section.rawValue) }
    return description.text
  }
}
