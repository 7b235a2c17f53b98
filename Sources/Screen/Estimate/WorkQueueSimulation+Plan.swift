import Hosts
import Perturbations
import Runs
import Transformer

extension WorkQueueSimulation {
  /// A simulation of the work queue of a configuration's plan over cores of `speed` operations per second, from headers
  /// alone.
  ///
  /// Of decoding, every unit has its part of what is usually planned for.
  public init(
    configuration: ScreenConfiguration, estimate: ScreenEstimate, speed: Double, coresPerNode: Int
  ) throws {
    let shape = try configuration.host.shape()
    let plan = estimate.plan
    let operations = SequenceCost(shape: shape, stepCount: configuration.stepCount)
      .units(of: plan, prompts: estimate.promptLengths, headShare: estimate.headShare)
    let decoding =
      estimate.coreSeconds(speed: speed).continuations * ScreenEstimate.usualDecodingShare
      / Double(max(plan.mutationCount, 1))
    var runs: [UnitRun] = []
    for unit in plan.units {
      let seconds = operations[unit.index] / speed + decoding * Double(unit.positions.count)
      let region = plan.mutation(at: unit.positions.lowerBound).region
      // What is of no layer waits for none.
      let run = UnitRun(
        seconds: seconds, count: 1, layer: max(0, region.layer), matrix: region.matrix.index)
      if let last = runs.last, last.isLike(run) {
        runs[runs.count - 1].count += 1
      } else {
        runs.append(run)
      }
    }
    self.init(runs: runs, seed: configuration.seed)
    let positions = estimate.promptLengths.reduce(0) { $0 + $1 + configuration.stepCount - 1 }
    let operationsPerPosition = 2 * estimate.parameterCount
    let layerOperations = operationsPerPosition / Double(max(shape.layerCount, 1))
    layerSeconds = layerOperations * Double(positions) / speed
    messages.pause = layerOperations * Double(estimate.memory.panelRows) / speed
    var start = StartEstimate(
      weightBytes: Double(estimate.weightBytes),
      // Generated token by token, then run as a whole.
      baselineSeconds: operationsPerPosition * Double(positions) * (1 + 1 / ScreenEstimate.decodingEfficiency) / speed,
      weightPasses: Double(configuration.stepCount) * (Double(positions) / 4096).rounded(.up))
    start.coresPerNode = coresPerNode
    startSeconds = { [start] in start.seconds(ranks: $0) }
    var gathering = GatheringEstimate(bytes: Double(estimate.outputBytes), unitCount: plan.units.count)
    gathering.coresPerNode = coresPerNode
    gatherSeconds = { [gathering] in gathering.seconds(ranks: $0) }
  }
}

extension WorkQueueSimulation.UnitRun {
  fileprivate func isLike(_ other: Self) -> Bool {
    seconds == other.seconds && layer == other.layer && matrix == other.matrix
  }
}
