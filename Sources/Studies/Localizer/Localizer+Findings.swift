import Hosts
import LinearAlgebra
import Perturbations
import Transformer

extension Localizer {
  /// Contrasts conditions, chooses units, sets them to zero, then predicts responses and reading times.
  public func findings(on ground: StudyGround) throws -> StudyFindings {
    // What is wrong with a passage is said before anything is run.
    let passages = try reading?.passages.map { try $0.tokens(ground.shape, ground.tokenizer) } ?? []
    let untrained = try untrained(ground)
    let (contrasts, rows) = try self.contrasts(on: ground)
    let control = try untrained.map { try self.contrasts(on: $0).contrasts } ?? []
    var found = LocalizerResults(
      contrasts: contrasts, untrained: control, choices: try choices(contrasts, rows, on: ground))
    try lesion(&found, on: ground)
    if let responses { found.responses = try predict(responses, on: ground, untrained) }
    if !passages.isEmpty { found.reading = try read(passages, on: ground, untrained) }
    let group = LocalizerGroup(self, found, ground)
    return StudyFindings(group.group, units: group.columns)
  }

  /// The same ground with random weights, where that is asked for.
  private func untrained(_ ground: StudyGround) throws -> StudyGround? {
    guard hasUntrained else { return nil }
    return ground.with(
      try Model.untrained(like: ground.pass.model, UntrainedWeights(seed: UInt64(seeds[0]))))
  }

  // MARK: Contrasts

  /// The rows of the two conditions at the sites whose units are chosen, `[row, unit]`.
  typealias ConditionRows = [Site: (first: DoubleMatrix, second: DoubleMatrix)]

  /// The contrasts of all sites, and the rows of those whose units are chosen.
  private func contrasts(
    on ground: StudyGround
  ) throws -> (contrasts: [LocalizerResults.SiteContrast], rows: ConditionRows) {
    let texts = contrastTexts.map { ground.texts[$0.text].rows }
    let all = ground.shape.sites
    let pooled = try ground.pooled(all, of: texts[0] + texts[1])
    var rows: ConditionRows = [:]
    let contrasts = try all.map { site in
      let found = try Pooling.allCases.map { pooling in
        let both = try pooled.matrix(site, pooling)
        let (first, second) = (both.part(0..<texts[0].count), both.part(texts[0].count..<both.rows))
        if pooling == self.pooling, sites.contains(site) { rows[site] = (first, second) }
        return AnswerMode.allCases.map { UnitContrast(first, second, $0) }
      }
      return LocalizerResults.SiteContrast(site: site, grid: try ground.grid(site), contrasts: found)
    }
    return (contrasts, rows)
  }

  /// Chooses the units of each site, and draws labels anew.
  private func choices(
    _ contrasts: [LocalizerResults.SiteContrast], _ rows: ConditionRows, on ground: StudyGround
  ) throws -> [LocalizerResults.Choice] {
    let chance = try labelChance(rows, on: ground)
    let others = try otherMeans(on: ground)
    return try sites.enumerated().map { place, site in
      guard let own = rows[site], let found = contrasts.first(where: { $0.site == site }) else {
        preconditionFailure("the rows of a site")
      }
      let both = (own.first.values + own.second.values).map { abs($0) }
      let magnitudes = DoubleMatrix(rows: own.first.rows + own.second.rows, columns: own.first.columns, values: both)
        .columnMeans
      let grid = try ground.grid(site)
      let sets = AnswerMode.allCases.map { mode in
        UnitSets(
          site, grid, t: found.contrast(pooling, mode).t, magnitudes: magnitudes, seeds: seeds, permille: permille)
      }
      let means = conditions.indices.map { condition in
        condition == contrast.first
          ? own.first.columnMeans
          : condition == contrast.second ? own.second.columnMeans : others[site]?[condition] ?? []
      }
      let discoveries = AnswerMode.allCases.reduce(0) { $0 + found.contrast(pooling, $1).discoveries }
      return LocalizerResults.Choice(
        site: site, means: means, sets: sets,
        chance: PermutationProbability(Double(discoveries), among: chance[place]))
    }
  }

