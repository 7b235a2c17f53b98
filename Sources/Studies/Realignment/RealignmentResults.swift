import Archive
import Drawing
import Transformer

/// What came of all side networks, as the file holds it.
struct RealignmentResults {
  let request: RealignmentRequest
  private let shape: HostShape
  private let prompts: [[Int32]]
  /// All networks: those of the model first, then those of each control.
  var found: [RealignmentResult] = []
  /// The likeliest continuations of the prompts without additions.
  var plainContinuations: [[Int32]] = []
  /// What indices of the model are like by themselves, on the held-out rows of each style.
  var covariates: [IndexCovariates] = []

  init(_ request: RealignmentRequest, _ shape: HostShape, prompts: [[Int32]]) {
    (self.request, self.shape, self.prompts) = (request, shape, prompts)
  }

  /// The networks of the model, or of a control.
  func networks(_ control: HostControl?) -> [RealignmentResult] { found.filter { $0.control == control } }

  /// The index that carries most over all styles, in the model or in a control.
  func commonIndex(_ control: HostControl?) -> CommonIndex {
    let own = networks(control)
    return CommonIndex(
      request.styles.map { style in own.filter { $0.style == style.name }.map(\.learnedScores) })
  }

  // MARK: Group

  private typealias Measure = (name: String, meaning: String, value: (Striation) -> Double)

  private static var measures: [Measure] {
    [
      ("eta2_index", "part of the variance of mean additions that lies between indices", { $0.split.index }),
      ("eta2_layer", "part of it that lies between layers", { $0.split.layer }),
      ("excess", "part between indices beyond that of numbers without structure", { $0.split.excess }),
      ("eta2_index_of_magnitudes", "part of the variance of magnitudes between indices", { $0.magnitudeSplit.index }),
      ("eta2_layer_of_magnitudes", "part of it between layers", { $0.magnitudeSplit.layer }),
      ("excess_of_magnitudes", "part between indices beyond that of no structure", { $0.magnitudeSplit.excess }),
      ("sign_agreement", "how far the layers of an index agree in sign", { $0.agreement.value }),
      ("top_share", "share of the greatest score's square in all squares", { $0.topShare }),
    ]
  }

  private var hosts: [HostControl?] { [nil] + request.controls.map(Optional.some) }

  func group(_ ground: StudyGround) -> AnalysisGroup {
    let layers = request.layers(shape)
    let commons = hosts.map(commonIndex)
    let means = IndexCovariates(meanOf: covariates)
    let watched: [AnalysisGroup.Dimension] =
      request.plan.isWatched ? [.init("watched_step", length: request.plan.steps)] : []
    let prompted: [AnalysisGroup.Dimension] = prompts.isEmpty ? [] : [.init("prompt", length: prompts.count)]
    return AnalysisGroup(
      name: Realignment.name, comment: comment,
      findings: RealignmentFinding(self, commons, means).sentences,
      dimensions: [
        .init("network", labels: found.map(\.name)), .init("other", labels: found.map(\.name)),
        .init("host", labels: hosts.map { $0?.rawValue ?? "model" }), .init("step", length: request.plan.steps),
        layers.count == shape.layerCount
          ? .init("layer", length: layers.count) : .init("layer", values: layers.map(Double.init)),
        .init("index", length: shape.hiddenSize), .init("whole", length: 1),
        .init("covariate", labels: means.all.map(\.name)), .init("tensor", length: found.first?.norms.count ?? 0),
      ] + watched + prompted,
      variables: networkColumns + losses + striations + scores + commonColumns(commons, means) + ends
        + continuations(ground))
  }

  private var comment: String {
    "A side network of five layers reads the residual stream between attention and MLP of layer 0 and adds to it "
      + "at that place of the layers named; it is trained through the frozen model. The split of the variance of its "
      + "mean additions is read against numbers without structure, against the network before training, and against "
      + "networks of hosts that have lost their training: an index that comes first for every style can be had from "
      + "gains alone. The score of an index is the mean magnitude over layers of its mean additions; the learned score "
      + "is how far training has made these magnitudes grow, since networks of one seed begin alike. Source: "
      + "\(Realignment.source)."
  }

  // MARK: Columns

  private var networkColumns: [AnalysisGroup.Variable] {
    [
      .init("style", ["network"], "the style", .texts(found.map(\.style))),
      .init("seed", ["network"], "the seed of the network and of orders", .counts(found.map(\.seed))),
      .init(
        "host_of_network", ["network"], "the host that it was trained in",
        .texts(found.map { $0.control?.rawValue ?? "model" })),
      .init("steps_taken", ["network"], "steps of its training", .counts(found.map(\.losses.count))),
    ]
  }

  /// Numbers of steps, and no numbers where a training has ended.
  private func padded(_ values: [Double]) -> [Double] {
    values + Array(repeating: .nan, count: request.plan.steps - values.count)
  }

