import Basics
import Perturbations

/// A region whose mutants are non-silent on one task and silent on all others: of all its verdicts, or of some drawn at
/// random.
///
/// In a screen whose verdicts are permuted within inputs, so that no other region is specific to a task.
package struct RegionPattern: PlantedPattern {
  /// How many of the region's verdicts are made so.
  let percent: Int

  /// Plants a region that is sensitive on one task; `percent` % of its verdicts are made so.
  package init(percent: Int) { self.percent = percent }

  var place: PowerCalibration.Place {
    .init(
      table: "A region of one task: verdicts made so, in %", rows: "regions", row: "1",
      column: "\(percent)")
  }

  var answers: [String] { ["specificity"] }

  func trial(_ ground: PlantingGround, seed: UInt64) throws -> [PowerTrial] {
    var table = ground.screen.verdicts(.cells, seed: seed)
    guard let (region, task) = plant(ground, in: &table, seed: seed) else { return [] }
    let findings = Specificity(try table.counts()).findings
    let right = findings.count { $0.region == region && $0.task == task }
    return [PowerTrial(planted: 1, found: right, falseFindings: findings.count - right)]
  }

  /// nil where there is but one task.
  package func plant(_ ground: PlantingGround, in table: inout VerdictTable, seed: UInt64) -> (
    region: Region, task: Int
  )? {
    var random = RandomStream(seed: seed, stream: .plant, index: 0)
    let names = ground.screen.description.inputs.map(\.task)
    var tasks: [String] = []
    for name in names where !tasks.contains(name) { tasks.append(name) }
    let mutations = ground.screen.mutations
    guard tasks.count > 1, !mutations.isEmpty else { return nil }
    let region = mutations[random.below(mutations.count)].region
    let task = random.below(tasks.count)
    for index in mutations.indices where mutations[index].region == region {
      for (verdict, name) in zip(table.verdicts(of: index), names) where random.below(100) < percent {
        table.set(verdict, nonSilent: name == tasks[task])
      }
    }
    return (region, task)
  }
}
