import Perturbations
import Transformer

/// All that is known of the units of one subject, or of the regions.
public struct AtlasTable: Sendable {
  /// What the rows are.
  public let subject: AtlasSubject
  /// The layers of units, and how many a layer has: rows are `[layer · count + unit]`. Nil of regions.
  public let units: (layers: Int, count: Int)?
  /// The regions, a row for each; none of units.
  public let regions: [Region]
  /// What is known of each row.
  public private(set) var measures: [AtlasMeasure] = []
  /// The stratum of each row, in which it is compared: the layer, of regions the matrix of a layer.
  let strata: [Int]

  /// A table of the units of all layers.
  init(_ subject: AtlasSubject, layers: Int, count: Int) {
    precondition(subject != .region, "regions have a table of their own")
    self.subject = subject
    units = (layers, count)
    regions = []
    strata = (0..<layers * count).map { $0 / count }
  }

  /// A table of regions, which stand in the order of their matrices.
  init(_ regions: [Region]) {
    subject = .region
    units = nil
    self.regions = regions
    strata = regions.reduce(into: [Int]()) { strata, region in
      let before = strata.isEmpty ? nil : regions[strata.count - 1]
      let isNew = before.map { $0.layer != region.layer || $0.matrix != region.matrix } ?? false
      strata.append((strata.last ?? 0) + (isNew ? 1 : 0))
    }
  }

  /// Rows of the table.
  public var rowCount: Int { strata.count }

  /// Adds a measure, unless nothing is known of any row; where there is one of its name, with a number behind it.
  mutating func add(_ measure: AtlasMeasure) {
    precondition(measure.values.count == rowCount, "\(measure.name) has a value for each row")
    guard measure.values.contains(where: \.isFinite) else { return }
    let before = measures.count { $0.name == measure.name || $0.name.hasPrefix(measure.name + "__") }
    measures.append(before == 0 ? measure : measure.named("\(measure.name)__\(before + 1)"))
  }

  /// The name of the measure that says how large the activations are that the columns of a region read.
  static let readSize = "\(StudyMeasures.statistics)_rms_read"

  /// The measure that says how large activations are, which explains much of what others say; nil where no file does.
  var size: AtlasMeasure? {
    let name =
      switch subject {
      case .residual: "\(Site.residualBefore.rawValue)_\(StudyMeasures.statistics)_rms"
      case .neuron, .head: "\(StudyMeasures.statistics)_rms"
      case .region: AtlasTable.readSize
      }
    return measures.first { $0.name == name }
  }

  /// A row in words: "layer 3, neuron 17".
  public func place(_ row: Int) -> String {
    guard let units else { return regions[row].words }
    return "layer \(row / units.count), \(subject.noun) \(row % units.count)"
  }
}

extension Region {
  /// The region in words: "layer 3 down, rows 0–63, columns 64–127".
  var words: String { "\(place), \(Region.words(rows, "row")), \(Region.words(columns, "column"))" }

  private static func words(_ elements: Range<Int>, _ noun: String) -> String {
    elements.count == 1
      ? "\(noun) \(elements.lowerBound)" : "\(noun)s \(elements.lowerBound)–\(elements.upperBound - 1)"
  }
}