  /// The means of all units over the rows of the conditions that are not contrasted.
  private func otherMeans(on ground: StudyGround) throws -> [Site: [Int: [Double]]] {
    let others = conditions.indices.filter { $0 != contrast.first && $0 != contrast.second }
    guard !others.isEmpty else { return [:] }
    let texts = others.map { ground.texts[conditions[$0].text].rows }
    let pooled = try ground.pooled(sites, of: texts.flatMap { $0 }, by: [pooling])
    return try Dictionary(
      uniqueKeysWithValues: sites.map { site in
        let all = try pooled.matrix(site, pooling)
        var (means, start) = ([Int: [Double]](), 0)
        for (condition, rows) in zip(others, texts) {
          means[condition] = all.part(start..<start + rows.count).columnMeans
          start += rows.count
        }
        return (site, means)
      })
  }

  // MARK: Chance

  /// Draws of a piece.
  private static let chunk = 100

  /// How many units differ at each site in each draw of labels, `[site][draw]`.
  private func labelChance(_ rows: ConditionRows, on ground: StudyGround) throws -> [[Double]] {
    let chunks = Localizer.chunks(draws)
    let costs = sites.flatMap { site in
      let own = rows[site]
      let units = Double((own?.first.columns ?? 0) * ((own?.first.rows ?? 0) + (own?.second.rows ?? 0)))
      return chunks.map { Double($0.count) * units * 8 }
    }
    // The rows of a site are prepared once for its consecutive pieces.
    var made: (site: Int, permutation: LabelPermutation)?
    let pieces = try ground.stages.evaluate(
      "dealing labels anew", costs: costs, sizes: sites.flatMap { _ in chunks.map(\.count) }
    ) { piece in
      let site = piece / chunks.count
      guard let own = rows[sites[site]] else { preconditionFailure("the rows of a site") }
      let permutation = made?.site == site ? made?.permutation : nil
      let ready = permutation ?? LabelPermutation(own.first, own.second)
      made = (site, ready)
      return ready.discoveries(draws: chunks[piece % chunks.count]).map(Double.init)
    }
    return try sites.indices.map { site in
      try chunks.indices.flatMap { try pieces[site * chunks.count + $0] }
    }
  }

  /// Consecutive draws, some together.
  static func chunks(_ draws: Int) -> [Range<Int>] {
    stride(from: 0, to: draws, by: chunk).map { $0..<min($0 + chunk, draws) }
  }

  // MARK: Lesions

  /// An edit of the model: which units of a site are zero.
  private struct Lesion: Hashable {
    let site: Site
    let units: [Int]
  }

  /// Sets every set of units to zero and scores the evaluation texts; equal sets once.
  private func lesion(_ found: inout LocalizerResults, on ground: StudyGround) throws {
    let lesions = found.choices.flatMap { choice in
      choice.sets.flatMap { $0.sets.map { Lesion(site: choice.site, units: $0.sorted()) } }
    }
    var (places, distinct) = ([Lesion: Int](), [Lesion]())
    for lesion in lesions where !lesion.units.isEmpty && places[lesion] == nil {
      places[lesion] = distinct.count
      distinct.append(lesion)
    }
    let edits: [(any Hook)?] =
      try [nil] + distinct.map { UnitEdit($0.site, of: try ground.grid($0.site), flat: $0.units) }
    let scores = try ground.scores(under: edits, of: evaluation.map { ground.texts[$0.text] }, phase: "zeroing units")
      .map { $0.map(\.crossEntropy) }
    found.crossEntropies = scores[0]
    let rises = lesions.map { lesion in
      evaluation.indices.map { text in places[lesion].map { scores[$0 + 1][text] - scores[0][text] } ?? .nan }
    }
    let (size, modes) = (UnitSets.names(seeds: seeds).count, AnswerMode.allCases.count)
    for place in found.choices.indices {
      found.choices[place].lesions = (0..<modes).map { mode in
        let start = (place * modes + mode) * size
        return Lesions(rises: Array(rises[start..<start + size]), seedCount: seeds.count)
      }
    }
  }
}

extension DoubleMatrix {
  /// Consecutive rows.
  func part(_ range: Range<Int>) -> DoubleMatrix {
    DoubleMatrix(
      rows: range.count, columns: columns,
      values: Array(values[range.lowerBound * columns..<range.upperBound * columns]))
  }

  /// The mean of each column.
  var columnMeans: [Double] {
    var sums = [Double](repeating: 0, count: columns)
    for row in 0..<rows { for (column, value) in self[row: row].enumerated() { sums[column] += value } }
    return sums.map { $0 / Double(rows) }
  }
}
