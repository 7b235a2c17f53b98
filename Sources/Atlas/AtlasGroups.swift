import Archive
import Drawing
import Statistics

extension Atlas {
  /// The groups of the file: a table for each subject, then what measures have in common, and what stands out.
  ///
  /// `seed` is that of permutations, where they are drawn.
  public func groups(seed: UInt64 = 0) -> [AnalysisGroup] {
    var groups: [AnalysisGroup] = []
    for table in tables {
      let agreements = table.agreements(seed: seed)
      groups.append(table.group)
      if !agreements.isEmpty { groups.append(table.group(of: agreements)) }
      groups.append(table.standoutGroup)
    }
    if let massive { groups.append(massive.group) }
    if !weights.isEmpty { groups.append(weightGroup) }
    return groups
  }
}

extension AtlasTable {
  /// The names of the groups of a subject.
  static func agreementName(_ subject: AtlasSubject) -> String { "\(subject.rawValue)_agreement" }
  static func standoutName(_ subject: AtlasSubject) -> String { "\(subject.rawValue)_standout" }

  /// All measures over layers and units, or over regions.
  fileprivate var group: AnalysisGroup {
    let comment = "All that is known of each \(subject.noun), by coordinates that all files of the model share."
    guard let units else {
      return AnalysisGroup(
        name: subject.rawValue, comment: comment, dimensions: [.init("region", length: rowCount)],
        variables: [
          .init("layer", ["region"], "number of the layer", .counts(regions.map(\.layer))),
          .init("matrix", ["region"], "matrix", .matrices(regions.map(\.matrix))),
          .init("row", ["region"], "first row", .counts(regions.map(\.rows.lowerBound))),
          .init("column", ["region"], "first column", .counts(regions.map(\.columns.lowerBound))),
          .init("rows", ["region"], "number of rows", .counts(regions.map(\.rows.count))),
          .init("columns", ["region"], "number of columns", .counts(regions.map(\.columns.count))),
        ] + measures.map { .init($0.name, ["region"], $0.meaning, .numbers($0.values)) })
    }
    return AnalysisGroup(
      name: subject.rawValue, comment: comment,
      dimensions: [.init("layer", length: units.layers), .init(subject.rawValue, length: units.count)],
      variables: measures.map { .init($0.name, ["layer", subject.rawValue], $0.meaning, .numbers($0.values)) })
  }

  /// A row for each pair of measures.
  fileprivate func group(of agreements: [Agreement]) -> AnalysisGroup {
    func numbers(_ value: (Agreement) -> Double) -> AnalysisGroup.Values { .numbers(agreements.map(value)) }
    let exchanged =
      subject.isOneInAllLayers
      ? "indices, in all layers at once"
      : subject == .region ? "regions within a matrix" : "\(subject.plural) in a layer"
    return AnalysisGroup(
      name: AtlasTable.agreementName(subject),
      comment:
        "Spearman's rank correlation within layers, of regions within a matrix of a layer, of every two measures "
        + "of different sources; beyond_size is of what the root mean square of the activation leaves. The null "
        + "exchanges \(exchanged). A finding has a false discovery rate of at most "
        + "\(Numeral.share(FalseDiscoveryRate.level)) among pairs without a statistic of activations, and a "
        + "correlation of at least \(Agreement.leastEffect).",
      findings: AgreementSentences(self, agreements).sentences,
      dimensions: [.init("pair", length: agreements.count)],
      variables: [
        .init("first", ["pair"], "first measure", .texts(agreements.map { measures[$0.measures.0].name })),
        .init("second", ["pair"], "second measure", .texts(agreements.map { measures[$0.measures.1].name })),
        .init("count", ["pair"], "pairs of values", .counts(agreements.map(\.claimed.count))),
        .init("correlation", ["pair"], "rank correlation within layers", numbers(\.within.value)),
        .init("probability", ["pair"], "probability of such a correlation by chance", numbers(\.within.probability)),
        .init(
          "correlation_beyond_size", ["pair"], "rank correlation beyond the size of activations",
          numbers { $0.beyondSize?.value ?? .nan }),
        .init(
          "probability_beyond_size", ["pair"], "probability of such a correlation beyond size by chance",
          numbers { $0.beyondSize?.probability ?? .nan }),
        .init("false_discovery_rate", ["pair"], "false discovery rate of the one that counts", numbers(\.rate)),
        .init("is_found", ["pair"], "whether it is a finding", .truths(agreements.map(\.isFound))),
      ])
  }

