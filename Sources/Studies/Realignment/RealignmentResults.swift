import Archive
import Drawing

/// What came of all side networks, as the file holds it.
struct RealignmentResults {
  private let study: Realignment
  private let found: [RealignmentResult]

  init(_ study: Realignment, _ found: [RealignmentResult]) {
    self.study = study
    self.found = found
  }

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

  func group(_ ground: StudyGround) -> AnalysisGroup {
    let shape = ground.shape
    let watched: [AnalysisGroup.Dimension] =
      study.plan.isWatched ? [.init("watched_step", length: study.plan.steps)] : []
    return AnalysisGroup(
      name: Realignment.name, comment: comment, findings: RealignmentFinding(study, found).sentences,
      dimensions: [
        .init("network", labels: found.map(\.name)), .init("other", labels: found.map(\.name)),
        .init("step", length: study.plan.steps), .init("layer", length: shape.layerCount),
        .init("index", length: shape.hiddenSize), .init("whole", length: 1),
        .init("covariate", labels: found.first?.trained.correlations.map(\.name) ?? []),
        .init("tensor", length: found.first?.norms.count ?? 0),
      ] + watched, variables: losses + striations + scores + ends)
  }

  private var comment: String {
    "A side network of five layers reads the residual stream between attention and MLP of layer 0 and adds to it "
      + "there and at every other layer; it is trained through the frozen model. The split of the variance of its mean "
      + "additions is read against numbers without structure, against the network before training, and against an "
      + "untrained host (model: {of: …, weights: random}): an index that comes first for every style can be had from "
      + "gains alone. Source: \(Realignment.source)."
  }

  private var losses: [AnalysisGroup.Variable] {
    func column(_ name: String, _ meaning: String, _ value: (RealignmentResult) -> Double) -> AnalysisGroup.Variable {
      .init(name, ["network"], meaning, units: "nat", .numbers(found.map(value)))
    }
    let watched: [AnalysisGroup.Variable] =
      study.plan.isWatched
      ? [
        .init(
          "held_loss_of_step", ["network", "watched_step"], "loss of held-out rows before each step", units: "nat",
          .numbers(found.flatMap(\.heldLosses)))
      ] : []
    return [
      .init(
        "loss_of_batch", ["network", "step"], "loss of each batch before its update", units: "nat",
        .numbers(found.flatMap(\.losses))),
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
          "Spearman's correlation of scores with what indices are like without additions" + side.words,
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
        "untrained_score", ["network", "index"], "the same before training",
        .numbers(found.flatMap(\.untrained.scores))),
      .init(
        "score_correlation", ["network", "other"], "Spearman's correlation of the scores of two networks",
        .numbers(
          found.flatMap { one in found.map { Striation.spearman(one.trained.scores, $0.trained.scores) } })),
    ]
  }

  private var ends: [AnalysisGroup.Variable] {
    let norms = AnalysisGroup.Variable(
      "norm", ["network", "tensor"], "root of the sum of squares of the trained parameters",
      .numbers(found.flatMap(\.norms)))
    guard study.gradientsFile != nil else { return [norms] }
    return [
      norms,
      .init(
        "first_gradient_length", ["network", "layer"],
        "length of the gradient of the first batch's loss at each layer's residual stream behind the addition",
        .numbers(found.flatMap(\.gradient.lengths))),
    ]
  }
}
