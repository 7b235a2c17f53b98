import Foundation
import Perturbations
import Statistics

/// Regions whose non-silent verdicts fall on one task more than those of the whole screen do; and regions that are
/// sensitive on every input.
///
/// The null reassigns a region's non-silent verdicts to the tasks by the tasks' shares of all of them, so that a
/// task on which everything is sensitive does not make specific regions by that alone.
public struct Specificity: Sendable {
  /// A region and the task that it is specific to.
  public struct Entry: Sendable {
    /// The region.
    public let region: Region
    /// The number of the region in canonical order, counted from 0.
    public let index: Int
    /// The task that it is specific to, as an index of `ScreenCounts.tasks`.
    public let task: Int
    /// Non-silent verdicts on the task.
    public let onTask: Int
    /// Non-silent verdicts on all tasks.
    public let onAll: Int
    /// The binomial probability of at least as many on the task.
    public let probability: Double
    /// That probability adjusted over all regions and tasks.
    public let adjusted: Double
    /// The log odds ratio of being non-silent on the task against all other tasks.
    public let logOddsRatio: LogOddsRatio

    /// Whether its mutants are silent on all other tasks.
    public var isExclusive: Bool { onTask == onAll }
  }

  /// The largest number of regions that are listed.
  public static let limit = 1000

  /// Regions with a non-silent verdict on every input.
  public let alwaysSensitive: Int
  /// The number expected of such regions if each input's were drawn independently: by the product of their shares.
  public let alwaysSensitiveExpected: Double
  /// The number of regions that are specific to each task.
  public let specific: [Int]
  /// The number of regions of each task that are silent on all other tasks.
  public let exclusive: [Int]
  /// The number of exclusive regions of each task that is expected under the null.
  public let exclusiveExpected: [Double]
  /// The number of tests: every region that is sensitive to anything on every task; 0 with one task.
  public let testCount: Int
  /// The smallest probability that a region can have: of all verdicts on a task non-silent, and of no others; 1 with
  /// one task.
  public let leastProbability: Double
  /// Specific regions and exclusive ones, the surest first; of equals those with more verdicts, then in canonical
  /// order.
  public let entries: [Entry]

  /// Non-silent verdicts on a region, on a task of them, and the task: all that a probability depends on.
  private struct Case: Hashable, Comparable {
    let onAll: Int
    let onTask: Int
    let task: Int

    static func < (left: Case, right: Case) -> Bool {
      (left.onAll, left.onTask, left.task) < (right.onAll, right.onTask, right.task)
    }
  }

  /// How many regions would have to be non-silent on one task alone, on all of it, before any is a finding.
  public var fewestFindings: Int {
    max(1, Int((leastProbability * Double(testCount) / FalseDiscoveryRate.level).rounded(.up)))
  }

  /// Whether so few verdicts can't show that regions are specific: a tenth of all would have to be at once.
  public var isBlind: Bool { fewestFindings > max(1, regionCount / 10) }

  /// The number of regions that were screened.
  private let regionCount: Int

  /// Entries that are findings.
  public var findings: [Entry] { entries.filter { $0.adjusted <= FalseDiscoveryRate.level } }

