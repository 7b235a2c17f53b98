import Archive
import Basics
import Configuration
import Drawing
import Perturbations
import Training
import Transformer

/// The study that trains sparse autoencoders on the activations of one site of one layer, and tells how much of them,
/// and of the model's predictions, a few features explain.
public struct AutoencoderStudy: Study {
  public static let name = "autoencoder"
  public static let question = "How much of a site's activations do a few features of a trained dictionary explain?"
  public static let source =
    "Gao et al. 2024, arXiv 2406.04093; Rajamanoharan et al. 2024, arXiv 2407.14435; Bricken et al. 2023"
  public static let keys = AutoencoderRequest.keys

  let request: AutoencoderRequest

  /// What the operations of a training are multiplied by, because not all of its time goes to products: measured on the
  /// demo model.
  private static let trainingWeight = 1.6

  /// Reads the section.
  public init(_ section: StudySection) throws { request = try AutoencoderRequest(section) }

  /// The names of the files of autoencoders, and of that of first gradients if there is one.
  public var outputs: [String] {
    request.autoencoders.map { request.file(of: $0) } + (request.gradientsFile.map { [$0] } ?? [])
  }

  /// A pass for moments, one for the activations of each training's epoch that do not all fit the buffer, two for what
  /// is held out, and one with readout for each splice. Throws where there are fewer activations than a batch has.
  public func cost(_ outline: StudyOutline) throws -> StudyCost {
    try check(outline)
    let width = try outline.shape.width(at: request.site, layer: request.layer)
    let feed = request.feed(of: outline.texts[request.training].rows, width: width, begin: outline.firstCounted)
    let epochs = Double(request.steps * request.batch) / Double(feed.positionCount)
    let fills = feed.isWhole ? 1 : max(1, epochs.rounded(.up))
    let count = Double(request.autoencoders.count)
    let plans = request.autoencoders.map { request.plan($0, width: width) }
    return StudyCost(
      operations: outline.pass(request.training) * (1 + count * fills)
        + outline.pass(request.evaluation) * 2 + outline.pass(request.evaluation, readout: true) * (3 + 2 * count)
        + Self.trainingWeight * plans.reduce(0) { $0 + $1.operations },
      outputBytes: count * Double(request.steps * 32 + request.featureCount * 16))
  }

  private func check(_ outline: StudyOutline) throws {
    guard request.layer < outline.shape.layerCount else {
      throw request.layerPlace.refusal(
        "the model has \(outline.shape.layerCount) layers; use one from 0 to \(outline.shape.layerCount - 1)")
    }
    _ = try outline.grid(request.site)
    let width = try outline.shape.width(at: request.site, layer: request.layer)
    let feed = request.feed(of: outline.texts[request.training].rows, width: width, begin: outline.firstCounted)
    guard feed.positionCount >= request.batch else {
      throw request.batchPlace.refusal(
        "the texts have \(feed.positionCount) activations, fewer than a batch of \(request.batch); name longer texts "
          + "or set batch lower")
    }
    try request.checkSizes(width: width)
    if let large = request.autoencoders.first(where: { $0.count > request.featureCount }) {
      throw large.place.refusal(
        "\(large.sparsity.name) has more than the \(request.featureCount) features; use fewer, or more features")
    }
  }

  // MARK: Finding

  /// Takes moments, trains one autoencoder after the other, and measures all of them on what is held out.
  public func findings(on ground: StudyGround) throws -> StudyFindings {
    let site = ActivationSite(ground, request.site, layer: request.layer)
    let moments = try site.moments(of: ground.texts[request.training].rows)
    guard moments.length > 0 else {
      throw StudiesError(
        "cannot train autoencoders at \(request.site.rawValue) of layer \(request.layer): all activations are 0; "
          + "choose another site")
    }
    let feed = ActivationFeed(
      site,
      request.feed(of: ground.texts[request.training].rows, width: site.width, begin: ground.firstCounted))
    let trainings = try request.autoencoders.map { try train($0, on: feed, moments) }
    let quality = try AutoencoderQuality(
      trained: trainings.map(\.trainer.autoencoder), untrained: trainings.map(\.untrained), site, moments,
      ground.texts[request.evaluation])
    let results = AutoencoderResults(request, trainings, quality, moments)
    return StudyFindings(results.group(ground), files: files(trainings))
  }

  private func train(
    _ choice: AutoencoderRequest.Choice, on feed: ActivationFeed, _ moments: ActivationMoments
  ) throws -> AutoencoderTraining {
    let plan = request.plan(choice, width: feed.site.width)
    let untrained = Autoencoder(plan, mean: moments.mean, length: moments.length)
    let stages = feed.site.ground.stages
    let sharing = stages.sharing(threads: feed.site.ground.pass.workspace.threads)
    let trainer = AutoencoderTrainer(Autoencoder(plan, mean: moments.mean, length: moments.length), sharing: sharing)
    var first: [Float] = []
    var end: Double?
    try stages.steps("training \(choice.sparsity.name)", count: plan.steps, cost: plan.operations) { keeper in
      if let state = try keeper.state() { _ = trainer.restore(state) }
      keeper.begin(at: trainer.step)
      if request.gradientsFile != nil, let batch = try feed.batch(0, sharing, keeper) {
        first = try AutoencoderTrainer(untrained, sharing: sharing).gradient(batch)
      }
      while trainer.step < plan.steps {
        // A rank that is to stop leaves the activations as they are, and then none takes the step.
        if let batch = try feed.batch(trainer.step, sharing, keeper) { try trainer.take(batch) }
        try keeper.pass(trainer.step) { try trainer.state() }
      }
      try keeper.finish { try trainer.state() }
      while end == nil {
        if let batch = try feed.batch(0, sharing, keeper) { end = try trainer.loss(of: batch) }
        try keeper.pass(trainer.step) { try trainer.state() }
      }
    }
    return AutoencoderTraining(
      choice: choice, trainer: trainer, untrained: untrained, firstGradient: first, lastLoss: end ?? .nan)
  }

  private func files(_ trainings: [AutoencoderTraining]) -> [StudyFindings.TensorFile] {
    let own = trainings.map { training in
      AutoencoderTensors(training.trainer.autoencoder).file(request.file(of: training.choice))
    }
    guard let name = request.gradientsFile else { return own }
    return own + [AutoencoderTensors.gradients(trainings, file: name)]
  }
}

extension StudyOutline {
  /// Positions at the beginning of a row that are left out.
  fileprivate var firstCounted: Int { shape.beginToken == nil ? 0 : 1 }
}

/// A training that is over.
struct AutoencoderTraining {
  let choice: AutoencoderRequest.Choice
  let trainer: AutoencoderTrainer
  /// The autoencoder that it began with.
  let untrained: Autoencoder
  /// The gradient of all parameters on the first batch, before any step; empty unless it is asked for.
  let firstGradient: [Float]
  /// The loss of the first batch behind the last step.
  let lastLoss: Double
}