  /// A row for each measure, and one for each unit that several sources put first.
  fileprivate var standoutGroup: AnalysisGroup {
    let (firsts, common) = (standouts, commonStandouts)
    return AnalysisGroup(
      name: AtlasTable.standoutName(subject),
      comment: "The \(subject.noun) that each measure puts first by its magnitude; and those that several sources have "
        + "among the first \(Numeral.share(AtlasTable.firstShare)), with the chance of so many by independent sources, "
        + "times the number of \(subject.plural).",
      findings: StandoutSentences(self, common).sentences,
      dimensions: [.init("measure", labels: firsts.map { measures[$0.measure].name })]
        + (units == nil ? [] : [.init("common", length: common.count)]),
      variables: [
        .init("place", ["measure"], "what is first", .texts(firsts.map { place($0.row) })),
        .init("row", ["measure"], "its number in the table, layers one behind the other", .counts(firsts.map(\.row))),
        .init("value", ["measure"], "its value", .numbers(firsts.map(\.value))),
        .init(
          "times_median", ["measure"], "its magnitude over the median of its layer", .numbers(firsts.map(\.timesMedian))
        ),
      ]
        + (units == nil
          ? []
          : [
            .init("common_layer", ["common"], "layer; -1: the same in all", .counts(common.map { $0.layer ?? -1 })),
            .init("common_number", ["common"], "number within the layer", .counts(common.map(\.place))),
            .init("common_sources", ["common"], "sources", .texts(common.map { $0.sources.joined(separator: " ") })),
            .init(
              "common_probability", ["common"], "probability of so many sources by chance, times the number of units",
              .numbers(common.map(\.probability))),
          ]))
  }
}

extension MassiveActivations {
  static let name = "massive_activations"

  fileprivate var group: AnalysisGroup {
    AnalysisGroup(
      name: MassiveActivations.name,
      comment: "Indices of the residual stream behind a layer whose largest magnitude is at least "
        + "\(Int(MassiveActivations.leastMagnitude)) and at least \(Int(MassiveActivations.leastRatio)) times the "
        + "median of the stream (Sun et al. 2024, arXiv 2402.17762), and the largest of each layer.",
      findings: sentences,
      dimensions: [.init("layer", length: largest.count), .init("massive", length: massive.count)],
      variables: [
        .init("largest_index", ["layer"], "index of the largest magnitude", .counts(largest.map(\.index))),
        .init("largest_magnitude", ["layer"], "largest magnitude", .numbers(largest.map(\.magnitude))),
        .init("largest_times_median", ["layer"], "the same over the median", .numbers(largest.map(\.timesMedian))),
        .init("massive_layer", ["massive"], "layer", .counts(massive.map(\.layer))),
        .init("massive_index", ["massive"], "index", .counts(massive.map(\.index))),
        .init("massive_magnitude", ["massive"], "magnitude", .numbers(massive.map(\.magnitude))),
      ])
  }

  private var sentences: [String] {
    guard let top = largest.max(by: { $0.timesMedian < $1.timesMedian }) else { return [] }
    let words = "\(Numeral.number(top.magnitude)), \(Numeral.number(top.timesMedian)) times the median"
    guard !massive.isEmpty else {
      return [
        "No activation of the residual stream is massive: the largest is that of index \(top.index) behind layer "
          + "\(top.layer), \(words), and \(Int(MassiveActivations.leastRatio)) times are asked for."
      ]
    }
    let indices = Set(massive.map(\.index)).sorted().map(String.init).joined(separator: ", ")
    return [
      "Massive activations stand at \(Numeral.items(Set(massive.map(\.index)).count, "index", "indices")) (\(indices)) "
        + "of the residual stream, behind \(Numeral.items(Set(massive.map(\.layer)).count, "layer")); the largest is "
        + "that of index \(top.index) behind layer \(top.layer), \(words)."
    ]
  }
}

extension Atlas {
  static let weightName = "super_weights"

  fileprivate var weightGroup: AnalysisGroup {
    let size = weightSize?.description ?? ""
    return AnalysisGroup(
      name: Atlas.weightName,
      comment: "The regions of \(size) that the forecast puts first by the divergence, over all kinds; a single weight "
        + "that matters as much as all others together is called a super weight (Yu et al. 2024, arXiv 2411.07191).",
      findings: weightSentences,
      dimensions: [.init("place", length: weights.count, from: 1)],
      variables: [
        .init("layer", ["place"], "number of the layer", .counts(weights.map(\.region.layer))),
        .init("matrix", ["place"], "matrix", .matrices(weights.map(\.region.matrix))),
        .init("row", ["place"], "first row", .counts(weights.map(\.region.rows.lowerBound))),
        .init("column", ["place"], "first column", .counts(weights.map(\.region.columns.lowerBound))),
        .init("kind", ["place"], "kind of mutation", .kinds(weights.map(\.kind))),
        .init("divergence", ["place"], "predicted divergence", units: "nat", .numbers(weights.map(\.divergence))),
      ])
  }

  private var weightSentences: [String] {
    guard let first = weights.first else { return [] }
    // Other kinds of the same weight are no other weight.
    let second = weights.first { $0.region != first.region }
    let lead = second.map { ", \(Numeral.number(first.divergence / $0.divergence)) times the next one's" } ?? ""
    var sentence =
      "Of the regions of \(weightSize?.description ?? ""), \(first.region.words), is foretold to matter most: "
      + "\(Numeral.number(first.divergence)) nats by \(first.kind.rawValue)\(lead)"
    if let massive, !massive.largest.isEmpty, first.region.matrix.subject(.made) == .residual {
      let indices = Set((massive.massive.isEmpty ? massive.largest : massive.massive).map(\.index))
      let writes = first.region.rows.contains { indices.contains($0) }
      sentence +=
        writes
        ? "; it writes to an index of the largest activations" : "; it writes to no index of the largest activations"
    }
    return [sentence + "."]
  }
}