  private var losses: [AnalysisGroup.Variable] {
    func column(_ name: String, _ meaning: String, _ value: (RealignmentResult) -> Double) -> AnalysisGroup.Variable {
      .init(name, ["network"], meaning, units: "nat", .numbers(found.map(value)))
    }
    let watched: [AnalysisGroup.Variable] =
      request.plan.isWatched
      ? [
        .init(
          "held_loss_of_step", ["network", "watched_step"], "loss of held-out rows before each step", units: "nat",
          .numbers(found.flatMap { padded($0.heldLosses) }))
      ] : []
    return [
      .init(
        "loss_of_batch", ["network", "step"], "loss of each batch before its update", units: "nat",
        .numbers(found.flatMap { padded($0.losses) })),
      column("loss_of_next_batch", "loss of the batch that would have come next", \.lastLoss),
      column("held_loss_host", "mean of −ln p of held-out rows without additions", \.hostLoss),
      column("held_loss_before", "the same with the untrained network", \.before),
      column("held_loss", "the same with the trained network", \.after),
    ] + watched
  }

  private var striations: [AnalysisGroup.Variable] {
    let sides: [(prefix: String, words: String, value: (RealignmentResult) -> Striation)] = [
      ("", "", \.trained), ("untrained_", " before training", \.untrained),
    ]
    let first = found[0].trained
    return sides.flatMap { side -> [AnalysisGroup.Variable] in
      Self.measures.map { measure in
        .init(
          side.prefix + measure.name, ["network"], measure.meaning + side.words,
          .numbers(found.map { measure.value(side.value($0)) }))
      } + [
        .init(
          side.prefix + "correlation", ["network", "covariate"],
          "Spearman's correlation of scores with what indices of the host are like without additions" + side.words,
          .numbers(found.flatMap { side.value($0).correlations.map(\.value) }))
      ]
    } + [
      .init(
        "eta2_expected", ["whole"], "part between indices of numbers without structure",
        .numbers([first.split.expected])),
      .init(
        "sign_agreement_expected", ["whole"], "agreement in sign of fair coins", .numbers([first.agreement.expected])),
    ]
  }

  private var scores: [AnalysisGroup.Variable] {
    [
      .init(
        "addition", ["network", "layer", "index"], "mean addition over the positions of held-out rows",
        .numbers(found.flatMap { $0.trained.additions.flatMap { $0 } })),
      .init(
        "score", ["network", "index"], "mean magnitude of an index's mean additions over layers",
        .numbers(found.flatMap(\.trained.scores))),
      .init(
        "learned_score", ["network", "index"], "mean over layers of how far training has made the magnitude grow",
        .numbers(found.flatMap(\.learnedScores))),
      .init(
        "untrained_score", ["network", "index"], "mean magnitude before training",
        .numbers(found.flatMap(\.untrained.scores))),
      .init(
        "score_correlation", ["network", "other"], "Spearman's correlation of the learned scores of two networks",
        .numbers(
          found.flatMap { one in found.map { Striation.spearman(one.learnedScores, $0.learnedScores) } })),
    ]
  }

  private func commonColumns(_ commons: [CommonIndex], _ means: IndexCovariates) -> [AnalysisGroup.Variable] {
    func numbers(_ name: String, _ meaning: String, _ value: (CommonIndex) -> Double) -> AnalysisGroup.Variable {
      .init(name, ["host"], meaning, .numbers(commons.map(value)))
    }
    return [
      .init(
        "common_index", ["host"], "the index with the greatest mean share of squared learned scores over styles",
        .counts(commons.map(\.index))),
      numbers("common_share", "that share", \.share),
      numbers("common_expected", "the mean of the greatest share where indices are permuted in each style", \.expected),
      numbers("common_p", "the probability of so great a share there, of 999 draws", \.probability.value),
      .init(
        "common_first", ["host"], "networks in which this index has the greatest learned score",
        .counts(commons.map(\.firstCount))
      ),
      .init(
        "share", ["host", "index"], "mean share of an index's squared learned score in all, over styles",
        .numbers(commons.flatMap(\.shares))),
      .init(
        "covariate_value", ["covariate", "index"],
        "what indices of the model are like without additions, the mean over the styles' held-out rows",
        .numbers(means.all.flatMap(\.values))),
    ]
  }

  private var ends: [AnalysisGroup.Variable] {
    let norms = AnalysisGroup.Variable(
      "norm", ["network", "tensor"], "root of the sum of squares of the trained parameters",
      .numbers(found.flatMap(\.norms)))
    guard request.gradientsFile != nil else { return [norms] }
    let none = [Double](repeating: .nan, count: request.layers(shape).count)
    return [
      norms,
      .init(
        "first_gradient_length", ["network", "layer"],
        "length of the gradient of the first batch's loss at each layer's residual stream behind the addition; none "
          + "for hosts of controls",
        .numbers(found.flatMap { $0.control == nil ? $0.gradient.lengths : none })),
    ]
  }

  private func continuations(_ ground: StudyGround) -> [AnalysisGroup.Variable] {
    guard !prompts.isEmpty else { return [] }
    func text(_ tokens: [Int32]) -> String { ground.tokenizer?.decode(tokens).withoutZeros ?? "" }
    return [
      .init("prompt_text", ["prompt"], "the prompt", .texts(prompts.map(text))),
      .init(
        "continuation_without", ["prompt"], "the likeliest continuation without additions",
        .texts(plainContinuations.map(text))),
      .init(
        "continuation", ["network", "prompt"], "the same with a network's additions; empty for hosts of controls",
        .texts(
          found.flatMap { result in
            prompts.indices.map { result.control == nil ? text(result.continuations[$0]) : "" }
          })),
    ]
  }
}
