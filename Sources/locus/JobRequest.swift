import Foundation

/// What to ask Slurm for: one job on some nodes or, for the parts of a screen, an array of jobs of a node each.
struct JobRequest {
  /// A job that runs out of time is worse than one that ends early: a third more than the estimate is asked for.
  private static let allowance = 1.33

  let coreHours: Double
  let coresPerNode: Int
  /// The longest time of a job.
  let longestHours: Double
  let parts: Int?

  /// Nodes of a job.
  var nodes: Int { parts == nil ? max(1, Int((wantedNodeHours / longestHours).rounded(.up))) : 1 }

  /// Options of sbatch.
  var options: String {
    (parts.map { "--array=1-\($0) " } ?? "")
      + "--nodes=\(nodes) --ntasks-per-node=\(coresPerNode) --cpus-per-task=1 --time=\(time)"
  }

  private var wantedNodeHours: Double { coreHours * JobRequest.allowance / Double(coresPerNode) }

  /// Whole hours, but not more than the longest time: a screen that needs more goes on in the job's next start.
  private var time: String {
    let hours = max(1, (wantedNodeHours / Double(parts ?? nodes)).rounded(.up))
    let minutes = max(1, Int(min(hours, longestHours) * 60))
    return String(format: "%d:%02d:00", minutes / 60, minutes % 60)
  }
}
