import Basics
import Drawing
import Foundation
import ModelTraining
import Screen

/// What a training would be and cost, for a person and for a batch system.
struct TrainingPlan {
  private let prepared: PreparedTraining
  private let config: String
  private let gigaflops: Double
  private let isMeasured: Bool
  /// Ranks of a node that have something to do.
  private let ranks: Int
  private let estimate: TrainingEstimate

  /// Reads the configuration and the rows; `speed` are GFLOP/s of a core, nil: measured here.
  init(config: String, speed: Double?, coresPerNode: Int) throws {
    self.config = config
    prepared = try PreparedTraining(configurationPath: config)
    isMeasured = speed == nil
    gigaflops = speed ?? CoreSpeed.measured().operationsPerSecond / 1e9 * ScreenEstimate.usualEfficiency
    ranks = min(coresPerNode, prepared.configuration.shards)
    estimate = TrainingEstimate(prepared, ranks: ranks)
  }

  /// The options of sbatch that are proposed.
  func request(longestHours: Double) -> String {
    JobRequest(
      coreHours: seconds / 3600, coresPerNode: ranks, longestHours: longestHours, unitCount: ranks, parts: nil
    ).options
  }

  /// The lines for a person.
  var text: String {
    let configuration = prepared.configuration
    let phases = zip(configuration.phases, prepared.rows).map { phase, rows in
      "\(Numeral.items(phase.steps, "step")) of \(Numeral.items(configuration.batch, "row")) of \(rows.length) tokens: "
        + rows.path
    }
    let cores = min(ProcessInfo.processInfo.activeProcessorCount, configuration.shards)
    let here =
      isMeasured
      ? "\nhere          about \(TimeText.of(seconds / Double(cores))) on this machine, \(cores) ranks" : ""
    let step = Quantity.operations(estimate.operations / Double(configuration.steps))
    return """
      model         \(configuration.shape), \(prepared.parameters.elementCount.grouped) parameters
      phases        \(phases.joined(separator: "\n" + String(repeating: " ", count: 14)))
      steps         \(configuration.steps.grouped), \(step) each
      in all        \(Quantity.operations(estimate.operations)), \(Quantity.coreTime(seconds)) at \
      \(String(format: "%.0f", gigaflops)) GFLOP/s a core (\(isMeasured ? "estimated here" : "as given")), \
      \(TimeText.of(seconds / Double(ranks))) on \(Numeral.items(ranks, "rank"))\(here)
      shards        \(configuration.shards); more ranks than that have nothing to do
      memory        \(Quantity.bytes(estimate.rankBytes)) a rank of \(ranks)
      model's file  \(Quantity.bytes(estimate.outputBytes))
      """
  }

  private var seconds: Double { estimate.operations / gigaflops / 1e9 / TrainingEstimate.usualEfficiency }
}
