import Archive
import Foundation
import Perturbations
import Transformer

/// The files of one model that an atlas joins.
struct AtlasSources {
  /// The model's name and the hash of its weights, which all files share.
  let model: (name: String, sha256: String)
  /// What each file is and what plan it is of.
  let origins: [AtlasFile.Origin]
  let layout: AtlasLayout
  /// What screens and forecasts say of regions.
  private(set) var regionColumns: [RegionColumn] = []
  private(set) var forecasts: [ForecastMeasures] = []
  private(set) var studies: [StudyMeasures] = []

  /// Far more layers than any model has; it bounds what a damaged file can make this allocate.
  private static let layerLimit = 1 << 14

  /// One of the files, by what it is.
  private enum Found {
    case screen(ScreenMeasures, MatrixShapes?)
    case forecast(String, MatrixShapes?)
    case study(StudyMeasures, headCount: Int?)
  }

  /// Reads all files; an error if one is none of ours, or of another model than the first.
  init(_ paths: [String]) throws {
    var found: [Found] = []
    var origins: [AtlasFile.Origin] = []
    var model: (name: String, sha256: String, path: String)?
    for path in paths {
      let (part, origin, own) = try AtlasSources.read(path)
      if let model, model.sha256 != own.sha256 {
        throw AtlasError(
          cannot: "join", path, seen: "it is of another model (\(own.name)) than \(model.path) (\(model.name))",
          advice: "name files of one model")
      }
      if let twin = origins.first(where: { $0.planSHA256 == origin.planSHA256 && $0.format == origin.format }) {
        throw AtlasError(
          cannot: "join", path, seen: "it is the result of the same plan as \(twin.name)", advice: "name it once")
      }
      model = model ?? (own.name, own.sha256, path)
      found.append(part)
      origins.append(origin)
    }
    guard let model else { throw AtlasError("cannot make an atlas of no file; name files of one model") }
    self.model = (model.name, model.sha256)
    self.origins = origins
    layout = AtlasSources.layout(found)
    guard layout.layerCount <= AtlasSources.layerLimit else {
      throw AtlasError(
        "cannot make an atlas: a file claims \(layout.layerCount) layers, more than any model has; the file is damaged")
    }
    for part in found {
      switch part {
      case .screen(let measures, _): regionColumns += measures.columns
      case .study(let measures, _): studies.append(measures)
      case .forecast(let path, _):
        let file = try ForecastFile(path: path)
        let measures = try ForecastMeasures(file, layout: layout)
        try file.close()
        regionColumns += measures.columns
        forecasts.append(measures)
      }
    }
  }

  private static func read(
    _ path: String
  ) throws -> (Found, AtlasFile.Origin, (name: String, sha256: String)) {
    let name = URL(fileURLWithPath: path).lastPathComponent
    if StudyFile.isStudy(path) {
      let file = try StudyFile(path: path)
      let own = file.provenance
      return (
        .study(try StudyMeasures(file), headCount: own.headCount),
        .init(name: name, format: StudyFile.format, planSHA256: own.planSHA256), (own.modelName, own.modelSHA256)
      )
    }
    if ForecastFile.isForecast(path) {
      let file = try ForecastFile(path: path)
      let summary = file.summary
      try file.close()
      return (
        .forecast(path, summary.shapes),
        .init(name: name, format: ForecastFile.format, planSHA256: summary.provenance.planSHA256),
        (summary.provenance.modelName, summary.provenance.modelSHA256)
      )
    }
    guard ResultsFile.isResults(path) else {
      try ResultsFile.checkOpens(path)
      throw AtlasError(
        cannot: "join", path, seen: "it is no file of locus screen, locus forecast or locus study",
        advice: "name such files")
    }
    let file = try ResultsFile(path: path)
    let (summary, measures) = (file.summary, try ScreenMeasures(file))
    try file.close()
    return (
      .screen(measures, summary.shapes),
      .init(name: name, format: ResultsFormat.name, planSHA256: summary.provenance.planSHA256),
      (summary.provenance.modelName, summary.provenance.modelSHA256)
    )
  }

  private static func layout(_ found: [Found]) -> AtlasLayout {
    var (shapes, heads): (MatrixShapes?, Int?) = (nil, nil)
    var grids: [Site: (layers: Int, width: Int)] = [:]
    for part in found {
      switch part {
      case .screen(_, let own), .forecast(_, let own): shapes = shapes ?? own
      case .study(let measures, let count):
        heads = heads ?? count
        grids.merge(measures.grids) { first, _ in first }
      }
    }
    return AtlasLayout(shapes: shapes, grids: grids, headCount: heads)
  }
}
