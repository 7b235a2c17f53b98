import ArgumentParser
import Basics
import Drawing
import Forecast
import Foundation
import ModelTraining
import Perturbations
import Runs
import Screen
import Studies

struct PlanCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "plan",
    abstract: "Say what a screen, studies or a training would be and cost, without starting them.",
    discussion: """
      Reads the configuration, the model's config.json, the tokenizer and the inputs; touches no weights, which need \
      not be there yet. Where the model folder has no tokenizer, prompts are counted as one token for four bytes.

        locus plan configs/demo.yaml
        locus plan llama.yaml --speed 120 --cores-per-node 64 --memory 2GB
        locus plan llama.yaml --ranks 100000 --simulate
        locus plan configs/studies/ablation.yaml
        locus plan configs/demo-train.yaml
        sbatch $(locus plan llama.yaml --request) slurm/screen.sbatch llama.yaml llama.h5

      The kinds of mutation that a configuration may name (mutations.kinds), with examples of their numbers:

      \(KindList.text)
      """)

  @Argument(help: "The configuration, a YAML file.")
  var config: String

  @Option(
    help: "Speed of a core in GFLOP/s, such as `locus bench` prints; by default estimated here, in a second or more.")
  var speed: Double?

  @Option(help: "Cores of a cluster's node, a rank each.")
  var coresPerNode = 64

  @Option(
    help:
      "Memory of a rank beyond the mapped weights, such as 2GB; by default \(Quantity.bytes(MemoryPlan.usualLimit)).",
    transform: MemorySize.init(parsing:))
  var memory = MemorySize(bytes: MemoryPlan.usualLimit)

  @Option(
    help: "Longest time of a job, in hours or as a time such as 3h30m; by default 12.",
    transform: TimeSpan.init(parsingHours:))
  var hours = TimeSpan(seconds: 12 * 3600)

  @Option(help: "Seed of all that is random, of which mutations a sample takes, too; by default the configuration's.")
  var seed: UInt64?

  @Flag(help: "Print the operations by matrix, layer and part.")
  var operations = false

  @Flag(help: "Simulate the work queue of the units over --ranks ranks and over fewer.")
  var simulate = false

  @Option(help: "Ranks of the simulation, up to 1,000,000.")
  var ranks: Int?

  @Flag(help: "Print only the options of sbatch that are proposed, on one line.")
  var request = false

  @Option(help: "Propose an array of this many jobs, one node each, for the parts of a screen.")
  var parts: Int?

  @OptionGroup var common: CommonOptions

  func validate() throws {
    if let speed, !(speed > 0 && speed.isFinite) { throw ValidationError("--speed is \(speed); give GFLOP/s above 0.") }
    guard coresPerNode >= 1 else { throw ValidationError("--cores-per-node is \(coresPerNode); give at least 1.") }
    if let ranks, !(1...1_000_000).contains(ranks) {
      throw ValidationError("--ranks is \(ranks); give 1 to 1000000.")
    }
    if let parts, parts < 1 { throw ValidationError("--parts is \(parts); give at least 1.") }
    guard simulate == (ranks != nil) else { throw ValidationError("--simulate and --ranks go together; give both.") }
  }

  func run() throws {
    if StudyConfiguration.isStudies(path: config) { return try planStudies() }
    if TrainingConfiguration.isTraining(path: config) { return try planTraining() }
    let (configuration, estimate, isEstimated) = try Failure.checkingInput {
      let made = try ScreenEstimate.make(
        configurationPath: config, seed: seed, node: .init(ranks: coresPerNode, memory: memory.bytes))
      if let parts {
        try made.configuration.checkDivisible()
        let count = made.estimate.unitCount
        _ = try ScreenPart(index: 1, of: parts).units(costs: Array(repeating: 1, count: count))
      }
      return made
    }
    let measured = speed == nil ? CoreSpeed.measured() : nil
    if measured?.isSteady == false {
      Console.note(
        """
        locus: this machine is too busy to measure the speed of its cores: nodes and times may be far off; give \
        --speed, as locus bench prints it
        """)
    }
    let gigaflops = speed ?? (measured?.operationsPerSecond ?? 0) / 1e9 * ScreenEstimate.usualEfficiency
    let coreSeconds = estimate.coreSeconds(speed: gigaflops * 1e9)
    let proposal = JobRequest(
      coreHours: estimate.plannedCoreSeconds(speed: gigaflops * 1e9) / 3600,
      coresPerNode: coresPerNode, longestHours: hours.seconds / 3600, unitCount: estimate.unitCount, parts: parts)
    if request { return try Console.result(proposal.options) }
    try Console.result(
      text(configuration, estimate, isEstimated: isEstimated, gigaflops: gigaflops, coreSeconds, proposal))
    if operations { try Console.result("\n" + OperationTable.text(of: estimate.verdicts)) }
    if simulate, let ranks {
      let simulation = try Failure.checkingInput {
        try WorkQueueSimulation(
          configuration: configuration, estimate: estimate, speed: gigaflops * 1e9, coresPerNode: coresPerNode)
      }
      try Console.result("\n" + SimulationTable.text(of: simulation, upTo: ranks))
    }
  }

  /// The plan of a configuration of studies.
  private func planStudies() throws {
    let plan = try Failure.checkingInput {
      try refuseScreenOptions("studies")
      return try StudyPlan(config: config, speed: speed, coresPerNode: coresPerNode, longestHours: hours.seconds / 3600)
    }
    try Console.result(request ? plan.request : plan.text)
  }

  /// The plan of a configuration of a training.
  private func planTraining() throws {
    let plan = try Failure.checkingInput {
      try refuseScreenOptions("a training")
      return try TrainingPlan(config: config, speed: speed, coresPerNode: coresPerNode)
    }
    try Console.result(request ? plan.request(longestHours: hours.seconds / 3600) : plan.text)
  }

  private func refuseScreenOptions(_ noun: String) throws {
    guard !operations, !simulate, parts == nil, seed == nil else {
      throw CommandError(
        "--operations, --simulate, --parts and --seed are for screens, and \(config) is of \(noun); leave them out")
    }
  }

  private func text(
    _ configuration: ScreenConfiguration, _ estimate: ScreenEstimate, isEstimated: Bool, gigaflops: Double,
    _ coreSeconds: (verdicts: Double, continuations: Double), _ proposal: JobRequest
  ) -> String {
    // Finished units are in the journal; what is gathered of them at a time is all that a rank holds.
    let rankBytes = estimate.memory.ownBytes + PartsGathering.usualRoundBytes
    let nodeBytes = coresPerNode * rankBytes + estimate.memory.sharedBytes + estimate.weightBytes
    let lengths = estimate.promptLengths.sorted()
    let counted = isEstimated ? " (no tokenizer found: counted as a token for four bytes)" : ""
    let range = "\(lengths.first ?? 0) to \(lengths.last ?? 0)"
    let prompts =
      estimate.readsImages
      ? "images of \(lengths.first ?? 0) positions, a class each"
      : "prompts of \(range) tokens\(counted), \(configuration.stepCount) steps"
    let origin = speed == nil ? "estimated here" : "as given"
    let work = estimate.verdicts.total
    let kinds = estimate.plan.kinds.map { estimate.plan.parameters.spelling(of: $0) }
    let share = { (part: Double) in Quantity.percent(part / max(work.total, 1)) }
    let spared =
      estimate.headShare < 1 ? " (\(Quantity.percent(estimate.headShare)) of that planned for)" : ""
    return """
      model         \(configuration.host)\(MaskLines.text(estimate.masks, paths: configuration.masks))
      inputs        \(lengths.count), \(prompts)
      regions       \(estimate.regionCount.grouped) \(words(configuration.choice, estimate))
      mutations     \(estimate.mutationCount.grouped) (\(kinds.joined(separator: ", ")))
      units         \(estimate.unitCount.grouped)
      verdicts      \(Quantity.operations(work.total)): blocks \(share(work.blocks)), attention \
      \(share(work.attention)), head \(share(work.head))\(spared), corrections \(share(work.corrections)); \
      \(Quantity.coreTime(coreSeconds.verdicts)) at \(String(format: "%.0f", gigaflops)) GFLOP/s a core (\(origin))
      continuations at most \(Quantity.operations(estimate.continuationOperations)), \
      \(Quantity.coreTime(coreSeconds.continuations)), if every mutant changed at once; a quarter is planned for
      \(refinement(estimate, speed: gigaflops * 1e9))\
      forecast      \(forecastWords(configuration, estimate, speed: gigaflops * 1e9))
      in all        \(Quantity.coreTime(proposal.coreHours * 3600)), \
      \(TimeText.of(proposal.coreHours * 3600 / Double(coresPerNode))) on a node of \(coresPerNode) cores\
      \(hereWords(coreSeconds: proposal.coreHours * 3600))
      memory        \(Quantity.bytes(rankBytes)) a rank, panels of \(estimate.memory.panelRows.grouped) rows\
      \(estimate.memory.decodedSequences > 0 ? ", \(estimate.memory.decodedSequences) continuations at a time" : ""); \
      \(Quantity.bytes(nodeBytes)) a node, weights included
      results file  at most \(Quantity.bytes(estimate.outputBytes))\
      \(configuration.hasTextStrings ? ", \(Quantity.bytes(estimate.textBytes)) of it texts, which rank 0 writes" : "")
      request       sbatch \(proposal.options) slurm/\(parts == nil ? "screen" : "array").sbatch \(config) OUTPUT.h5
      """
  }

  /// What locus forecast would take, whose time is no part of the rest.
  private func forecastWords(
    _ configuration: ScreenConfiguration, _ estimate: ScreenEstimate, speed: Double
  ) -> String {
    guard
      let forecast = try? ForecastEstimate(
        configuration, plan: estimate.plan, shape: estimate.shape, promptLengths: estimate.promptLengths)
    else {
      if estimate.plan.pairs != nil { return "none: forecasts have no interactions of pairs" }
      if let matrix = estimate.plan.outerMatrices.first { return "none: \(matrix.rawValue) is of no layer" }
      return estimate.plan.components == nil
        ? "none: these edits hold units and change no weights" : "none: every weight of a matrix changes"
    }
    let maps = forecast.sizes.isEmpty ? "" : ", maps of " + forecast.sizes.map(\.description).joined(separator: ", ")
    return "at most \(Quantity.operations(forecast.operations)), "
      + "\(Quantity.coreTime(forecast.operations / speed / ForecastEstimate.usualEfficiency)) by locus forecast: "
      + "\(forecast.passCount.grouped) backward passes\(maps), \(Quantity.bytes(Int(forecast.outputBytes)))"
  }

  /// How long it takes on this machine, by a rank a core; nothing where the speed is another machine's.
  private func hereWords(coreSeconds: Double) -> String {
    guard speed == nil else { return "" }
    let cores = ProcessInfo.processInfo.activeProcessorCount
    return "\nhere          about \(TimeText.of(coreSeconds / Double(cores))) on this machine, \(cores) ranks"
  }

  private func words(_ choice: MutationChoice, _ estimate: ScreenEstimate) -> String {
    func cut(_ size: RegionSize) -> String {
      let smaller = estimate.matrices(smallerThan: size).map(\.rawValue)
      return smaller.isEmpty ? "" : ", cut to the size of the matrix in \(smaller.joined(separator: ", "))"
    }
    return switch choice {
    case .regions(let size): "of \(size)\(cut(size))"
    case .edits(let edits):
      "of blocks of \(edits.block.map { Numeral.items($0, "unit") } ?? "a head") at "
        + edits.sites.map(\.rawValue).joined(separator: ", ")
    case .components(let components):
      components.path.map { "that are whole matrices, each for a component of \($0)" }
        ?? "that are whole matrices, each for one of the \((components.count ?? 0).grouped) largest singular components"
    case .pairs(let pairs): words(pairs, estimate)
    case .refinement(let sizes): "of \(sizes[0])\(cut(sizes[0])), the first of \(sizes.count) levels"
    case .list(let path, let which): "of \(path)\(which == .all ? "" : ", those with non-silent mutations")"
    }
  }

  /// The mutations and pairs of a screen of pairs.
  private func words(_ choice: PairChoice, _ estimate: ScreenEstimate) -> String {
    let pairs = estimate.plan.pairs
    let counts =
      Numeral.items(pairs?.singles.count ?? 0, "mutation") + " alone and "
      + Numeral.items(pairs?.pairs.count ?? 0, "pair")
    return switch choice {
    case .strongest(_, let path): "of the strongest of \(path): \(counts)"
    case .list(let path): "of \(path): \(counts)"
    }
  }

  /// A line for each further level of a refinement.
  private func refinement(_ estimate: ScreenEstimate, speed: Double) -> String {
    let lines = estimate.levels.map { level in
      let (count, bytes) = (min(level.mutationCount.rounded(.up), 1e18), min(level.outputBytes, 1e18))
      return "\(level.size): at most \(Int(count).grouped) mutations, "
        + "\(Quantity.coreTime(level.plannedCoreSeconds(speed: speed))), \(Quantity.bytes(Int(bytes)))"
    }
    guard !lines.isEmpty else { return "" }
    return "refinement    " + lines.joined(separator: "\n              ")
      + "; half of each level is planned to be refined\n"
  }
}
