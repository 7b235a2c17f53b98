import Archive
import Basics
import Configuration
import Drawing
import Perturbations
import Training
import Transformer

/// The study that trains a narrow side network through the frozen model, whose additions to the residual stream give
/// the model another style, and asks which indices carry it (arXiv 2407.03621).
public struct Realignment: Study {
  public static let name = "realignment"
  public static let question = "Which residual indices carry a style that a small trained network adds at every layer?"
  public static let source = "Injectable realignment model, arXiv 2407.03621"
  public static let keys = [
    StudyKey(
      "styles", required: "{sad: {training: sad.jsonl, evaluation: held.jsonl}}",
      "a style a name: rows to learn and held-out rows, files of JSON Lines with text or tokens"),
    StudyKey("width", usual: "32", "neurons of each inner layer of the network"),
    StudyKey("seeds", usual: "2", "how many seeds of the network and of orders, or a list of seeds"),
    StudyKey("steps", usual: "250", "steps of each training"),
    StudyKey("batch", usual: "8", "rows of a step"),
    StudyKey("learning_rate", usual: "0.001", "the learning rate of Adam in the first epoch"),
    StudyKey("decay", usual: "0.85", "what the learning rate is multiplied by from one epoch to the next"),
    StudyKey("penalty", usual: "0", "what the sum of all additions' magnitudes counts in the loss, over the layers"),
    StudyKey("shuffle", usual: "true", "whether rows come in a random order, drawn anew for each epoch"),
    StudyKey("shards", usual: "4", "parts of a batch that ranks share; more ranks than that have nothing to do"),
    StudyKey("watch", usual: "false", "whether the loss of held-out rows is computed before every step"),
    StudyKey(
      "quirks", usual: "false",
      "as the paper's code: each position is asked for the token behind the next, and padding counts"),
    StudyKey(
      "gradients", usual: "gradients.safetensors", "a file beside the results for the gradients on the first batch"),
  ]

  /// A style: what is learned, and what is held out.
  struct Style {
    let name: String
    let training: PromptSource
    let evaluation: PromptSource
  }

  let styles: [Style]
  let width: Int
  let seeds: [Int]
  let plan: RealignmentPlan
  let gradientsFile: String?

  /// Reads the section.
  public init(_ section: StudySection) throws {
    guard let styles = section["styles"] else {
      throw section.missing("styles", example: "{sad: {training: sad.jsonl, evaluation: held.jsonl}}")
    }
    self.styles = try styles.members(use: "names with {training: FILE, evaluation: FILE}").map { name, value in
      let own = StudySection(try value.group(keys: ["training", "evaluation"]), textNames: [])
      return Style(
        name: name, training: try PromptSource(own, "training"), evaluation: try PromptSource(own, "evaluation"))
    }
    width = try section.integer("width", in: 1...1 << 20, usual: 32)
    seeds = try section.seeds(usual: 2)
    gradientsFile = try section.fileName("gradients", ending: ".safetensors")
    plan = RealignmentPlan(
      steps: try section.integer("steps", in: 1...1 << 30, usual: 250),
      batch: try section.integer("batch", in: 1...1 << 20, usual: 8),
      rate: try section.number("learning_rate", usual: 0.001), decay: try section.number("decay", usual: 0.85),
      penalty: try section.number("penalty", usual: 0), isShuffled: try section.flag("shuffle", usual: true),
      shards: try section.integer("shards", in: 1...1 << 16, usual: 4),
      isWatched: try section.flag("watch", usual: false), hasQuirks: try section.flag("quirks", usual: false))
  }

  /// The files that it reads.
  public var files: [String] { styles.flatMap { $0.training.files + $0.evaluation.files } }

  /// The name of the file of first gradients, if there is one.
  public var outputs: [String] { gradientsFile.map { [$0] } ?? [] }

