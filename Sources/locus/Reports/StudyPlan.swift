import Basics
import Drawing
import Foundation
import Screen
import Studies

/// What studies would be and cost, for a person and for a batch system.
struct StudyPlan {
  private let prepared: PreparedStudies
  private let gigaflops: Double
  private let isMeasured: Bool
  private let coresPerNode: Int
  private let proposal: JobRequest
  private let config: String

  /// Reads everything but weights; `speed` are GFLOP/s of a core, nil: measured here.
  init(config: String, speed: Double?, coresPerNode: Int, longestHours: Double) throws {
    self.config = config
    self.coresPerNode = coresPerNode
    prepared = try PreparedStudies(configurationPath: config)
    let measured = speed == nil ? CoreSpeed.measured() : nil
    isMeasured = speed == nil
    gigaflops = speed ?? (measured?.operationsPerSecond ?? 0) / 1e9 * ScreenEstimate.usualEfficiency
    proposal = JobRequest(
      coreHours: prepared.cost.operations / gigaflops / 1e9 / 3600, coresPerNode: coresPerNode,
      longestHours: longestHours, unitCount: coresPerNode, parts: nil)
  }

  /// The options of sbatch that are proposed.
  var request: String { proposal.options }

  /// The lines for a person.
  var text: String {
    let texts = prepared.texts.sets.map { set in
      "\(set.name) \(Numeral.items(set.rows.count, "row")) of \(set.rows.first?.count ?? 0)"
        + (set.droppedTokens > 0 ? " (\(set.droppedTokens.grouped) tokens left over)" : "")
    }
    let studies = prepared.costs.map { name, cost in
      "\(name): at most \(Quantity.operations(cost.operations)), \(Quantity.coreTime(seconds(cost)))"
    }
    let indent = "\n" + String(repeating: " ", count: 14)
    let cores = ProcessInfo.processInfo.activeProcessorCount
    let here =
      isMeasured ? "\nhere          about \(TimeText.of(all / Double(cores))) on this machine, \(cores) ranks" : ""
    let kept =
      prepared.cost.keptBytes > 0
      ? indent + "about \(bytes(prepared.cost.keptBytes)) a rank for what studies keep of texts, which nothing bounds"
      : ""
    return """
      model         \(prepared.configuration.host)\(MaskLines.text(prepared.masks, paths: prepared.configuration.masks))
      \(prepared.configuration.images.isEmpty ? "texts " : "images")        \(texts.joined(separator: indent))
      studies       \(studies.joined(separator: indent))
      in all        \(Quantity.coreTime(all)) at \(String(format: "%.0f", gigaflops)) GFLOP/s a core \
      (\(isMeasured ? "estimated here" : "as given")), \(TimeText.of(all / Double(coresPerNode))) on a node of \
      \(coresPerNode) cores\(here)
      memory        \(Quantity.bytes(prepared.memory(limit: StudiesRun.usualMemory))) a rank for panels, weights not \
      included; --memory of locus study bounds it\(kept)
      results file  about \(bytes(prepared.cost.outputBytes))
      request       sbatch \(proposal.options) slurm/study.sbatch \(config) OUTPUT.h5
      """
  }

  private func bytes(_ count: Double) -> String { Quantity.bytes(Int(min(count, 1e18))) }

  private var all: Double { seconds(prepared.cost) }

  private func seconds(_ cost: StudyCost) -> Double { cost.operations / gigaflops / 1e9 }
}