  /// Tests every region against every task.
  public init(_ counts: ScreenCounts) {
    let taskCount = counts.tasks.count
    let all = counts.verdicts().count
    let weights = (0..<taskCount).map { Double(counts.verdicts(task: $0).count) / Double(max(all, 1)) }
    let byRegion = counts.regionCounts()

    // Probabilities of the cases that occur, and of how many regions each is.
    var occurrences: [Case: Int] = [:]
    var exclusive = Array(repeating: 0, count: taskCount)
    var exclusiveExpected = Array(repeating: 0.0, count: taskCount)
    for region in 0..<counts.regions.count {
      let onTasks = byRegion[region * taskCount..<(region + 1) * taskCount]
      let onAll = Int(onTasks.reduce(0, +))
      guard onAll > 0 else { continue }
      for (task, onTask) in onTasks.lazy.map(Int.init).enumerated() {
        occurrences[Case(onAll: onAll, onTask: onTask, task: task), default: 0] += 1
        exclusive[task] += onTask == onAll ? 1 : 0
        exclusiveExpected[task] += pow(weights[task], Double(onAll))
      }
    }
    testCount = taskCount > 1 ? occurrences.values.reduce(0, +) : 0
    regionCount = counts.regions.count
    let most = zip(weights, counts.inputsOfTask).filter { $0.0 > 0 }
    leastProbability =
      taskCount > 1 ? most.map { pow($0, Double(counts.kinds.count * $1.count)) }.min() ?? 1 : 1
    let cases = occurrences.keys.sorted()
    let probabilities = cases.map {
      TailProbability.binomial($0.onTask, trials: $0.onAll, probability: weights[$0.task])
    }
    // With one task there is nothing to be specific to.
    let adjusted =
      taskCount > 1
      ? FalseDiscoveryRate.adjusted(probabilities, counts: cases.map { occurrences[$0] ?? 0 }) : cases.map { _ in .nan }
    var found: [Case: (probability: Double, adjusted: Double)] = [:]
    for (place, key) in cases.enumerated()
    where adjusted[place] <= FalseDiscoveryRate.level || taskCount > 1 && key.onTask == key.onAll {
      found[key] = (probabilities[place], adjusted[place])
    }

    // The regions of the cases that are findings.
    var specific = Array(repeating: 0, count: taskCount)
    var entries: [Entry] = []
    for index in 0..<(found.isEmpty ? 0 : counts.regions.count) {
      let onTasks = byRegion[index * taskCount..<(index + 1) * taskCount]
      let onAll = Int(onTasks.reduce(0, +))
      for (task, onTask) in onTasks.lazy.map(Int.init).enumerated() {
        guard let finding = found[Case(onAll: onAll, onTask: onTask, task: task)] else { continue }
        specific[task] += finding.adjusted <= FalseDiscoveryRate.level ? 1 : 0
        entries.append(
          Entry(counts, region: index, task: task, onTask: onTask, onAll: onAll, finding.probability, finding.adjusted))
      }
    }
    entries.sort { ($0.probability, $1.onTask, $0.index) < ($1.probability, $0.onTask, $1.index) }
    self.specific = specific
    self.exclusive = exclusive
    self.exclusiveExpected = exclusiveExpected
    self.entries = Array(entries.prefix(Specificity.limit))
    (alwaysSensitive, alwaysSensitiveExpected) = counts.alwaysSensitive()
  }
}

extension Specificity.Entry {
  /// The region `index` of a screen and a task, with the odds of the task's verdicts against those of all others.
  fileprivate init(
    _ counts: ScreenCounts, region index: Int, task: Int, onTask: Int, onAll: Int, _ probability: Double,
    _ adjusted: Double
  ) {
    let verdicts = counts.regions.verdicts(region: index)
    let own = verdicts.total / max(counts.inputCount, 1) * counts.inputsOfTask[task].count
    self.init(
      region: counts.regions.regions[index], index: index, task: task, onTask: onTask, onAll: onAll,
      probability: probability, adjusted: adjusted,
      logOddsRatio: LogOddsRatio(
        of: Proportion(count: onTask, total: own),
        against: Proportion(count: onAll - onTask, total: verdicts.total - own)))
  }
}

extension ScreenCounts {
  /// Non-silent verdicts of each region by task, `[region, task]`.
  fileprivate func regionCounts() -> [Int32] {
    var counts = Array(repeating: Int32(0), count: regions.count * tasks.count)
    for (task, inputs) in inputsOfTask.enumerated() {
      for input in inputs {
        for kind in kinds {
          planes.forEachRegion(kind, input: input) { counts[$0 * tasks.count + task] += 1 }
        }
      }
    }
    return counts
  }

  /// Regions with a non-silent verdict on every input, and as many as independent inputs would have.
  fileprivate func alwaysSensitive() -> (count: Int, expected: Double) {
    guard inputCount > 0, regions.count > 0 else { return (0, 0) }
    let regionCount = Double(regions.count)
    var expected = regionCount
    var always = planes.sensitive(on: 0)
    for input in 0..<inputCount {
      let sensitive = planes.sensitive(on: input)
      expected *= Double(sensitive.reduce(0) { $0 + $1.nonzeroBitCount }) / regionCount
      for place in always.indices { always[place] &= sensitive[place] }
    }
    return (always.reduce(0) { $0 + $1.nonzeroBitCount }, expected)
  }
}
