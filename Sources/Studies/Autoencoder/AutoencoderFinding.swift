import Drawing

/// What a training of autoencoders says in sentences: how much is explained, and what the controls explain.
struct AutoencoderFinding {
  private let results: AutoencoderResults

  init(_ results: AutoencoderResults) { self.results = results }

  func sentences(_ ground: StudyGround) -> [String] {
    let request = results.request
    let overlap = ground.texts.overlapSentence(request.training, as: "training", request.evaluation, as: "evaluation")
    return results.trainings.indices.map { sentence($0) + ($0 == 0 ? overlap : "") }
  }

  private func sentence(_ place: Int) -> String {
    let (quality, training) = (results.quality, results.trainings[place])
    let (trained, before) = (quality.trained[place], quality.untrained[place])
    func share(_ crossEntropy: Double) -> String {
      Numeral.share(quality.recovered(crossEntropy, from: quality.zero))
    }
    let silent = trained.silentCount
    return "\(training.choice.sparsity.name): \(Numeral.number(trained.active)) of "
      + "\(Numeral.count(results.request.featureCount)) features for an activation leave "
      + "\(Numeral.share(trained.unexplained)) of its held-out variance unexplained (\(component(trained.active))"
      + "the same before training\(number(before, beside: trained)) \(Numeral.share(before.unexplained))), and with "
      + "reconstructions in place \(share(trained.crossEntropy)) of the loss is recovered from zeros (before training "
      + "\(share(before.crossEntropy))). \(Numeral.items(silent, "feature")) \(silent == 1 ? "is" : "are") never above "
      + "0 there."
  }

  /// How many features an untrained autoencoder has above 0, where that is another number than training leaves.
  private func number(_ before: AutoencoderQuality.Score, beside trained: AutoencoderQuality.Score) -> String {
    abs(before.active - trained.active) < 0.5 ? "" : ", with \(Numeral.number(before.active)) features,"
  }

  /// What as many principal components leave.
  private func component(_ active: Double) -> String {
    let count = Int(active.rounded())
    guard count > 0, count < results.quality.components.count else { return "" }
    return "\(Numeral.items(count, "principal component")) \(Numeral.share(results.quality.components[count])), "
  }
}
