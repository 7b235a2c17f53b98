import Archive
import Perturbations
import Transformer

/// All that the files of one model say of each residual index, neuron, head and region, joined by their coordinates.
///
/// What a screen or a forecast says of regions is also said of the units whose rows and columns the regions cover, as
/// the mean over the regions that make a unit and over those that read it. What a study says of the units of a head is
/// said of the head, as their mean magnitude.
public struct Atlas: Sendable {
  /// The model's name and the hash of its weights.
  public let model: (name: String, sha256: String)
  /// The files.
  public let origins: [AtlasFile.Origin]
  /// A table for each subject that something is known of, in the order of the subjects.
  public let tables: [AtlasTable]
  /// The single weights, or smallest regions of all forecasts, that are foretold to matter most, the greatest first.
  let weights: [ForecastMeasures.Weight]
  /// The size of these regions; nil without a forecast's maps.
  let weightSize: RegionSize?
  /// Activations that are many times as large as others; nil where no file says how large activations are.
  public let massive: MassiveActivations?

  /// Joins files; an error in a sentence where they cannot be joined.
  public init(_ paths: [String]) throws {
    let sources = try AtlasSources(paths)
    model = sources.model
    origins = sources.origins
    var tables: [AtlasTable] = []
    for subject in AtlasSubject.allCases {
      guard let table = Atlas.table(of: subject, sources), !table.measures.isEmpty else { continue }
      tables.append(table)
    }
    guard !tables.isEmpty else {
      throw AtlasError(
        "cannot make an atlas: the files know nothing of single units or regions; name a screen, a forecast, or "
          + "studies such as statistics, pruning, modularity or localizer")
    }
    self.tables = tables
    // A larger region does more by being larger.
    let smallest = sources.forecasts.filter { !$0.weights.isEmpty }.min { $0.area < $1.area }?.size
    weights = sources.forecasts.filter { $0.size == smallest }.flatMap(\.weights).sorted {
      $0.divergence > $1.divergence
    }
    weightSize = smallest
    massive = MassiveActivations(sources.studies)
  }

  // MARK: Tables

  private static func table(of subject: AtlasSubject, _ sources: AtlasSources) -> AtlasTable? {
    if subject == .region { return regions(sources) }
    guard let count = sources.layout.count(of: subject), count > 0 else { return nil }
    var table = AtlasTable(subject, layers: sources.layout.layerCount, count: count)
    for column in sources.studies.flatMap(\.columns) where AtlasSubject.ofUnits(at: column.site) == subject {
      table.add(measure(column, of: subject, sources.layout))
    }
    for column in sources.regionColumns where column.source == ScreenMeasures.source {
      var means = AxisMeans(sources.layout)
      for (region, value) in column.values.sorted(by: { $0.key.order < $1.key.order }) { means.add(region, value) }
      add(means, to: &table, column.name, column.meaning, source: column.source)
    }
    for forecast in sources.forecasts {
      for (kind, means) in forecast.means {
        add(
          means, to: &table, "forecast_\(kind.fileName)_divergence",
          "mean divergence foretold for \(kind.rawValue) of regions of \(forecast.size?.description ?? "")",
          source: ForecastMeasures.source)
      }
    }
    return table
  }

  private static func add(
    _ means: AxisMeans, to table: inout AtlasTable, _ name: String, _ meaning: String, source: String
  ) {
    for side in AtlasSide.allCases {
      guard let (values, starts) = means.means(table.subject, side) else { continue }
      table.add(
        AtlasMeasure(
          "\(name)_\(side.rawValue)", "\(meaning), mean over \(side.words)", source: source, values: values,
          bandStarts: starts))
    }
  }

  private static func measure(
    _ column: StudyMeasures.Column, of subject: AtlasSubject, _ layout: AtlasLayout
  ) -> AtlasMeasure {
    let name = subject == .residual ? "\(column.site.rawValue)_\(column.name)" : column.name
    guard subject == .head, let size = layout.headSize else {
      return AtlasMeasure(
        name, column.meaning, source: column.source, values: column.values, isCompared: column.isCompared)
    }
    let values = stride(from: 0, to: column.values.count, by: size).map { first in
      column.values[first..<first + size].reduce(0) { $0 + abs($1) } / Double(size)
    }
    return AtlasMeasure(
      name, "\(column.meaning), mean magnitude over the units of the head", source: column.source, values: values,
      isCompared: column.isCompared)
  }

  private static func regions(_ sources: AtlasSources) -> AtlasTable? {
    let regions = Set(sources.regionColumns.flatMap(\.values.keys)).sorted { $0.order < $1.order }
    guard !regions.isEmpty else { return nil }
    var table = AtlasTable(regions)
    for column in sources.regionColumns {
      table.add(
        AtlasMeasure(
          column.name, column.meaning, source: column.source, values: regions.map { column.values[$0] ?? .nan }))
    }
    let sizes = ReadActivations(sources.studies)
    table.add(
      AtlasMeasure(
        AtlasTable.readSize, "root mean square of the activations that the columns read",
        source: StudyMeasures.statistics, values: regions.map(sizes.size)))
    return table
  }
}

extension Region {
  /// What regions are sorted by: layers, in them matrices, in them rows, in them columns.
  fileprivate var order: (Int, Int, Int, Int, Int, Int) {
    (layer, matrix.index, rows.lowerBound, columns.lowerBound, rows.upperBound, columns.upperBound)
  }
}
