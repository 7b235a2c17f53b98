import Foundation

/// What to ask Slurm for: one job on some nodes or, for the parts of a screen, an array of jobs of a node each.
struct JobRequest {
  /// A job that runs out of time is worse than one that ends early: a third more than the estimate is asked for.
  private static let allowance = 1.33

  let coreHours: Double
  let coresPerNode: Int
  /// The longest time of a job.
  let longestHours: Double
  /// A rank needs a unit at least.
  let unitCount: Int
  let parts: Int?

  /// Nodes of a job: the least of 1, 2, 3, 4, 6, 8, 12, 16, 24, 32… that end within the longest time, but no more than
  /// have a unit for each core.
  ///
  /// Steps, because the estimate is no better than that, and so that two estimates seldom differ in what they ask for.
  var nodes: Int {
    guard parts == nil else { return 1 }
    let wanted = min(wantedNodeHours / longestHours, 1e6)
    let most = max(1, unitCount / coresPerNode)
    return min(JobRequest.step(from: wanted), most)
  }

  /// Options of sbatch.
  var options: String {
    (parts.map { "--array=1-\($0) " } ?? "")
      + "--nodes=\(nodes) --ntasks-per-node=\(coresPerNode) --cpus-per-task=1 --time=\(time)"
  }

  private var wantedNodeHours: Double { coreHours * JobRequest.allowance / Double(coresPerNode) }

  /// The least power of two, or three halves of one, of at least `wanted`.
  private static func step(from wanted: Double) -> Int {
    var power = 1
    while Double(power) < wanted { power *= 2 }
    let between = power * 3 / 4
    return power >= 4 && Double(between) >= wanted ? between : power
  }

  /// Whole hours, but not more than the longest time: a screen that needs more goes on in the job's next start.
  private var time: String {
    let hours = max(1, (wantedNodeHours / Double(parts ?? nodes)).rounded(.up))
    let minutes = max(1, Int(min(hours, longestHours) * 60))
    return String(format: "%d:%02d:00", minutes / 60, minutes % 60)
  }
}