  /// About five passes for each step's rows. Throws where blocks have no `res_mid`, or rows are none of the model's.
  public func cost(_ outline: StudyOutline) throws -> StudyCost {
    _ = try outline.grid(.residualMiddle)
    var operations = 0.0
    for style in styles {
      let rows = try style.training.rows(outline.tokenizer, outline.shape, room: 0)
      let held = try style.evaluation.rows(outline.tokenizer, outline.shape, room: 0)
      let tokens = rows.reduce(0) { $0 + $1.count } / rows.count * plan.batch * plan.steps
      operations +=
        Double(seeds.count)
        * (5 * StudyCost.pass(outline.shape, tokens: tokens, readout: true)
          + 4 * StudyCost.pass(outline.shape, tokens: held.reduce(0) { $0 + $1.count }, readout: true))
    }
    let count = Double(styles.count * seeds.count)
    return StudyCost(
      operations: operations,
      outputBytes: count * Double(8 * plan.steps + 16 * outline.shape.layerCount * outline.shape.hiddenSize))
  }

  // MARK: Finding

  /// Trains a network for each style and seed, and looks at what all of them add to held-out rows.
  public func findings(on ground: StudyGround) throws -> StudyFindings {
    let shape = ground.shape
    let network = SideNetwork(inputs: shape.hiddenSize, width: width, outputs: shape.hiddenSize * shape.layerCount)
    var found: [RealignmentResult] = []
    for style in styles {
      let rows = try style.training.rows(ground.tokenizer, shape, room: 0)
      let held = try style.evaluation.rows(ground.tokenizer, shape, room: 0)
      for seed in seeds {
        found.append(try result(style, rows, held, network, seed: UInt64(seed), on: ground))
      }
    }
    let results = RealignmentResults(self, found)
    return StudyFindings(results.group(ground), files: files(found, network))
  }

  private func result(
    _ style: Style, _ rows: [[Int32]], _ held: [[Int32]], _ network: SideNetwork, seed: UInt64, on ground: StudyGround
  ) throws -> RealignmentResult {
    let operations =
      5
      * StudyCost.pass(
        ground.shape, tokens: rows.reduce(0) { $0 + $1.count } / rows.count * plan.batch * plan.steps, readout: true)
    let sharing = ground.stages.sharing(threads: ground.pass.workspace.threads)
    let lesson = RealignmentLesson(ground, plan, rows: rows, held: held)
    let untrained = network.untrained(seed: seed)
    return try ground.stages.steps("training \(style.name)", count: plan.steps, cost: operations) { keeper in
      let trainer = RealignmentTrainer(lesson, network, seed: seed, sharing: sharing)
      if let state = try keeper.state() { trainer.restore(state) }
      keeper.begin(at: trainer.step)
      while trainer.step < plan.steps {
        try trainer.take()
        try keeper.pass(trainer.step) { try trainer.state() }
      }
      try keeper.finish { try trainer.state() }
      let first = RealignmentTrainer(lesson, network, seed: seed, sharing: sharing)
      return RealignmentResult(
        style: style.name, seed: Int(seed), losses: trainer.losses, heldLosses: trainer.heldLosses,
        lastLoss: try trainer.nextLoss(), hostLoss: lesson.hostLoss(network),
        before: lesson.heldLoss(network, untrained),
        after: lesson.heldLoss(network, trainer.parameters),
        untrained: Striation(lesson.additions(network, untrained), lesson.covariates),
        trained: Striation(lesson.additions(network, trainer.parameters), lesson.covariates),
        gradient: gradientsFile == nil ? ([], []) : try first.firstGradient(),
        norms: network.layout.tensors.map { trainer.parameters.norm(of: $0.name) })
    }
  }

  private func files(_ found: [RealignmentResult], _ network: SideNetwork) -> [StudyFindings.TensorFile] {
    guard let gradientsFile else { return [] }
    let tensors = found.flatMap { result -> [(name: String, shape: [Int], values: [Float])] in
      network.layout.tensors.map { tensor in
        (
          "\(result.style).\(result.seed).\(tensor.name)", [tensor.rows, tensor.columns],
          Array(result.gradient.parameters[tensor.range])
        )
      }
    }
    return [StudyFindings.TensorFile(file: gradientsFile, tensors: tensors)]
  }
}
