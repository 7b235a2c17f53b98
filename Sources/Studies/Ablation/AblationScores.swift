import Archive
import Basics
import Drawing
import Statistics
import Transformer

/// The scores of all curves of an ablation.
struct AblationScores {
  private let study: Ablation
  private let common: [Int32]
  /// The unedited model's, by text.
  var baseline: [PredictionScores] = []
  /// `[site][method][seed][fraction][text]`, row-major.
  private(set) var curves: [[PredictionScores]] = []
  /// `[site][method][text]`, row-major.
  private(set) var late: [[PredictionScores]] = []

  init(_ study: Ablation, common: [Int32]) {
    self.study = study
    self.common = common
  }

  /// Takes the scores of a site's edits, `curves` methods in turn.
  mutating func add(_ found: [[PredictionScores]], curves count: Int) {
    let size = study.seeds.count * study.fractions.count
    for method in 0..<count {
      let own = found[method * (size + 1)..<(method + 1) * (size + 1)]
      curves += own.dropLast()
      late += own.suffix(1)
    }
  }

  // MARK: The group

  private typealias Measure = (
    name: String, meaning: String, units: String, value: @Sendable (PredictionScores) -> Double
  )

  private static let measures: [Measure] = [
    ("cross_entropy", "mean of −ln p of the targets", "nat", { $0.crossEntropy }),
    ("top1", "share of targets that are the first choice", "1", { $0.top1 }),
    ("top10", "share of targets among the first ten choices", "1", { $0.top10 }),
    ("skip50", "share of first choices among targets that are not among the 50 commonest", "1", { $0.skip50 }),
  ]

  func group(_ ground: StudyGround) -> AnalysisGroup {
    let axes = ["site", "method", "seed", "fraction"]
    var variables: [AnalysisGroup.Variable] = []
    for measure in Self.measures {
      func values(_ scores: [[PredictionScores]]) -> AnalysisGroup.Values {
        .numbers(scores.map { measure.value(.joined($0)) })
      }
      variables += [
        .init(measure.name, axes, measure.meaning, units: measure.units, values(curves)),
        .init(
          "\(measure.name)_half_but_first_position", ["site", "method"],
          measure.meaning + ", half of the units replaced at all positions but the first", units: measure.units,
          values(late)),
        .init(
          "\(measure.name)_unedited", ["whole"], measure.meaning + ", of the unedited model", units: measure.units,
          values([baseline])),
      ]
    }
    variables += [
      .init(
        "cross_entropy_by_text", axes + ["text"], "mean of −ln p of the targets of each text", units: "nat",
        .numbers(curves.flatMap { $0.map(\.crossEntropy) })),
      .init("commonest", ["place"], "the commonest targets", .counts(common.map(Int.init))),
      .init(
        "first_units", ["site", "seed", "layer", "first"], "the units of a layer that are replaced first",
        .counts(firstUnits(ground))),
    ]
    return AnalysisGroup(
      name: Ablation.name, comment: comment(ground), findings: AblationFinding(study, self).sentences,
      dimensions: [
        .init("site", labels: study.sites.map(\.rawValue)), .init("method", labels: study.methods.map(\.rawValue)),
        .init("seed", values: study.seeds.map(Double.init)), .init("fraction", values: study.fractions.map(\.value)),
        .init("text", labels: study.evaluation), .init("layer", length: ground.shape.layerCount),
        .init("place", length: common.count), .init("first", length: AblationScores.firstCount),
        .init("whole", length: 1),
      ], variables: variables)
  }

  private static let firstCount = 8

  private func firstUnits(_ ground: StudyGround) -> [Int] {
    study.sites.flatMap { site in
      let width = (try? ground.grid(site).width) ?? 0
      return study.seeds.flatMap { seed in
        (0..<ground.shape.layerCount).flatMap { layer in
          let order = Ablation.order(seed: seed, layer: layer, site, width).prefix(AblationScores.firstCount)
          return order.map(Int.init) + Array(repeating: -1, count: AblationScores.firstCount - order.count)
        }
      }
    }
  }

  private func comment(_ ground: StudyGround) -> String {
    "In each layer a share of the units, the first of a random order, are replaced at every position, and the targets "
      + "of \(study.evaluation.joined(separator: ", ")) are scored. Means and modes are of "
      + "\(study.statistics.joined(separator: ", ")), without the token that begins a row. "
      + "The null is the spread over random orders: two methods differ where a t test of their paired differences over "
      + "seeds, corrected for all pairs at all sites, has p ≤ \(FalseDiscoveryRate.level). Source: \(Ablation.source)."
      + ground.texts.overlapSentence(study.statistics, as: "means and modes", study.evaluation, as: "scores")
  }

  // MARK: Values

  /// The cross-entropies of a curve point over seeds.
  func crossEntropies(site: Int, method: Int, fraction: Int) -> [Double] {
    study.seeds.indices.map { seed in
      let place = ((site * study.methods.count + method) * study.seeds.count + seed) * study.fractions.count + fraction
      return PredictionScores.joined(curves[place]).crossEntropy
    }
  }

  /// The cross-entropy of the unedited model.
  var unedited: Double { PredictionScores.joined(baseline).crossEntropy }
}
