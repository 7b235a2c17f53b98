import Basics
import Foundation
import Runs
import Screen

/// The table of a simulated work queue for several numbers of ranks, a line for each.
enum SimulationTable {
  static func text(of simulation: WorkQueueSimulation, upTo ranks: Int) -> String {
    var table = TextTable([
      ("ranks", .right), ("start", .right), ("screen", .right), ("gathering", .right), ("efficiency", .right),
      ("tail a rank", .right), ("requests/s", .right), ("most in a second", .right), ("rank 0 busy", .right),
      ("answer", .right), ("most is lost to", .left),
    ])
    for ranks in WorkQueueSimulation.series(upTo: ranks) {
      let outcome = simulation.run(ranks: ranks)
      let loss = outcome.losses.first.map { String(format: "%@, %.1f %%", $0.name, 100 * $0.share) } ?? ""
      table.add([
        ranks.grouped, TimeText.of(outcome.startSeconds), TimeText.of(outcome.screenSeconds),
        TimeText.of(outcome.gatherSeconds), String(format: "%.1f %%", 100 * outcome.efficiency),
        TimeText.of(outcome.tailPerRank), String(format: "%.1f", outcome.requestsPerSecond),
        outcome.peakRequests.grouped, String(format: "%.1f %%", 100 * outcome.rankZeroLoad),
        String(format: "%.1f ms", 1000 * outcome.answerSeconds), loss,
      ])
    }
    return table.lines.joined(separator: "\n")
  }
}
