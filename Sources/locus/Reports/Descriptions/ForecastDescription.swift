import Archive
import Basics
import Forecast

/// A forecast, for a person.
struct ForecastDescription {
  private let path: String
  private let summary: ForecastFile.Summary
  private let overview: ForecastOverview

  /// Reads every number of the file but the maps.
  init(path: String) throws {
    let file = try ForecastFile(path: path)
    self.path = path
    summary = file.summary
    overview = try ForecastOverview(file)
    try file.close()
  }

  var text: String {
    var description = Description()
    description.add("forecast", "\(path), \(Quantity.bytes(Description.byteCount(path)))")
    description.add("mutations", summary.mutationCount.grouped)
    description.add("inputs", "\(summary.inputCount.grouped), \(summary.stepCount) steps")
    description.add("probes", summary.probeCount.grouped)
    for grid in summary.grids {
      description.add("map", "\(grid.size), \(grid.mutationCount.grouped) mutations in /forecast/\(grid.name)")
    }
    for sentence in overview.sentences { description.add("  " + sentence, "") }
    let provenance = summary.provenance
    description.add("model", provenance.modelName.shown(limit: 80))
    description.add("model SHA-256", provenance.modelSHA256.shown(limit: 64))
    description.add("plan SHA-256", provenance.planSHA256.shown(limit: 64))
    description.add("created", "\(provenance.created.shown()) by locus \(provenance.locusVersion.shown())")
    description.add("command line", provenance.commandLine.shown(limit: 200))
    description.add("ranks", "\(provenance.ranks.grouped) × \(provenance.threads.grouped) threads")
    description.add("instructions", provenance.instructionSet.shown())
    return description.text
  }
}
