import Archive
import Training

/// What came of the trainings, as the file holds it.
struct AutoencoderResults {
  let request: AutoencoderRequest
  let trainings: [AutoencoderTraining]
  let quality: AutoencoderQuality
  private let moments: ActivationMoments

  init(
    _ request: AutoencoderRequest, _ trainings: [AutoencoderTraining], _ quality: AutoencoderQuality,
    _ moments: ActivationMoments
  ) {
    (self.request, self.trainings, self.quality, self.moments) = (request, trainings, quality, moments)
  }

  func group(_ ground: StudyGround) -> AnalysisGroup {
    let findings = AutoencoderFinding(self).sentences(ground)
    let components =
      quality.components.isEmpty
      ? [] : [AnalysisGroup.Dimension("component", length: quality.components.count)]
    return AnalysisGroup(
      name: AutoencoderStudy.name, comment: comment, findings: findings,
      dimensions: [
        .init("whole", length: 1), .init("autoencoder", labels: trainings.map(\.choice.sparsity.name)),
        .init("step", length: request.steps), .init("feature", length: request.featureCount),
        .init("tensor", labels: ["W_enc", "W_dec", "b_enc", "b_dec"]),
      ] + components,
      variables: whole + steps + ends + scores("", quality.trained, "")
        + scores(
          "untrained_", quality.untrained, " before training") + features + componentColumns)
  }

  private var comment: String {
    let files = trainings.map { request.file(of: $0.choice) }.joined(separator: ", ")
    return "Sparse autoencoders of \(request.site.rawValue) of layer \(request.layer), trained on the texts "
      + "\(request.training.joined(separator: ", ")) and measured on \(request.evaluation.joined(separator: ", ")), at "
      + "all positions but that of the token that begins a row. FVU is Σ‖x − x̂‖² over the sum of squared deviations "
      + "from the mean. Loss recovered is the way from the loss with zeros (or the mean) in place of the activations "
      + "to that of the model which the loss with reconstructions has gone; controls are the same autoencoders before "
      + "training, and principal components of the learned activations. Files beside this one: \(files). "
      + "Source: \(AutoencoderStudy.source)."
  }

  // MARK: Columns

  private var whole: [AnalysisGroup.Variable] {
    func number(_ name: String, _ meaning: String, units: String = "1", _ value: Double) -> AnalysisGroup.Variable {
      .init(name, ["whole"], meaning, units: units, .numbers([value]))
    }
    return [
      .init("positions", ["whole"], "activations that are learned", .counts([moments.count])),
      .init("positions_held", ["whole"], "activations that are held out", .counts([quality.count])),
      number("length", "mean length of the activations that are learned", moments.length),
      number("cross_entropy_model", "mean of −ln p of the held-out targets", units: "nat", quality.model),
      number("cross_entropy_zero", "the same with zeros in place of activations", units: "nat", quality.zero),
      number("cross_entropy_mean", "the same with their learned mean in their place", units: "nat", quality.mean),
    ]
  }

  private var steps: [AnalysisGroup.Variable] {
    let axes = ["autoencoder", "step"]
    let all = trainings.map(\.trainer.history)
    return [
      .init("loss_of_batch", axes, "loss of each batch before its update", .numbers(all.flatMap(\.loss))),
      .init("fvu_of_batch", axes, "FVU of each batch", .numbers(all.flatMap(\.unexplained))),
      .init("active_of_batch", axes, "mean number of features above 0 on each batch", .numbers(all.flatMap(\.active))),
      .init("dead_of_batch", axes, "features that are dead before each batch", .counts(all.flatMap(\.dead))),
    ]
  }

  private var ends: [AnalysisGroup.Variable] {
    let axes = ["autoencoder"]
    let names = ["W_enc", "W_dec", "b_enc", "b_dec"]
    return [
      .init(
        "scale", axes, "factor of activations, by which their mean length is the root of their width",
        .numbers(trainings.map { Double($0.untrained.scale) })),
      .init("dead", axes, "features that are dead behind the last step", .counts(trainings.map(\.trainer.deadCount))),
      .init(
        "revived", axes, "revivals of dead features in all", .counts(trainings.map(\.trainer.revivedCount))),
      .init(
        "loss_of_first_batch_at_the_end", axes, "loss of the first batch behind the last step",
        .numbers(trainings.map(\.lastLoss))),
      .init(
        "norm", ["autoencoder", "tensor"], "root of the sum of squares of the trained parameters",
        .numbers(
          trainings.flatMap { training in names.map { training.trainer.autoencoder.parameters.norm(of: $0) } })),
    ]
  }

  private func scores(
    _ prefix: String, _ scores: [AutoencoderQuality.Score], _ words: String
  ) -> [AnalysisGroup.Variable] {
    let axes = ["autoencoder"]
    func column(
      _ name: String, _ meaning: String, units: String = "1", _ value: (AutoencoderQuality.Score) -> Double
    ) -> AnalysisGroup.Variable {
      .init(prefix + name, axes, meaning + words, units: units, .numbers(scores.map(value)))
    }
    return [
      column("fvu", "share of held-out variance that is not explained", \.unexplained),
      column("active", "mean number of features above 0 on held-out activations", \.active),
      .init(
        prefix + "never_fired", axes, "features that are above 0 on no held-out activation" + words,
        .counts(scores.map(\.silentCount))),
      column(
        "cross_entropy_reconstruction", "mean of −ln p of held-out targets with reconstructions in place", units: "nat",
        \.crossEntropy),
      column("recovered_from_zero", "loss recovered from zeros") {
        quality.recovered($0.crossEntropy, from: quality.zero)
      },
      column("recovered_from_mean", "loss recovered from the mean") {
        quality.recovered($0.crossEntropy, from: quality.mean)
      },
    ]
  }

  private var features: [AnalysisGroup.Variable] {
    [
      .init(
        "firing_share", ["autoencoder", "feature"], "share of held-out activations on which a feature is above 0",
        .numbers(quality.trained.flatMap(\.firing)))
    ]
  }

  private var componentColumns: [AnalysisGroup.Variable] {
    guard !quality.components.isEmpty else { return [] }
    return [
      .init(
        "component_fvu", ["component"],
        "share of held-out variance that so many principal components of the learned activations leave",
        .numbers(quality.components))
    ]
  }
}
