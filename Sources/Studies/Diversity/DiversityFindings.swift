import Archive
import Basics
import Statistics
import Transformer

/// All that the study found, as the file's group has it.
struct DiversityFindings {
  let study: Diversity
  let prompts: [[Int32]]
  let speeches: [Speech]
  let falls: SampleFalls
  let attractors: Attractors?
  let comparison: SpeechComparison?

  private typealias Variable = AnalysisGroup.Variable

  /// The group, with its sentences.
  func group(_ ground: StudyGround) -> AnalysisGroup {
    let sets = ground.texts[study.texts]
    var dimensions: [AnalysisGroup.Dimension] = [
      .init("host", labels: speeches.map(\.name)), .init("text", labels: study.texts),
      .init("share", values: TextOpenness.shares), .init("place", length: sets.rows.reduce(0) { $0 + $1.count }),
      .init("prompt", length: prompts.count), .init("sample", length: study.samples),
      .init("step", length: study.steps), .init("length", values: SampleVariety.lengths.map(Double.init)),
      .init("cluster", length: study.k), .init("draw", length: study.draws),
    ]
    if disturbs {
      dimensions += [
        .init("position", values: study.positions.map(Double.init)), .init("disturbed", length: study.disturbed),
        .init("repeat", length: study.repeats),
      ]
    }
    return AnalysisGroup(
      name: Diversity.name, comment: comment(ground),
      findings: DiversitySentences(self, promptTexts: promptTexts(ground)).all, dimensions: dimensions,
      variables: openness + places(sets) + spoken(ground) + variety + clusters + returns + changes)
  }

  private var disturbs: Bool { attractors != nil }

  private func comment(_ ground: StudyGround) -> String {
    let layer = study.layer(ground.shape)
    return "Entropy is that of the next token behind every position of \(study.texts.joined(separator: ", ")). "
      + "\(study.samples) continuations of \(study.steps) tokens are sampled behind each prompt, at a "
      + "temperature of \(study.sampling.temperature); ends of texts are not heeded. Intervals are of 95 %, by "
      + "bootstrap over rows, and of self-BLEU over samples whose references stay. States are means of the "
      + "residual stream behind layer \(layer) over a continuation, each unit over its deviation over the "
      + "samples. Nulls: for clusters, states whose columns are dealt anew, and normal ones of the same "
      + "covariance, of which the greatest silhouette over all prompts counts; for returns, clusters of origin "
      + "dealt anew to the disturbed texts; for another host, signs of the rows' differences, and samples dealt "
      + "anew to both hosts. Probabilities are corrected for the tests of their kind, and each kind may be wrong "
      + "in \(Int(100 * FalseDiscoveryRate.level)) of 100 cases. "
      + "Source: \(Diversity.source)."
  }

  private func promptTexts(_ ground: StudyGround) -> [String] {
    prompts.map { ground.tokenizer?.decode($0).withoutZeros ?? "" }
  }

  // MARK: Next tokens

  private var openness: [Variable] {
    let all = speeches.flatMap(\.openness)
    func mean(_ name: String, _ meaning: String, _ units: String, _ value: (TextOpenness) -> Double) -> Variable {
      .init(name, ["host", "text"], meaning, units: units, .numbers(all.map(value)))
    }
    return [
      mean("entropy", "mean entropy of the next token", "bit", \.meanBits),
      mean("entropy_low", "lower end of its interval", "bit", \.interval.low),
      mean("entropy_high", "upper end of its interval", "bit", \.interval.high),
      .init(
        "entropy_quantile", ["host", "text", "share"], "entropy below which a share of the positions is", units: "bit",
        .numbers(all.flatMap(\.quantiles))),
      mean("effective_vocabulary", "mean of 2 to the entropy", "1", \.effectiveVocabulary),
      mean("effective_vocabulary_low", "lower end of its interval", "1", \.vocabularyInterval.low),
      mean("effective_vocabulary_high", "upper end of its interval", "1", \.vocabularyInterval.high),
      mean("top_probability", "mean probability of the likeliest token", "1", \.topProbability),
    ]
  }

  private func places(_ sets: [TextSet]) -> [Variable] {
    let places = sets.enumerated().flatMap { text, set in
      set.rows.enumerated().flatMap { row, own in (0..<own.count).map { (text: text, row: row, position: $0) } }
    }
    return [
      .init(
        "next_token_entropy", ["host", "place"], "entropy of the next token behind a position of a text", units: "bit",
        .numbers(speeches.flatMap { $0.openness.flatMap { $0.rows.flatMap { $0.map(\.bits) } } })),
      .init("place_text", ["place"], "number of the text of a place", .counts(places.map(\.text))),
      .init("place_row", ["place"], "row of the text", .counts(places.map(\.row))),
      .init("place_position", ["place"], "position in the row", .counts(places.map(\.position))),
    ]
  }

  // MARK: Samples

  private func spoken(_ ground: StudyGround) -> [Variable] {
    let samples = speeches.flatMap { $0.samples.flatMap { $0 } }
    let texts = speeches.flatMap { speech in
      zip(prompts, speech.samples).flatMap { prompt, samples in
        samples.map { continuation($0, of: prompt, ground) }
      }
    }
    return [
      .init("prompt_text", ["prompt"], "the prompt", .texts(promptTexts(ground))),
      .init(
        "sample_token", ["host", "prompt", "sample", "step"], "token of a sample",
        .counts(samples.flatMap { $0.map(Int.init) })),
      .init("sample_text", ["host", "prompt", "sample"], "text of a sample", .texts(texts)),
    ]
  }

