import LinearAlgebra
import Perturbations
import Transformer

/// Everything that a localizer measured.
struct LocalizerResults: Sendable {
  /// The contrasts of a site, by pooling and mode.
  struct SiteContrast: Sendable {
    let site: Site
    let grid: UnitGrid
    /// The contrasts in the order of `Pooling` and `AnswerMode`, `[pooling][mode]`.
    let contrasts: [[UnitContrast]]

    /// The contrast of a pooling and a mode.
    func contrast(_ pooling: Pooling, _ mode: AnswerMode) -> UnitContrast {
      contrasts[Pooling.allCases.firstIndex(of: pooling) ?? 0][AnswerMode.allCases.firstIndex(of: mode) ?? 0]
    }
  }

  /// The units that were chosen at a site, and what they do.
  struct Choice: Sendable {
    let site: Site
    /// The mean of each unit over the rows of each condition, `[condition][unit]`.
    let means: [[Double]]
    /// The units and their controls, by mode.
    let sets: [UnitSets]
    /// How often chance makes as many units differ, by activation and by magnitude together.
    let chance: PermutationProbability
    /// What zeroing them costs, by mode.
    var lesions: [Lesions] = []

    /// The mean of a set's units over the rows of a condition; not a number where there is no such set.
    func profile(_ mode: Int, set: Int, condition: Int) -> Double {
      let units = sets[mode].sets[set]
      return units.reduce(0) { $0 + means[condition][$1] } / Double(units.count)
    }
  }

  /// What the units of some layers predict.
  struct Responses: Sendable {
    let layers: [Int]
    /// What each layer predicts.
    let predictions: [Alignment.Prediction]
    /// What the units of an untrained host predict, by layer; empty where there is none.
    let untrained: [Alignment.Prediction]
    /// The median r of each draw of permuted stimuli, `[layer][draw]`.
    let chance: [[Double]]

    /// The place of the layer that predicts best, by the median of r over responses, folds left out.
    var best: Int { layers.indices.max { median($0) < median($1) } ?? 0 }

    /// The median r of a layer over responses, folds left out.
    func median(_ place: Int) -> Double { predictions[place].grouped.median }

    /// How often chance predicts as well with its best layer.
    var probability: PermutationProbability {
      let draws = chance.first?.indices ?? 0..<0
      return PermutationProbability(
        median(best), among: draws.map { draw in chance.reduce(-.infinity) { max($0, $1[draw]) } })
    }
  }

  /// What was read and how surprising it is.
  struct Reading: Sendable {
    /// The bits of every word, `[passage][word]`.
    let bits: [[Double]]
    /// The tokens of every word, `[passage][word]`.
    let tokens: [[Int]]
    /// The comparison with times.
    let surprisal: Surprisal
    /// The comparison of an untrained host, where there is one.
    let untrained: Surprisal?
  }

  /// All sites of the host.
  let contrasts: [SiteContrast]
  /// All sites of an untrained host; empty where there is none.
  let untrained: [SiteContrast]
  /// The sites whose units are chosen.
  var choices: [Choice]
  /// The cross-entropy of the model as it is, on each evaluation text, nats.
  var crossEntropies: [Double] = []
  /// The responses, if there are any.
  var responses: Responses?
  /// The passages, if there are any.
  var reading: Reading?

  /// Takes what units answer.
  init(contrasts: [SiteContrast], untrained: [SiteContrast], choices: [Choice]) {
    self.contrasts = contrasts
    self.untrained = untrained
    self.choices = choices
  }

  /// The contrasts of a site.
  func contrast(_ site: Site, untrained isUntrained: Bool = false) -> SiteContrast? {
    (isUntrained ? untrained : contrasts).first { $0.site == site }
  }
}
