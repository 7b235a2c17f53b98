import Archive
import Drawing

/// The group of the file that holds what paragraph patching found.
struct PatchingGroup {
  private let study: Patching
  private let paragraphs: Paragraphs
  private let scores: PatchingScores
  private let texts: PatchingTexts?
  private let ground: StudyGround

  init(
    _ study: Patching, _ paragraphs: Paragraphs, _ scores: PatchingScores, _ texts: PatchingTexts?,
    _ ground: StudyGround
  ) {
    self.study = study
    self.paragraphs = paragraphs
    self.scores = scores
    self.texts = texts
    self.ground = ground
  }

  var group: AnalysisGroup {
    AnalysisGroup(
      name: Patching.name, comment: comment, findings: PatchingFinding(study, scores, texts).sentences,
      dimensions: dimensions,
      variables: rowColumns + lossColumns + layerColumns + taskColumns + (texts?.variables ?? []))
  }

  /// All that the paragraph's tokens were scored in.
  private var contexts: [PatchContext] {
    study.conditions.map(PatchContext.condition) + study.given.map { PatchContext.neutral(given: $0) }
  }

  private var longest: Int { paragraphs.rows.map(\.after.count).max() ?? 0 }

  private var dimensions: [AnalysisGroup.Dimension] {
    [
      .init("row", length: paragraphs.rows.count), .init("condition", labels: contexts.map(\.name)),
      .init("token", length: longest), .init("scale", values: study.scales.map(Double.init)),
      .init("task", labels: scores.effects.map(\.task)), .init("whole", length: 1),
    ]
      + (study.byLayer
        ? [.init("layers", labels: ["single", "up_to"]), .init("layer", length: scores.layers.count)] : [])
      + (texts?.dimensions(steps: study.steps) ?? [])
  }

  private var comment: String {
    let opening = study.count == 1 ? "token" : "\(study.count) tokens"
    let rows = paragraphs.rows
    let same = rows.count { row in row.other.map { rows[$0].after == row.after } ?? false }
    return
      "The activations at attn_pre_out and mlp_pre_out that a text has at the last \(opening) before a "
      + "paragraph are put where nothing but this opening stands, and the paragraph's tokens are scored behind "
      + "it. neutral has nothing put in, neutralK the paragraph's first K tokens given, full the whole text; "
      + "mismatched, the control, has the activations of another paragraph of the same task. The null flips the "
      + "signs of paragraphs' differences (all flips up to 16 paragraphs, else 9,999 drawn ones); gap, recovery, "
      + "advantage over mismatched and single layers are tested in this order, each only where those before are "
      + "beyond chance, at 5 % shared by \(Numeral.items(scores.effects.count, "task")). "
      + (same > 0 ? "In \(Numeral.items(same, "row")) the other paragraph is the same text. " : "")
      + (texts == nil ? "" : "Similarity by states is by the model's own, and no outside judge. ")
      + "Source: \(Patching.source)."
  }

  // MARK: Rows

  private var rowColumns: [AnalysisGroup.Variable] {
    let rows = paragraphs.rows
    let number = Dictionary(uniqueKeysWithValues: paragraphs.tasks.enumerated().map { ($1, $0) })
    return [
      .init("line", ["row"], "line of the file of paragraphs, from 1", .counts(rows.map(\.line))),
      .init("task_of_row", ["row"], "number of the paragraph's task", .counts(rows.map { number[$0.task] ?? 0 })),
      .init(
        "other", ["row"], "row whose activations are the mismatched ones", missing: -1,
        .counts(rows.map { $0.other ?? -1 })),
      .init("token_count", ["row"], "tokens of the paragraph", .counts(rows.map(\.after.count))),
    ]
      + (scores.differences.isEmpty
        ? []
        : [
          .init(
            "route_difference_by_row", ["row"],
            "greatest difference of logits between the hook and keys and values in the cache",
            .numbers(scores.differences)),
          .init(
            "route_difference", ["whole"], "greatest route_difference_by_row", .numbers([scores.difference ?? 0])
          ),
        ])
  }

  // MARK: Losses

