import Archive
import Atlas
import TestSupport
import Transformer

/// Files of studies of one small model, whose units have values that tests make up.
enum AtlasFiles {
  static let (layers, neurons) = (3, 60)

  /// Columns of a site by their names, which begin with that of a study; those of `statistics` have none before.
  typealias Columns = [(name: String, values: [Double])]

  /// Writes a file of studies that knows these columns of a site.
  static func write(
    _ columns: Columns, site: Site = .mlpHidden, width: Int = neurons, plan: String, model: String = "ab",
    heads: Int? = nil, to path: String
  ) throws {
    var provenance = SampleStudy.provenance
    provenance.modelSHA256 = model
    provenance.planSHA256 = plan
    provenance.headCount = heads
    let studies = Set(
      columns.map { $0.name.split(separator: "_").count > 1 ? String($0.name.split(separator: "_")[0]) : "statistics" })
    try StudyWriter.write(
      provenance, starts: [],
      studies: studies.sorted().map { name in
        AnalysisGroup(
          name: name, comment: "How it was made.", dimensions: [.init("whole", length: 1)],
          variables: [.init("count", ["whole"], "one", .counts([1]))])
      },
      units: [
        AnalysisGroup(
          name: site.rawValue, comment: "Units.",
          dimensions: [.init("layer", length: layers), .init("unit", length: width)],
          variables: columns.map { .init($0.name, ["layer", "unit"], "made up", .numbers($0.values)) })
      ], to: path)
  }

  /// Normal numbers for all units.
  static func noise(_ seed: UInt64, count: Int = layers * neurons) -> [Double] {
    var random = SeededNumbers(seed: seed)
    return (0..<count).map { _ in random.normal() }
  }
}
