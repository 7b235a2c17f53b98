import Archive

extension SyntheticCloud {
  private static let divisions = ["jaccard", "phi", "geometry"]
  private static let tasks = ["story", "arithmetic", "recall"]

  /// What is found of lobes.
  var lobeGroups: [AnalysisGroup] { [lobeGroup, nameGroup, taskGroup, comparisonGroup, cofiring] }

  private var limit: Int { min(lobes, count) }

  private var dimensions: [AnalysisGroup.Dimension] {
    [.init("division", labels: Self.divisions), .init("lobe", length: limit)]
  }

  private func comparison(_ name: String, _ dimensions: [String], _ count: Int) -> [AnalysisGroup.Variable] {
    let parts: [(String, Double)] = [
      ("", 1), ("_null", 0.1), ("_deviation", 0.03), ("_effect", 0.9), ("_z", 30), ("_p_value", 0.01),
    ]
    return parts.map { part, size in
      .init(name + part, dimensions, part, .numbers(mixed(count, name.count).map { size * (0.5 + $0 / 2) }))
    }
  }

  private var lobeGroup: AnalysisGroup {
    AnalysisGroup(
      name: "lobes", comment: "How lobes were found.", dimensions: dimensions,
      variables: [
        .init("lobes", ["division"], "lobes", .counts([limit, limit, min(limit, 4)])),
        .init(
          "size", ["division", "lobe"], "size",
          .counts((0..<3 * limit).map { place in (0..<count).count { $0 % max(limit, 1) == place % limit } })),
      ])
  }

  private var nameGroup: AnalysisGroup {
    let documents = 10
    return AnalysisGroup(
      name: "lobe_names", comment: "How lobes were named.", dimensions: dimensions + [.init("rank", length: documents)],
      variables: [
        .init(
          "name", ["division", "lobe", "rank"], "name",
          .texts((0..<3 * limit * documents).map { $0 % documents < 3 ? names?($0 % 7) ?? "story \($0 % 7)" : "" }))
      ])
  }

  private var taskGroup: AnalysisGroup {
    let cells = 3 * limit * Self.tasks.count
    let each = ["division", "lobe", "task"]
    let ratios = mixed(cells, 3).map { 4 * $0 - 2 }
    return AnalysisGroup(
      name: "lobe_tasks", comment: "How tasks were counted.",
      dimensions: dimensions + [.init("task", labels: Self.tasks)],
      variables: [
        .init("share", each, "share", .numbers(mixed(cells))), .init("log_odds_ratio", each, "ratio", .numbers(ratios)),
        .init("log_odds_ratio_low", each, "low", .numbers(ratios.map { $0 - 0.4 })),
        .init("log_odds_ratio_high", each, "high", .numbers(ratios.map { $0 + 0.4 })),
      ] + comparison("mutual_information", ["division"], 3) + comparison("rate_mutual_information", ["division"], 3))
  }

  private var comparisonGroup: AnalysisGroup {
    let measures = ["simpleMatching", "jaccard", "phi"]
    return AnalysisGroup(
      name: "lobe_comparison", comment: "How lobes were compared.",
      dimensions: [
        .init("measure", labels: measures),
        .init("null", labels: ["permuted_labels", "equal_rates", "random_directions"]),
      ],
      variables: ["mutual_information", "rand_index", "accuracy"].flatMap { comparison($0, ["measure", "null"], 9) } + [
        .init("accuracy_low", ["measure"], "low", .numbers([0.3, 0.4, 0.5])),
        .init("accuracy_high", ["measure"], "high", .numbers([0.4, 0.5, 0.6])),
      ])
  }

  /// Bins of one lobe fire together, some others less than by chance.
  private var cofiring: AnalysisGroup {
    let bins = min(count, 120)
    let owners = (0..<bins).map { $0 * limit / max(bins, 1) }
    let noise = mixed(bins * bins)
    let values = (0..<bins * bins).map { place -> Double in
      let (row, column) = (place / bins, place % bins)
      if row == column { return .nan }
      return (owners[row] == owners[column] ? 0.5 : owners[row] + owners[column] == limit ? -0.3 : 0) + 0.2
        * noise[place] - 0.1
    }
    return AnalysisGroup(
      name: "cofiring", comment: "How points fire together.",
      dimensions: [.init("bin", length: bins), .init("other_bin", length: bins)],
      variables: [
        .init("lobe", ["bin"], "lobe", .counts(owners)),
        .init("phi", ["bin", "other_bin"], "phi", .numbers(values)),
      ])
  }
}
