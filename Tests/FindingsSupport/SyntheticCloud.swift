import Archive
import Foundation
import Perturbations
import Transformer

/// Groups of every finding of geometry that the report shows, with made-up values.
package struct SyntheticCloud {
  let count: Int
  /// The first point is at the middle; the others lie around it in lobes.
  let lobes: Int
  /// Names of the points by index; nil: the points are mutants.
  let names: ((Int) -> String)?
  let relations: [String]

  /// A cloud of `count` points in `lobes` lobes, with relations of these names; values depend on nothing else.
  package init(
    count: Int = 300, lobes: Int = 10, names: ((Int) -> String)? = { "word \($0)" },
    relations: [String] = ["capital of a country", "plural"]
  ) {
    self.count = count
    self.lobes = lobes
    self.names = names
    self.relations = relations
  }

  /// Numbers between 0 and 1 that look mixed.
  func mixed(_ count: Int, _ salt: Int = 0) -> [Double] {
    (0..<count).map { place in
      // The mixing of SplitMix64.
      var bits = UInt64(place + 1) &* 0x9E37_79B9_7F4A_7C15 &+ UInt64(salt)
      bits = (bits ^ bits >> 30) &* 0xBF58_476D_1CE4_E5B9
      bits = (bits ^ bits >> 27) &* 0x94D0_49BB_1331_11EB
      return Double((bits ^ bits >> 31) >> 11) / Double(1 << 53)
    }
  }

  /// All groups that `locus geometry` writes.
  package var all: [AnalysisGroup] { [cloud, arithmetic, galaxy, crystals, parallelograms] + lobeGroups }

  // MARK: Cloud

  /// The group of the points themselves: names, lobes and coordinates.
  package var cloud: AnalysisGroup {
    let one = ["point"]
    let noise = mixed(3 * count)
    let positions = (0..<count).flatMap { point -> [Double] in
      guard point > 0 else { return [0, 0, 0] }
      let angle = 2 * Double.pi * Double(point % lobes) / Double(lobes)
      let own = (0..<3).map { 1.6 * noise[3 * point + $0] - 0.8 }
      return [
        3 * cos(angle) + own[0], 2 * sin(angle) + own[1],
        (point % lobes).isMultiple(of: 2) ? 1.5 + own[2] : own[2] - 1.5,
      ]
    }
    let labels = (0..<count).map { $0 == 0 ? -1 : $0 % lobes }
    return AnalysisGroup(
      name: "cloud", comment: "How points were listed.",
      dimensions: [
        .init("point", length: count), .init("component", length: 3),
        .init("fate", labels: ["kept", "not finite", "zero", "never firing"]),
      ],
      variables: [
        .init("number", one, "number", .counts(Array(0..<count))),
        .init("position", ["point", "component"], "place", .numbers(positions)),
        .init("length", one, "length", .numbers(mixed(count))),
        .init("geometry_lobe", one, "geometric lobe", .counts(labels.map { max($0 / 3, -1) })),
        .init("phi_lobe", one, "functional lobe", .counts(labels)),
        .init("leading_task", one, "task", .counts(labels.map { $0 % 3 })),
        .init("share", ["component"], "share", .numbers([0.41, 0.22, 0.08])),
        .init("count", ["fate"], "points", .counts([count, 2, 1, 0])),
        .init("duplicates", [], "duplicates", .counts([0])),
      ] + identities)
  }

  /// Names, or the regions of mutants: the first is that of row 8 and column 24 of layer 0 down.
  private var identities: [AnalysisGroup.Variable] {
    let one = ["point"]
    if let names { return [.init("label", one, "name", .texts((0..<count).map(names)))] }
    let matrices: [WeightMatrix] = [.down, .q, .up]
    return [
      .init("layer", one, "layer", .counts((0..<count).map { $0 % 2 })),
      .init("matrix", one, "matrix", .matrices((0..<count).map { matrices[$0 % 3] })),
      .init("row", one, "row", .counts((0..<count).map { $0 == 0 ? 8 : $0 % 4 * 8 })),
      .init("column", one, "column", .counts((0..<count).map { $0 == 0 ? 24 : $0 % 4 * 8 })),
      .init("kind", one, "kind", .kinds(Array(repeating: .maximum, count: count))),
      .init("point_kind", [], "points", .texts(["response"])),
    ]
  }

  var arithmetic: AnalysisGroup {
    let numbers = [("share", 0.412), ("null_mean", 0.148), ("null_deviation", 0.007), ("effect", 0.264), ("z", 37.7)]
    return AnalysisGroup(
      name: "arithmetic", comment: "How the span was made.", dimensions: [],
      variables: numbers.map { .init($0, [], $0, .numbers([$1])) } + [
        .init("directions", [], "directions", .counts([8])), .init("components", [], "components", .counts([128])),
        .init("p_value", [], "p", .numbers([0.01])), .init("draws", [], "draws", .counts([99])),
      ])
  }

  // MARK: Galaxy

  var galaxy: AnalysisGroup {
    let (groups, ranks) = (3, 60)
    let (one, both, ranked) = (["group"], ["group", "control"], ["group", "rank"])
    let fall = { (place: Int) in pow(Double(place % ranks + 1), -0.7) }
    var variables: [AnalysisGroup.Variable] = [
      .init("points", one, "points", .counts([count, 100, 100])),
      .init("dimensions", one, "dimensions", .counts([ranks, ranks, ranks])),
      .init("eigenvalue", ranked, "eigenvalue", .numbers((0..<groups * ranks).map(fall))),
      .init(
        "marchenko_pastur", ranked, "expected",
        .numbers((0..<groups * ranks).map { 0.3 - 0.004 * Double($0 % ranks) })),
      .init(
        "control_eigenvalue", ["group", "control", "rank"], "mean",
        .numbers(
          (0..<2 * groups * ranks).map { $0 / ranks % 2 == 0 ? 0.31 - 0.004 * Double($0 % ranks) : fall($0) * 1.1 })),
      .init("edge_low", one, "edge", .numbers([0.05, 0.05, 0.05])),
      .init("edge_high", one, "edge", .numbers([0.32, 0.32, 0.32])),
    ]
    let law: [(String, Double)] = [
      ("first_rank", 11), ("last_rank", 60), ("slope", -0.7), ("intercept", 0), ("slope_error", 0.01),
      ("determination", 0.98),
    ]
    for (name, value) in law {
      variables.append(.init("law_\(name)", one, name, .numbers(Array(repeating: value, count: groups))))
      variables.append(
        .init("window_\(name)", ["group", "window"], name, .numbers([value, value + 1, value, .nan, value, value])))
    }
    for name in ["slope", "participation", "entropy_dimension", "leading_share", "share_beyond_edge"] {
      variables.append(.init(name, one, name, .numbers(mixed(groups, name.count))))
      variables.append(.init("control_\(name)_draws", both, "draws", .counts(Array(repeating: 24, count: 2 * groups))))
      for part in ["mean", "deviation", "effect", "p_value", "z"] where name != "share_beyond_edge" || part != "z" {
        variables.append(
          .init("control_\(name)_\(part)", both, part, .numbers(mixed(2 * groups, part.count).map { $0 / 4 + 0.01 })))
      }
    }
    for name in ["points", "duplicates", "components", "neighbours"] {
      variables.append(.init("clustering_\(name)", one, name, .counts([count, 0, 100])))
    }
    for name in [
      "normal_entropy", "entropy_estimate", "difference", "bias", "bias_deviation", "corrected",
      "corrected_per_component", "z", "p_value",
    ] { variables.append(.init("clustering_\(name)", one, name, .numbers([0.25, .nan, 0.5]))) }
    return AnalysisGroup(
      name: "galaxy", comment: "How the spectrum was fitted.",
      dimensions: [
        .init("group", labels: ["all", "layer 0", "layer 1"]), .init("rank", length: ranks), .init("window", length: 2),
        .init("control", labels: ["matched", "isotropic"]),
      ], variables: variables)
  }

  // MARK: Crystals

  var crystals: AnalysisGroup {
    let cells = relations.count * 15
    let one = ["relation"]
    func comparison(_ prefix: String, _ dimensions: [String], _ count: Int) -> [AnalysisGroup.Variable] {
      ["value", "null_mean", "null_deviation", "effect", "z", "p_value"].enumerated().map { place, name in
        .init(
          prefix + name, dimensions, name,
          .numbers(mixed(count, 7 * place).map { name == "null_deviation" ? $0 / 10 : $0 }))
      }
    }
    let functions = ["hits", "plain_hits", "reciprocal_rank", "plain_reciprocal_rank", "effect", "p_value"]
    return AnalysisGroup(
      name: "crystals", comment: "How parallelograms were judged.",
      dimensions: [
        .init("relation", labels: relations),
        .init("measure", labels: ["cosine", "deviation", "length_ratio", "silhouette", "cosine_silhouette"]),
        .init("stage", labels: ["before", "after", "gain"]), .init("metric", labels: ["euclidean", "cosine"]),
        .init("side", labels: ["removed", "kept"]), .init("component", length: 3), .init("drawing", length: 5),
        .init("corner", labels: ["first_from", "first_to", "second_from", "second_to"]), .init("axis", length: 2),
      ],
      variables: [
        .init("pairs", one, "pairs", .counts(relations.map { _ in 12 })),
        .init("adjusted_p_value", ["relation", "measure", "stage"], "p", .numbers(mixed(cells, 3).map { $0 / 20 })),
        .init("pair_effect", one, "effect", .numbers(relations.map { _ in 1.4 })),
      ] + comparison("", ["relation", "measure", "stage"], cells) + comparison("silhouette_", ["metric", "stage"], 6)
        + comparison("cluster_before_", ["metric"], 2) + comparison("cluster_after_", ["metric"], 2)
        + functions.map { .init("function_\($0)", one, $0, .numbers(mixed(relations.count, $0.count))) }
        + ["share", "correlation", "p_value"].map {
          .init("distractor_\($0)", ["side", "component"], $0, .numbers(mixed(6, $0.count)))
        } + drawings)
  }

  private var drawings: [AnalysisGroup.Variable] {
    let before = [0, 0, 3, 1, 1, 2, 2, -1.0], after = [0, 0, 3, 1, 0.3, 2, 3.2, 3.1]
    return [
      .init("drawing_relation", ["drawing"], "relation", .counts([0, 0, 0, 1, 1])),
      .init(
        "drawing_name", ["drawing", "corner"], "names",
        .texts((0..<5).flatMap { _ in ["Paris", "France", "Rome", names?(1) ?? "Italy"] })),
      .init(
        "drawing_before", ["drawing", "corner", "axis"], "before", .numbers((0..<5).flatMap { _ in before })),
      .init("drawing_after", ["drawing", "corner", "axis"], "after", .numbers((0..<5).flatMap { _ in after })),
    ]
  }

  var parallelograms: AnalysisGroup {
    let (one, none) = (["parallelogram"], [String]())
    return AnalysisGroup(
      name: "parallelograms", comment: "How parallelograms were found.",
      dimensions: [.init("parallelogram", length: 2), .init("corner", labels: ["a", "b", "c", "d"])],
      variables: [
        .init("name", one + ["corner"], "names", .texts((0..<8).map { names?($0) ?? "mutant \($0)" }))
      ]
        + ["deviation", "cosine", "length_ratio", "side_cosine", "side_ratio"].map {
          .init($0, one, $0, .numbers([0.1, 0.2]))
        }
        + [
          "mean_deviation", "null_mean", "null_deviation", "effect", "z", "p_value", "recall", "flat_count",
          "flat_null_mean", "flat_null_deviation",
        ].map { .init($0, none, $0, .numbers([0.25])) } + [.init("draws", none, "draws", .counts([24]))])
  }
}
