import Drawing
import Statistics

/// What the study says: how coupled neighbouring blocks are, the shape of the path, and which of the untrained hosts
/// have the same.
struct CouplingSentences {
  private let results: CouplingResults

  init(_ results: CouplingResults) { self.results = results }

  var all: [String] {
    [coupling, otherWidths, directions, lineShape, growth, inverse, linear].compactMap { $0 } + variants + [checks]
  }

  private var study: Coupling { results.study }
  private var prompts: [HostCoupling.Prompt] { results.trained.prompts }

  private func mean(_ value: (HostCoupling.Prompt) -> Double) -> Double { prompts.map(value).mean }

  private func short(_ value: Double) -> String { Numeral.number(value) }

  // MARK: Coupling

  private var coupling: String {
    let place = results.firstWidth
    let (found, null) = (mean { $0.depth.adjacent(place) }, mean { $0.depth.adjacentNull(place) })
    let excess = null - found
    return
      "At K = \(results.widths[place]) a block in the singular bases of its neighbour has m = \(short(found)), and in "
      + "random bases \(short(null)) (\(Numeral.items(prompts.count, "prompt"))): neighbours are "
      + "\(excess < 0 ? "less" : "more") coupled than chance by \(short(abs(excess)))\(interval(place)). "
      + against(place, of: " more coupling than chance")
  }

  /// The interval over prompts of a width's coupling beyond random bases.
  private func interval(_ place: Int) -> String {
    let interval = Interval(bootstrapping: prompts.map { $0.excess(place) })
    return interval.low.isFinite ? " [\(short(interval.low)), \(short(interval.high))]" : ""
  }

  /// The other widths, in one sentence.
  private var otherWidths: String? {
    let others = results.widths.indices.filter { $0 != results.firstWidth }
    guard !others.isEmpty else { return nil }
    let parts = others.map { place in
      "\(short(mean { $0.excess(place) })) at K = \(results.widths[place])\(verdictWord(place))"
    }
    return "Of other K, coupling of neighbours beyond random bases is \(parts.joined(separator: ", "))."
  }

  private func verdictWord(_ measure: Int) -> String {
    switch results.verdict(measure) {
    case .found: " (beyond all controls)"
    case .lost(let controls): " (does not survive \(controls.joined(separator: ", ")))"
    case .tooFew, .notCompared: ""
    }
  }

  private var directions: String {
    let place = results.firstWidth
    let exchanged = mean { $0.depth.mean(place, exchanged: true) }
    return
      "Over all pairs of blocks m is \(short(mean { $0.depth.mean(place) })), and with the bases of input and output "
      + "exchanged \(short(exchanged)), at K = \(results.widths[place]) against "
      + "\(short(mean { $0.depth.null(place) })) "
      + "in random bases."
  }

  // MARK: Controls

  /// What untrained hosts have of a measure, and what is left of the model's.
  private func against(_ measure: Int, of words: String = "") -> String {
    guard !results.comparisons[measure].isEmpty else {
      return "It was not compared with untrained hosts, so that nothing is claimed of training."
    }
    let tests = results.testCount(measure)
    let hosts = zip(study.controls, results.comparisons[measure]).map { control, found in
      "\(control.rawValue) \(short(found.untrained))"
        + (found.chance.isNaN ? "" : " (p \(Numeral.chance(min(1, Double(tests) * found.chance))))")
    }
    let start = "Untrained hosts have\(words) \(words.isEmpty ? "" : "by ")\(hosts.joined(separator: ", "))"
    switch results.verdict(measure) {
    case .notCompared: return start + "."
    case .tooFew: return start + "; " + tooFew(measure, tests)
    case .found:
      let more = results.comparisons[measure][0].difference > 0 ? "more" : "less"
      return start + ", each \(corrected(tests)): the model has \(more) than all of them beyond chance."
    case .lost(let controls):
      return start + ", each \(corrected(tests)): what the model has does not survive the control by "
        + "\(controls.joined(separator: ", "))."
    }
  }

  /// What untrained hosts have of a measure, behind a comma.
  private func untrained(_ measure: Int) -> String {
    guard !results.comparisons[measure].isEmpty else { return "" }
    let hosts = zip(study.controls, results.comparisons[measure]).map { "\($0.rawValue) \(short($1.untrained))" }
    return ", and of untrained hosts \(hosts.joined(separator: ", "))"
  }

