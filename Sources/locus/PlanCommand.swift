import ArgumentParser
import Foundation
import Screen

struct PlanCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "plan",
    abstract: "Say what a screen would be and cost, without starting it.",
    discussion: """
      Reads the configuration, the model's config.json, the tokenizer and the inputs; touches no weights, which need not \
      be there yet. Where the model folder has no tokenizer, prompts are counted as one token for four bytes.

        locus plan configs/demo.yaml
        locus plan llama.yaml --speed 120 --cores-per-node 64 --memory 2GB
        locus plan llama.yaml --ranks 100000 --simulate
      """)

  @Argument(help: "The configuration, a YAML file.")
  var config: String

  @Option(
    help: "Speed of a core in GFLOP/s, such as `locus bench` prints; by default estimated here, in half a second.")
  var speed: Double?

  @Option(help: "Cores of a cluster's node, a rank each.")
  var coresPerNode = 64

  @Option(help: "Memory of a rank beyond the mapped weights.")
  var memory = MemorySize(bytes: MemoryPlan.usualLimit)

  @Option(help: "Longest time of a job, in hours.")
  var hours = 12.0

  @Option(help: "A seed that takes the place of the configuration's.")
  var seed: UInt64?

  @Flag(help: "Print the operations by matrix, layer and part.")
  var operations = false

  @Flag(help: "Simulate handing the units out to --ranks ranks and to fewer.")
  var simulate = false

  @Option(help: "Ranks of the simulation, up to 1,000,000.")
  var ranks: Int?

  @OptionGroup var common: CommonOptions

  func validate() throws {
    if let speed, !(speed > 0 && speed.isFinite) { throw ValidationError("--speed is \(speed); give GFLOP/s above 0.") }
    guard coresPerNode >= 1 else { throw ValidationError("--cores-per-node is \(coresPerNode); give at least 1.") }
    guard hours > 0, hours.isFinite else { throw ValidationError("--hours is \(hours); give a time above 0.") }
    if let ranks, !(1...1_000_000).contains(ranks) {
      throw ValidationError("--ranks is \(ranks); give 1 to 1000000.")
    }
    guard simulate == (ranks != nil) else { throw ValidationError("--simulate and --ranks go together; give both.") }
  }

  func run() throws {
    let (configuration, estimate, isEstimated) = try Failure.checkingInput {
      try ScreenEstimate.make(
        configurationPath: config, seed: seed, node: .init(ranks: coresPerNode, memory: memory.bytes))
    }
    let gigaflops = speed ?? MachineSpeed.productOperationsPerSecond().own / 1e9 * ScreenEstimate.usualEfficiency
    Console.result(text(configuration, estimate, isEstimated: isEstimated, gigaflops: gigaflops))
    if operations { Console.result("\n" + OperationTable.text(of: estimate.verdicts)) }
    if simulate, let ranks {
      let simulation = try Failure.checkingInput {
        try HandOutSimulation(
          configuration: configuration, estimate: estimate, speed: gigaflops * 1e9, coresPerNode: coresPerNode)
      }
      Console.result("\n" + SimulationTable.text(of: simulation, upTo: ranks))
    }
  }

  private func text(
    _ configuration: ScreenConfiguration, _ estimate: ScreenEstimate, isEstimated: Bool, gigaflops: Double
  ) -> String {
    let (verdicts, continuations) = estimate.coreSeconds(speed: gigaflops * 1e9)
    let coreHours = (verdicts + ScreenEstimate.usualDecodingShare * continuations) / 3600
    // A third more than the estimate, because a job that runs out of time is worse than one that ends early.
    let nodes = max(1, Int((coreHours * 1.33 / hours / Double(coresPerNode)).rounded(.up)))
    let jobHours = max(1, Int((coreHours * 1.33 / Double(nodes * coresPerNode)).rounded(.up)))
    let rankBytes = estimate.memory.ownBytes + estimate.outputBytes / (nodes * coresPerNode)
    let nodeBytes = coresPerNode * rankBytes + estimate.memory.sharedBytes + estimate.weightBytes
    let lengths = estimate.promptLengths.sorted()
    let counted = isEstimated ? " (no tokenizer found: counted as a token for four bytes)" : ""
    let origin = speed == nil ? "estimated here" : "as given"
    let parts = estimate.verdicts.total
    let share = { (part: Double) in Quantity.percent(part / max(parts.total, 1)) }
    return """
      model         \(configuration.modelPath)
      inputs        \(lengths.count), prompts of \(lengths.first ?? 0) to \(lengths.last ?? 0) tokens\(counted), \
      \(configuration.stepCount) steps
      regions       \(estimate.regionCount.grouped) of \(configuration.regionRows) × \(configuration.regionColumns)
      mutations     \(estimate.mutationCount.grouped) (\(configuration.kinds.map(\.rawValue).joined(separator: ", ")))
      units         \(estimate.unitCount.grouped)
      verdicts      \(Quantity.operations(parts.total)): blocks \(share(parts.blocks)), attention \
      \(share(parts.attention)), head \(share(parts.head)), corrections \(share(parts.corrections)); \
      \(Quantity.coreTime(verdicts)) at \(String(format: "%.0f", gigaflops)) GFLOP/s a core (\(origin))
      continuations at most \(Quantity.operations(estimate.continuationOperations)), \
      \(Quantity.coreTime(continuations)), if every mutant changed at once; a quarter is planned for
      in all        \(Quantity.coreTime(coreHours * 3600)), \
      \(TimeText.of(coreHours * 3600 / Double(coresPerNode))) on a node of \(coresPerNode) cores
      memory        \(Quantity.bytes(rankBytes)) a rank, panels of \(estimate.memory.panelRows.grouped) rows\
      \(configuration.recording.text ? ", \(estimate.memory.decodedSequences) continuations at a time" : ""); \
      \(Quantity.bytes(nodeBytes)) a node, weights included
      results file  at most \(Quantity.bytes(estimate.outputBytes))
      request       sbatch --nodes=\(nodes) --ntasks-per-node=\(coresPerNode) --cpus-per-task=1 \
      --time=\(jobHours):00:00 slurm/screen.sbatch \(config) OUTPUT.h5
      """
  }
}

/// Numbers with units a person can read.
enum Quantity {
  static func operations(_ count: Double) -> String {
    scaled(count, base: 1000, ["FLOP", "kFLOP", "MFLOP", "GFLOP", "TFLOP", "PFLOP", "EFLOP", "ZFLOP"])
  }

  static func percent(_ share: Double) -> String {
    String(format: share < 0.0995 ? "%.1f %%" : "%.0f %%", 100 * share)
  }

  static func bytes(_ count: Int) -> String {
    scaled(Double(count), base: 1024, ["B", "KiB", "MiB", "GiB", "TiB", "PiB"])
  }

  static func coreTime(_ seconds: Double) -> String {
    seconds < 7200 ? "\(TimeText.of(seconds)) of a core" : "\(Int(min(seconds / 3600, 1e15)).grouped) core-hours"
  }

  private static func scaled(_ value: Double, base: Double, _ units: [String]) -> String {
    var value = value
    var index = 0
    while value >= base, index < units.count - 1 {
      value /= base
      index += 1
    }
    return String(format: value < 10 && index > 0 ? "%.1f %@" : "%.0f %@", value, units[index])
  }
}