  /// The text of a sample: schemes that drop a leading space are told where it begins.
  private func continuation(_ tokens: [Int32], of prompt: [Int32], _ ground: StudyGround) -> String {
    let bytes = tokens.flatMap { ground.tokenizer?.bytes(of: $0) ?? [] }
    return String(decoding: bytes, as: UTF8.self).withoutZeros
  }

  private var variety: [Variable] {
    let all = speeches.flatMap(\.variety)
    return [
      .init(
        "distinct", ["host", "prompt", "length"], "different runs of so many tokens over all runs of that length",
        .numbers(all.flatMap(\.distinct))),
      .init(
        "self_bleu", ["host", "prompt"], "mean BLEU of a sample against all others", .numbers(all.map(\.selfBLEU))),
      .init("self_bleu_low", ["host", "prompt"], "lower end of its interval", .numbers(all.map(\.interval.low))),
      .init("self_bleu_high", ["host", "prompt"], "upper end of its interval", .numbers(all.map(\.interval.high))),
      .init(
        "sample_bleu", ["host", "prompt", "sample"], "BLEU of a sample against all others",
        .numbers(all.flatMap(\.bleu))),
    ]
  }

  // MARK: Clusters

  private var clusters: [Variable] {
    let own = [
      Variable(
        "sample_cluster", ["prompt", "sample"], "cluster of a sample", .counts(falls.clusters.flatMap(\.labels))),
      .init("cluster_size", ["prompt", "cluster"], "samples of a cluster", .counts(falls.clusters.flatMap(\.sizes))),
      .init(
        "cluster_entropy", ["prompt"], "entropy of the shares of clusters", units: "bit",
        .numbers(falls.clusters.map(\.bits))),
      .init(
        "mean_cosine_distance", ["prompt"], "mean of one less the cosine over pairs of samples",
        .numbers(falls.spaces.map(\.meanCosineDistance))),
      .init("silhouette", ["prompt"], "mean silhouette of the clusters", .numbers(falls.silhouettes)),
      .init(
        "silhouette_shuffled", ["prompt"], "mean silhouette of clusters of one shuffle that other programs can make",
        .numbers(falls.shuffled)),
    ]
    let nulls = SampleSpace.Null.allCases.enumerated().flatMap { place, null in
      let words = null == .shuffled ? "states whose columns are dealt anew" : "normal states of the same covariance"
      return [
        Variable(
          "silhouette_\(null.rawValue)_draw", ["prompt", "draw"], "mean silhouette of clusters of \(words)",
          .numbers(falls.draws.flatMap { $0[place] })),
        .init(
          "silhouette_\(null.rawValue)_p", ["prompt"], "probability of as large a silhouette among \(words)",
          .numbers(falls.chances(null).map(\.value))),
      ]
    }
    return own + nulls
  }

  private var returns: [Variable] {
    guard let attractors else { return [] }
    let all = attractors.returns.flatMap { $0 }
    let axes = ["prompt", "position"]
    return [
      .init(
        "return_rate", axes, "share of disturbed texts that end in the cluster they came from",
        .numbers(all.map(\.rate))),
      .init("base_rate", axes, "mean share of that cluster among the samples", .numbers(all.map(\.baseRate))),
      .init(
        "exchanged_rate", axes, "mean return rate when clusters of origin are dealt anew",
        .numbers(all.map(\.exchangedRate))),
      .init(
        "return_p", axes, "probability of as high a rate then, corrected for all prompts and positions",
        .numbers(all.map { min(1, Double(attractors.testCount) * $0.chance.value) })),
      .init(
        "replacement_token", axes + ["disturbed"], "token that takes the place of the sample's own",
        .counts(attractors.replacements.flatMap { $0.flatMap { $0.map(Int.init) } })),
      .init(
        "end_cluster", axes + ["disturbed", "repeat"], "cluster that a disturbed text ends in",
        .counts(attractors.ends.flatMap { $0.flatMap { $0.flatMap { $0 } } })),
    ]
  }

  // MARK: Another host

  private var changes: [Variable] {
    guard let comparison else { return [] }
    func variables(
      _ name: String, _ dimension: String, _ what: String, _ units: String, _ changes: [SpeechComparison.Change]
    ) -> [Variable] {
      [
        .init("\(name)_change", [dimension], what, units: units, .numbers(changes.map(\.mean))),
        .init(
          "\(name)_change_p", [dimension], "probability of so large a change without any, corrected",
          .numbers(changes.map(\.probability))),
      ]
    }
    let ends = [
      Variable(
        "entropy_change_low", ["text"], "lower end of the change's interval over rows", units: "bit",
        .numbers(comparison.bits.map(\.interval.low))),
      .init(
        "entropy_change_high", ["text"], "upper end of the change's interval over rows", units: "bit",
        .numbers(comparison.bits.map(\.interval.high))),
    ]
    return variables("entropy", "text", "mean entropy of the other host less the first's", "bit", comparison.bits)
      + ends
      + variables("self_bleu", "prompt", "self-BLEU of the other host less the first's", "1", comparison.selfBLEU)
  }
}