  private func corrected(_ tests: Int) -> String {
    "the greater probability of that over prompts and that over hosts, corrected for \(Numeral.items(tests, "test"))"
  }

  private func tooFew(_ measure: Int, _ tests: Int) -> String {
    let least = results.comparisons[measure].map(\.leastChance).max() ?? .nan
    if least.isNaN { return "there is no number for every prompt, and nothing is claimed." }
    if least * Double(tests) > FalseDiscoveryRate.level {
      return "\(Numeral.items(prompts.count, "prompt")) give no probability below "
        + "\(Numeral.chance(min(1, least * Double(tests)))), corrected, and cannot tell; name more."
    }
    return "one host of a way cannot tell how far hosts differ; use more seeds."
  }

  // MARK: Paths

  private func measure(_ name: String) -> Int { results.measures.firstIndex { $0.name == name } ?? 0 }

  private var lineShape: String {
    let rightAngles = Double(prompts[0].blocks.count).squareRoot()
    let without = measure("line_shape_without_top")
    return "The last token's path has a line-shape score of \(short(mean { $0.path.path.lineShape })) (1 is a straight "
      + "line, \(short(rightAngles)) right angles). \(against(measure("line_shape"))) Without the one dimension that "
      + "holds most of the last stream, \(Numeral.share(mean { $0.path.path.topShare })) of its square, it is "
      + "\(short(mean { $0.path.path.lineShapeWithoutTop }))\(verdictWord(without))\(untrained(without))."
  }

  private var growth: String {
    "The stream's length grows by a factor of \(short(mean { $0.path.path.norms.growthFactor })) over the blocks; a "
      + "line explains \(Numeral.share(mean { $0.path.path.growth.determination })) of its logarithm, and its steps "
      + "have a variation of \(short(mean { $0.path.path.growthVariation })) (0 is exponential). As R², "
      + against(measure("growth_r2")).lowercasedStart
  }

  private var inverse: String? {
    let found = mean { $0.inverseFit.determination }
    guard found.isFinite else { return nil }
    return "The inverse of the largest singular value is linear in depth with R² = \(short(found)) in the mean. "
      + against(measure("inverse_sigma1_r2"))
  }

  private var linear: String {
    "The product of all 1 + J takes the first stream to a direction whose cosine with the last stream is "
      + "\(short(mean { $0.path.path.linearCosine })); that of the first stream itself is "
      + "\(short(mean { $0.path.path.firstLastCosine })). \(against(measure("linear_cosine")))"
  }

  // MARK: Variants and checks

  private var variants: [String] {
    guard !study.variants.isEmpty else { return [] }
    let place = results.firstWidth
    let parts = study.variants.indices.map { number in
      let series = prompts.map { $0.series[1 + number] }
      let found = series.map { $0.mean(place) }.filter(\.isFinite).mean
      return "\(study.variants[number].rawValue) \(short(found)) against "
        + "\(short(series.map { $0.null(place) }.filter(\.isFinite).mean))"
    }
    return [
      "Between tokens of one layer (the last \(study.tokens), K = \(results.widths[place])) m is "
        + "\(parts.joined(separator: ", ")) in random bases; untrained hosts were not asked."
    ]
  }

  private var checks: String {
    let all = prompts
    let rules = all.flatMap { $0.path.rules.flatMap { [$0.attention, $0.mlp] } }.filter(\.isFinite).max()
    let products = all.flatMap { $0.blocks.map(\.productError) }.filter(\.isFinite).max() ?? .nan
    let backwards = all.map(\.path.backwards).filter(\.isFinite).max()
    return "Checks: forward and reverse products agree to \(short(products))"
      + (rules.map { ", halves of blocks forget the length of their input to \(short($0))" } ?? "")
      + (backwards.map { ", and what a token has of those behind it is \(short($0))" } ?? "") + "."
  }
}

extension [Double] {
  /// The last number over the first.
  fileprivate var growthFactor: Double { (last ?? .nan) / (first ?? .nan) }
}

extension String {
  /// This text with a small first letter.
  fileprivate var lowercasedStart: String { prefix(1).lowercased() + dropFirst() }
}