  private var lossColumns: [AnalysisGroup.Variable] {
    let losses = contexts.map(scores.losses)
    return [
      .init(
        "loss", ["condition", "row", "token"], "−ln p of each token of the paragraph that is not given", units: "nat",
        .numbers(zip(contexts, losses).flatMap { padded($1, given: $0.given) })),
      .init(
        "mean_loss", ["condition"], "mean of the loss over all tokens of all rows", units: "nat",
        .numbers(losses.map(\.meanOfTokens))),
      .init(
        "loss_by_scale", ["scale", "row"], "mean loss of the paragraph with the transplant scaled", units: "nat",
        .numbers(study.scales.indices.flatMap { rowMeans(scores.plan.run(scale: $0)) })),
    ]
  }

  /// The losses of all rows over the longest paragraph's tokens, not a number where there is none.
  private func padded(_ losses: [[Double]], given: Int) -> [Double] {
    losses.flatMap { own in
      let first = [Double](repeating: .nan, count: min(given, longest))
      return first + own + [Double](repeating: .nan, count: longest - first.count - own.count)
    }
  }

  private func rowMeans(_ run: Int) -> [Double] { scores.losses(run: run).map(\.mean) }

  private var layerColumns: [AnalysisGroup.Variable] {
    guard study.byLayer else { return [] }
    func means(_ run: (Int) -> Int) -> [Double] {
      let byLayer = scores.layers.map { rowMeans(run($0)) }
      return paragraphs.rows.indices.flatMap { row in byLayer.map { $0[row] } }
    }
    return [
      .init(
        "loss_by_layer", ["layers", "row", "layer"],
        "mean loss of the paragraph with the transplant of one layer alone, and of all up to it", units: "nat",
        .numbers(means(scores.plan.run(single:)) + means(scores.plan.run(upTo:))))
    ]
  }

  // MARK: Tasks

  private var taskColumns: [AnalysisGroup.Variable] {
    let effects = scores.effects
    func column(
      _ name: String, _ meaning: String, units: String = "nat", _ value: (PatchingEffect) -> Double
    ) -> AnalysisGroup.Variable { .init(name, ["task"], meaning, units: units, .numbers(effects.map(value))) }
    let unit = "1"
    return [
      .init("paragraphs", ["task"], "paragraphs of the task", .counts(effects.map(\.rowCount))),
      column("gap", "mean loss behind the opening alone less that behind the whole text", \.gap.nats),
      column("gap_p", "two-sided probability of the gap by sign flips", units: unit, \.gap.probability),
      column("recovered", "what the transplant recovers of the gap", \.recovered.nats),
      column("recovered_p", "two-sided probability of recovered by sign flips", units: unit, \.recovered.probability),
      column("share", "recovered over gap", units: unit, \.share),
      column("share_low", "lower end of the bootstrap interval of share", units: unit, \.interval.low),
      column("share_high", "upper end of the bootstrap interval of share", units: unit, \.interval.high),
      column("own", "mismatched mean loss less that of the transplant") { $0.own?.nats ?? .nan },
      column("own_p", "two-sided probability of own by sign flips", units: unit) { $0.own?.probability ?? .nan },
      .init(
        "task_loss", ["condition", "task"], "mean of the loss over all tokens of the task's paragraphs", units: "nat",
        .numbers(contexts.flatMap(taskMeans))),
    ] + taskLayerColumns
  }

  private func taskMeans(_ context: PatchContext) -> [Double] {
    let losses = scores.losses(context)
    return scores.effects.map { effect in paragraphs.rows(ofTask: effect.task).map { losses[$0] }.meanOfTokens }
  }

  private var taskLayerColumns: [AnalysisGroup.Variable] {
    guard study.byLayer else { return [] }
    let effects = scores.effects
    return [
      .init(
        "share_by_layer", ["layers", "task", "layer"], "share of the gap that the transplant of layers recovers",
        .numbers(
          effects.flatMap { effect in effect.losses.single.map { effect.share(of: $0) } }
            + effects.flatMap { effect in effect.losses.upTo.map { effect.share(of: $0) } })),
      .init(
        "single_layer_p", ["task", "layer"], "probability of a single layer's recovery, corrected for layers",
        .numbers(effects.flatMap { $0.layers.map(\.probability) })),
    ]
  }
}
