import Archive
import Foundation
import Perturbations
import Transformer

/// Groups of every analysis that the report shows, for a `SyntheticScreen`, with made-up values.
package struct SyntheticGroups {
  let screen: SyntheticScreen

  /// Makes groups whose dimensions are those of `screen`.
  package init(screen: SyntheticScreen) { self.screen = screen }

  private var profiles: [(layer: Int, matrix: WeightMatrix)] {
    (0..<screen.layers).flatMap { layer in screen.shapes.map { (layer, $0.matrix) } }
  }
  private var tasks: [String] {
    screen.inputs.map(\.1).reduce(into: []) { if !$0.contains($1) { $0.append($1) } }
  }
  private var ids: [String] { screen.inputs.map(\.0) }
  private var kinds: [String] { ["all"] + screen.kinds.map(\.rawValue) }
  private var rowBlocks: Int { screen.shapes.map { ($0.rows + screen.region - 1) / screen.region }.max() ?? 0 }
  private var columnBlocks: Int { screen.shapes.map { ($0.columns + screen.region - 1) / screen.region }.max() ?? 0 }

  /// Numbers between 0 and 1 that look mixed.
  private func mixed(_ count: Int, _ salt: Int = 0) -> [Double] {
    (0..<count).map { Double((($0 + salt) &* 0x9E37_79B1) >> 12 & 1023) / 1023 }
  }

  /// All groups that `locus analyze` writes.
  package var all: [AnalysisGroup] {
    [
      sensitivity, tasksGroup, overlap, specificity, bias, profilesGroup, enrichment, complementarity, severity,
      severityMap, destruction, distinct, classes, classesByState, writers, regions,
    ]
  }

  // MARK: Groups

  private typealias Variable = AnalysisGroup.Variable

  private func combinations() -> [Variable] {
    let all = profiles.flatMap { profile in screen.kinds.map { (profile.layer, profile.matrix, $0) } }
    return [
      Variable("layer", ["combination"], "layer", .counts(all.map(\.0))),
      Variable("matrix", ["combination"], "matrix", .matrices(all.map(\.1))),
      Variable("kind", ["combination"], "kind", .kinds(all.map(\.2))),
    ]
  }

  private var combinationCount: Int { profiles.count * screen.kinds.count }

  private func places(_ dimension: String, count: Int) -> [Variable] {
    let one = [dimension]
    return [
      Variable("layer", one, "layer", .counts((0..<count).map { $0 % screen.layers })),
      Variable("matrix", one, "matrix", .matrices((0..<count).map { screen.shapes[$0 % screen.shapes.count].matrix })),
      Variable("row", one, "row", .counts((0..<count).map { $0 % 3 * screen.region })),
      Variable("column", one, "column", .counts((0..<count).map { $0 % 2 * screen.region })),
    ]
  }

  private func placesOfKinds(_ dimension: String, count: Int) -> [Variable] {
    places(dimension, count: count) + [
      Variable("kind", [dimension], "kind", .kinds((0..<count).map { screen.kinds[$0 % screen.kinds.count] }))
    ]
  }

  private var sensitivity: AnalysisGroup {
    let cells = combinationCount * tasks.count
    return AnalysisGroup(
      name: "sensitivity", comment: "How sensitivity was counted.",
      dimensions: [.init("combination", length: combinationCount), .init("task", labels: tasks)],
      variables: combinations() + [
        .init(
          "task_non_silent", ["combination", "task"], "non-silent", .counts(mixed(cells).map { Int(40 * $0) })),
        .init("task_verdicts", ["combination", "task"], "verdicts", .counts(Array(repeating: 40, count: cells))),
      ])
  }

  private var tasksGroup: AnalysisGroup {
    let one = ["task"]
    let shares = mixed(tasks.count, 5)
    return AnalysisGroup(
      name: "tasks", comment: "How tasks were counted.", dimensions: [.init("task", labels: tasks)],
      variables: [
        .init("share", one, "share", .numbers(shares)),
        .init("share_low", one, "low", .numbers(shares.map { max($0 - 0.05, 0) })),
        .init("share_high", one, "high", .numbers(shares.map { min($0 + 0.05, 1) })),
        .init("inputs", one, "inputs", .counts(tasks.map { task in screen.inputs.count { $0.1 == task } })),
        .init("regions", one, "regions", .counts(tasks.map { _ in 17 })),
      ])
  }

  private var overlap: AnalysisGroup {
    let count = ids.count * ids.count
    let names = ["jaccard", "layer_correlation", "region_correlation"]
    return AnalysisGroup(
      name: "overlap", comment: "How inputs were compared.",
      dimensions: [.init("input", labels: ids), .init("other_input", labels: ids)],
      variables: names.flatMap { name in
        ["", "_low", "_high"].map {
          .init(
            name + $0, ["input", "other_input"], name, .numbers(mixed(count, name.count).map { 1.5 * $0 - 0.5 }))
        }
      })
  }

  private var specificity: AnalysisGroup {
    let one = ["region"]
    return AnalysisGroup(
      name: "specificity", comment: "How specificity was tested.",
      dimensions: [.init("region", length: 2), .init("task", labels: tasks)],
      variables: places("region", count: 2) + [
        .init("specific", ["task"], "specific", .counts(tasks.map { _ in 1 })),
        .init("exclusive", ["task"], "exclusive", .counts(tasks.map { _ in 3 })),
        .init("exclusive_expected", ["task"], "expected", .numbers(tasks.map { _ in 2.5 })),
        .init("specific_task", one, "task", .counts([0, tasks.count - 1])),
        .init("on_task", one, "non-silent", .counts([4, 3])), .init("on_all", one, "non-silent", .counts([4, 5])),
        .init("adjusted_p_value", one, "p", .numbers([0.002, 0.03])),
        .init("log_odds_ratio", one, "ratio", .numbers([2.1, .infinity])),
      ])
  }

  private var bias: AnalysisGroup {
    let one = ["profile"]
    let effects = mixed(profiles.count).map { 2 * $0 - 1 }
    return AnalysisGroup(
      name: "bias", comment: "How bias was tested.", dimensions: [.init("profile", length: profiles.count)],
      variables: [
        .init("layer", one, "layer", .counts(profiles.map(\.layer))),
        .init("matrix", one, "matrix", .matrices(profiles.map(\.matrix))),
        .init("more_by_maximum", one, "regions", .counts(effects.map { Int(50 + 50 * $0) })),
        .init("more_by_minimum", one, "regions", .counts(effects.map { Int(50 - 50 * $0) })),
        .init("effect", one, "effect", .numbers(effects)),
        .init("log_extremes", one, "logarithm", .numbers(effects.map { $0 / 3 })),
        .init("p_value", one, "p", .numbers(effects.map { 1 - abs($0) })),
        .init("adjusted_p_value", one, "p", .numbers(effects.map { abs($0) > 0.5 ? 1e-4 : 0.4 })),
      ])
  }

  private var profilesGroup: AnalysisGroup {
    AnalysisGroup(
      name: "profiles", comment: "How profiles were counted.", dimensions: blockDimensions,
      variables: profileNames
        + [("row", rowBlocks), ("column", columnBlocks)].map { axis, count in
          .init("\(axis)_share", ["profile", "kind", "\(axis)_block"], "share", .numbers(blocks(axis, count)))
        })
  }

  private var blockDimensions: [AnalysisGroup.Dimension] {
    [
      .init("profile", length: profiles.count), .init("kind", labels: kinds), .init("row_block", length: rowBlocks),
      .init("column_block", length: columnBlocks),
    ]
  }

  private var profileNames: [Variable] {
    [
      .init("layer", ["profile"], "layer", .counts(profiles.map(\.layer))),
      .init("matrix", ["profile"], "matrix", .matrices(profiles.map(\.matrix))),
    ]
  }

  /// Not a number for blocks that a matrix does not have.
  private func blocks(_ axis: String, _ count: Int, salt: Int = 0) -> [Double] {
    let values = mixed(profiles.count * kinds.count * count, salt)
    return values.enumerated().map { place, value in
      let matrix = profiles[place / (kinds.count * count)].matrix
      let shape = screen.shapes.first { $0.matrix == matrix }
      let length = (axis == "row" ? shape?.rows : shape?.columns) ?? 0
      return place % count < (length + screen.region - 1) / screen.region ? value : .nan
    }
  }

  private var enrichment: AnalysisGroup {
    AnalysisGroup(
      name: "enrichment", comment: "How enrichment was tested.", dimensions: blockDimensions,
      variables: profileNames
        + [("row", rowBlocks), ("column", columnBlocks)].flatMap { axis, count in
          let excess = blocks(axis, count).map { $0 - 0.4 }
          let probability = excess.map { $0 > 0.3 ? 0.001 : 0.7 }
          var columns: [(String, [Double])] = [("excess", excess), ("chance_z", excess.map { 10 * $0 })]
          for question in ["margin", "arithmetic", "alone"] {
            columns.append(("\(question)_share", excess.map { _ in 0.3 }))
            columns.append(("\(question)_difference", excess.map { $0 / 2 }))
            columns.append(("\(question)_z", excess.map { 10 * $0 }))
            columns.append(("\(question)_p_value", probability))
            columns.append(("\(question)_adjusted_p_value", probability))
          }
          return columns.map {
            Variable("\(axis)_\($0.0)", ["profile", "kind", "\(axis)_block"], $0.0, .numbers($0.1))
          }
        })
  }

  private var complementarity: AnalysisGroup {
    let one = ["pair"]
    return AnalysisGroup(
      name: "complementarity", comment: "How pairs were tested.", dimensions: [.init("pair", length: 3)],
      variables: [
        .init("layer", one, "layer", .counts([0, 1, 0])),
        .init("matrix", one, "matrix", .matrices([.up, .up, .up])),
        .init("is_column", one, "axis", .truths([false, false, true])),
        .init("first", one, "block", .counts([0, 0, 2])), .init("second", one, "block", .counts([1, 1, 3])),
        .init("score", one, "score", .numbers([0.93, 0.81, 0.2])),
        .init("p_value", one, "p", .numbers([0.001, 0.002, 0.6])),
        .init("adjusted_p_value", one, "p", .numbers([0.004, 0.004, 0.8])),
      ])
  }

  private var severity: AnalysisGroup {
    let each = ["combination", "task"]
    let count = combinationCount * tasks.count
    let names = ["cosine", "edit_distance", "divergence", "log_perplexity_change"]
    return AnalysisGroup(
      name: "severity", comment: "How severity was measured.",
      dimensions: [.init("combination", length: combinationCount), .init("task", labels: tasks)],
      variables: combinations()
        + names.flatMap { name -> [Variable] in
          [
            .init("\(name)_mutations", each, "mutations", .counts(Array(repeating: 9, count: count))),
            .init(name, each, name, .numbers(mixed(count, name.count))),
            .init("\(name)_effect", each, "effect", .numbers(mixed(count, name.count + 1).map { 2 * $0 - 1 })),
            .init(
              "\(name)_adjusted_p_value", each, "p",
              .numbers(mixed(count, name.count + 2).map { $0 < 0.2 ? 0.002 : $0 })),
          ]
        } + [
          .init("answers_lost", each, "lost", .counts(Array(repeating: 2, count: count))),
          .init("answers_lost_verdicts", each, "asked", .counts(Array(repeating: 5, count: count))),
        ])
  }

  private var severityMap: AnalysisGroup {
    AnalysisGroup(
      name: "severity_map", comment: "How maps of severity were counted.",
      dimensions: [.init("mutation", length: screen.mutationCount), .init("threshold", labels: ["0.2", "0.5"])],
      variables: [
        .init(
          "inputs", ["mutation", "threshold"], "inputs",
          .bytes(mixed(2 * screen.mutationCount).map { UInt8(Double(min(screen.inputs.count, 255)) * $0) }))
      ])
  }

  private var destruction: AnalysisGroup {
    AnalysisGroup(
      name: "destruction", comment: "How destruction was tested.",
      dimensions: [.init("entry", length: 2), .init("combination", length: 1)],
      variables: placesOfKinds("entry", count: 2) + [
        .init("mean_cosine", ["entry"], "cosine", .numbers([0.01, 0.2])),
        .init("adjusted_p_value", ["entry"], "p", .numbers([1e-9, 0.3])),
        .init("destructive", ["combination"], "destructive", .counts([2])),
        .init("significant", ["combination"], "significant", .counts([1])),
      ])
  }

  private var distinct: AnalysisGroup {
    AnalysisGroup(
      name: "distinct", comment: "How texts were counted.", dimensions: [.init("input", labels: ids)],
      variables: [
        .init("input_non_silent", ["input"], "non-silent", .counts(ids.map { _ in 500 })),
        .init("input_distinct", ["input"], "distinct", .counts(ids.map { _ in 80 })),
      ])
  }

  private var classes: AnalysisGroup {
    classes(
      "classes",
      [
        .init("permutations", [], "permutations", .counts([999])),
        .init("task_mutations", ["task"], "mutations", .counts(tasks.map { _ in 240 })),
      ]
        + ["coherence", "combination"].flatMap { name -> [Variable] in
          let effects = mixed(tasks.count, name.count)
          return [
            .init("\(name)_effect", ["task"], "effect", .numbers(effects)),
            .init("\(name)_p_value", ["task"], "p", .numbers(effects.map { $0 > 0.3 ? 0.001 : 0.4 })),
            .init("\(name)_is_found", ["task"], "found", .truths(effects.map { $0 > 0.3 })),
          ]
        })
  }

  private var classesByState: AnalysisGroup {
    classes(
      "classes_by_state",
      [
        .init("classified", [], "classified", .counts([39])),
        .init("adjusted_rand", [], "agreement", .numbers([0.42])),
        .init("null_adjusted_rand", [], "mean", .numbers([0.1])), .init("effect", [], "effect", .numbers([0.36])),
        .init("p_value", [], "p", .numbers([0.005])), .init("permutations", [], "permutations", .counts([199])),
        .init("is_found", [], "found", .truths([true])),
      ])
  }

  private func classes(_ name: String, _ tests: [Variable]) -> AnalysisGroup {
    AnalysisGroup(
      name: name, comment: "How classes were found.",
      dimensions: [.init("class", length: 2), .init("task", labels: tasks), .init("sample", length: 3)],
      variables: [
        .init("name", ["class"], "name", .texts(["verse: king, queen", "digits"])),
        .init("verdicts", ["class"], "verdicts", .counts([300, 900])),
        .init("distinct", ["class"], "distinct", .counts([30, 9])),
        .init("task_verdicts", ["class", "task"], "verdicts", .counts(mixed(2 * tasks.count).map { Int(300 * $0) })),
        .init("sample_class", ["sample"], "class", .counts([0, 0, 1])),
        .init("sample_input", ["sample"], "input", .counts([0, 1, 2])),
        .init("sample_mutation", ["sample"], "mutation", .counts([0, 5, 9])),
        .init("sample_mutants", ["sample"], "mutants", .counts([12, 1, 4])),
        .init("sample_text", ["sample"], "text", .texts(["the king\nsaid", "the queen", "7 7 7 7"])),
      ] + tests)
  }

  private var writers: AnalysisGroup {
    func blocks(_ name: String) -> [Variable] {
      [
        .init("\(name)_genre", [name], "genre", .counts([0, 1])),
        .init("\(name)_is_column", [name], "column", .truths([true, false])),
        .init("\(name)_start", [name], "start", .counts([8, 16])),
        .init("\(name)_size", [name], "size", .counts([8, 8])),
        .init("\(name)_observed", [name], "observed", .counts([5, 1])),
        .init("\(name)_expected", [name], "expected", .numbers([0.7, 0.9])),
        .init("\(name)_adjusted_p_value", [name], "p", .numbers([0.003, 0.5])),
      ]
    }
    return AnalysisGroup(
      name: "writers", comment: "How writers were found.",
      dimensions: [
        .init("genre", labels: ["verse", "dialogue"]), .init("writer", length: 2), .init("input", labels: ids),
        .init("block", length: 2), .init("residual", length: 2),
      ],
      variables: [.init("writers", ["genre"], "writers", .counts([2, 0]))] + placesOfKinds("writer", count: 2) + [
        .init("writer_genre", ["writer"], "genre", .counts([0, 0])),
        .init(
          "writes", ["writer", "input"], "writes", .truths((0..<2 * ids.count).map { $0.isMultiple(of: 2) })),
        .init("block_layer", ["block"], "layer", .counts([0, 1])),
        .init("block_matrix", ["block"], "matrix", .matrices([.up, .down])),
      ] + blocks("block") + blocks("residual"))
  }

  private var regions: AnalysisGroup {
    AnalysisGroup(
      name: "regions", comment: "How regions were ranked.",
      dimensions: [.init("region", length: 4), .init("kind", labels: screen.kinds.map(\.rawValue))],
      variables: places("region", count: 4) + [
        .init("non_silent", ["region"], "non-silent", .counts([6, 5, 4, 3])),
        .init("verdicts", ["region"], "verdicts", .counts([6, 6, 6, 6])),
        .init("mean_divergence", ["region"], "divergence", units: "nat", .numbers([0.5, .nan, 0.25, 1e-5])),
        .init(
          "kind_is_non_silent", ["region", "kind"], "kinds",
          .truths(Array(repeating: true, count: 4 * screen.kinds.count))),
      ])
  }
}
