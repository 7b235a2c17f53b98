import Archive
import Configuration
import Hosts
import Tokenizers
import Training
import Transformer

/// The study that trains a narrow side network through the frozen model, whose additions to the residual stream give
/// the model another style, and asks which indices carry it (arXiv 2407.03621).
public struct Realignment: Study {
  public static let name = "realignment"
  public static let question = "Which residual indices carry a style that a small trained network adds at every layer?"
  public static let source = "Injectable realignment model, arXiv 2407.03621"
  public static let reasonForTexts: String? =
    "the style of what a model writes is one of texts alone"
  public static let keys = RealignmentRequest.keys

  let request: RealignmentRequest

  /// Reads the section.
  public init(_ section: StudySection) throws { request = try RealignmentRequest(section) }

  private var plan: RealignmentPlan { request.plan }

  /// The files that it reads.
  public var files: [String] {
    request.styles.flatMap { $0.training.files + $0.evaluation.files } + (request.prompts?.files ?? [])
  }

  /// The name of the file of first gradients, if there is one.
  public var outputs: [String] { request.gradientsFile.map { [$0] } ?? [] }

  /// About five passes for each step's rows, in the model and in each host of a control, and one for each token of a
  /// continuation. Throws where blocks have no `res_mid`, or rows are none of the model's.
  public func cost(_ outline: StudyOutline) throws -> StudyCost {
    _ = try outline.grid(.residualMiddle)
    let shape = outline.shape
    try request.check(shape)
    var operations = 0.0
    for style in request.styles {
      let rows = try style.training.rows(outline.tokenizer, shape, room: 0)
      let held = try style.evaluation.rows(outline.tokenizer, shape, room: 0)
      let one = StudyCost.pass(shape, tokens: held.reduce(0) { $0 + $1.count }, readout: true)
      let watching = plan.isWatched ? Double(plan.steps) * one : 0
      operations += Double(request.seeds.count) * (training(rows, shape) + watching + 4 * one)
    }
    operations *= Double(1 + request.controls.count)
    let count = Double(request.styles.count * request.seeds.count)
    if let prompts = try prompts(outline.tokenizer, shape) {
      let tokens = prompts.reduce(0) { $0 + $1.count + request.tokens }
      operations += (1 + count) * StudyCost.pass(shape, tokens: tokens, readout: true)
    }
    let numbers = 8 * plan.steps + 16 * request.layers(shape).count * shape.hiddenSize
    return StudyCost(
      operations: operations, outputBytes: count * Double(1 + request.controls.count) * Double(numbers))
  }

  /// Operations of a training.
  private func training(_ rows: [[Int32]], _ shape: HostShape) -> Double {
    let tokens = rows.reduce(0) { $0 + $1.count } / rows.count * plan.batch * plan.steps
    return 5 * StudyCost.pass(shape, tokens: tokens, readout: true)
  }

  private func prompts(_ tokenizer: (any Tokenizer)?, _ shape: HostShape) throws -> [[Int32]]? {
    try request.prompts?.rows(tokenizer, shape, room: request.tokens)
  }

  // MARK: Finding

  /// Trains a network for each style and seed, in the model and then in hosts that have lost their training, and looks
  /// at what all of them add to held-out rows.
  public func findings(on ground: StudyGround) throws -> StudyFindings {
    let prompts = try prompts(ground.tokenizer, ground.shape) ?? []
    var results = RealignmentResults(request, ground.shape, prompts: prompts)
    for control in [nil] + request.controls.map(Optional.some) {
      let host = try control.map { try ground.untrained(UntrainedWeights(seed: 0, way: $0.way)) } ?? ground
      for style in request.styles {
        let lesson = RealignmentLesson(
          host, plan, layers: request.layers(ground.shape), request.network(ground.shape),
          rows: try style.training.rows(ground.tokenizer, ground.shape, room: 0),
          held: try style.evaluation.rows(ground.tokenizer, ground.shape, room: 0))
        if control == nil, results.plainContinuations.isEmpty, !prompts.isEmpty {
          results.plainContinuations = try lesson.continuations(prompts, tokens: request.tokens, nil)
        }
        for seed in request.seeds {
          results.found.append(try result(style.name, lesson, seed: seed, control, prompts))
        }
        if control == nil { results.covariates.append(lesson.covariates) }
      }
    }
    return StudyFindings(results.group(ground), files: files(results.found, request.network(ground.shape)))
  }

  private func result(
    _ style: String, _ lesson: RealignmentLesson, seed: Int, _ control: HostControl?, _ prompts: [[Int32]]
  ) throws -> RealignmentResult {
    let (ground, network) = (lesson.ground, lesson.network)
    let sharing = ground.stages.sharing(threads: ground.pass.workspace.threads)
    let untrained = network.untrained(seed: UInt64(seed))
    let trainer = RealignmentTrainer(lesson, seed: UInt64(seed), sharing: sharing)
    let phase = "training \(style)" + (control.map { " (\($0.rawValue))" } ?? "")
    var gradient: (parameters: [Float], lengths: [Double]) = ([], [])
    try ground.stages.steps(phase, count: plan.steps, cost: training(lesson.rows, ground.shape)) { keeper in
      if request.gradientsFile != nil, control == nil {
        gradient = try RealignmentTrainer(lesson, seed: UInt64(seed), sharing: sharing).firstGradient()
      }
      if let state = try keeper.state() { trainer.restore(state) }
      keeper.begin(at: trainer.step)
      while !trainer.isOver {
        try trainer.take()
        try keeper.pass(trainer.step) { try trainer.state() }
      }
      try keeper.finish { try trainer.state() }
    }
    let parameters = trainer.parameters
    return RealignmentResult(
      style: style, seed: seed, control: control, losses: trainer.losses, heldLosses: trainer.heldLosses,
      lastLoss: try trainer.nextLoss(), hostLoss: lesson.hostLoss(), before: lesson.heldLoss(untrained),
      after: lesson.heldLoss(parameters),
      untrained: Striation(lesson.additions(untrained), lesson.covariates.all),
      trained: Striation(lesson.additions(parameters), lesson.covariates.all), gradient: gradient,
      norms: network.layout.tensors.map { parameters.norm(of: $0.name) },
      continuations: control == nil && !prompts.isEmpty
        ? try lesson.continuations(prompts, tokens: request.tokens, parameters) : [])
  }

  private func files(_ found: [RealignmentResult], _ network: SideNetwork) -> [StudyFindings.TensorFile] {
    guard let gradientsFile = request.gradientsFile else { return [] }
    let tensors = found.filter { $0.control == nil }.flatMap {
      result -> [(name: String, shape: [Int], values: [Float])] in
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
