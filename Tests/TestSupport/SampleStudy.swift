import Archive
import Foundation
import MessagePassing

/// A small file of studies whose every value tells its place.
package enum SampleStudy {
  /// What the file says of itself; the configuration is longer than what fits beside an object.
  package static let provenance = StudyProvenance(
    locusVersion: "1.2.3", created: "2024-05-06T07:08:09Z",
    configuration: Array(("model: m\n" + String(repeating: "# ä\n", count: 20_000)).utf8),
    commandLine: "locus study studies.yaml", modelName: "tiny", modelSHA256: "aa", planSHA256: "bb", ranks: 2,
    threads: 3, blas: "blas core")

  /// A start that was interrupted, and the one that ended.
  package static let starts = [
    RunStart(
      time: "2024-05-06T06:00:00Z", commandLine: "locus study", hosts: "a,b", job: "7", ranks: 4, threads: 1,
      unitsBefore: 0),
    RunStart(
      time: "2024-05-06T07:00:00Z", commandLine: "locus study", hosts: "c", job: "", ranks: 2, threads: 3,
      unitsBefore: 12),
  ]

  /// A study over labels, seeds that do not follow one another, and fractions.
  package static let ablation = AnalysisGroup(
    name: "ablation", comment: "How it was made.", findings: ["It is \"much\" worse (p = 0.01).", "Units, too."],
    dimensions: [
      .init("site", labels: ["attn_pre_out", "mlp_pre_out"]), .init("seed", values: [0, 3, 7]),
      .init("fraction", values: [0, 0.1, 0.25, 1]),
    ],
    variables: [
      .init(
        "cross_entropy", ["site", "seed", "fraction"], "mean loss", units: "nat",
        .numbers((0..<24).map { $0 == 23 ? .nan : Double($0) / 8 })),
      .init("worst", ["site", "seed", "fraction"], "unit", missing: -1, .counts((0..<24).map { $0 - 1 })),
      .init("area", ["site"], "area under the curve", .numbers([1.5, 2.5])),
      .init("label", ["site"], "its name", .texts(["attention, out", "MLP"])),
      .init("baseline", [], "loss without an edit", units: "nat", .numbers([0.5])),
    ])

  /// A study that knows whole numbers, in the order of its steps from 1 on.
  package static let pruning = AnalysisGroup(
    name: "pruning", comment: "How it was made.", dimensions: [.init("step", length: 2, from: 1)],
    variables: [.init("is_kept", ["step"], "whether it is kept", .truths([true, false]))])

  /// What is known of units, of which sites have some columns in common.
  package static let units = [
    AnalysisGroup(
      name: "attn_pre_out", comment: "Units.", dimensions: [.init("layer", length: 2), .init("unit", length: 2)],
      variables: [
        .init("mean", ["layer", "unit"], "mean", .numbers([0.25, -1, .nan, 1e-10])),
        .init("is_dead", ["layer", "unit"], "whether it never fires", .truths([false, true, false, false])),
        .init("all", ["layer"], "mean of all", .numbers([1, 2])),
      ]),
    AnalysisGroup(
      name: "mlp_pre_out", comment: "Units.", dimensions: [.init("layer", length: 1), .init("unit", length: 3)],
      variables: [
        .init("order", ["layer", "unit"], "place", missing: -1, .counts([2, -1, 0])),
        .init("mean", ["layer", "unit"], "mean", .numbers([0, 2, 1.0 / 3])),
      ]),
  ]

  /// Writes the file; each of several ranks one of its own.
  package static func write(to path: String) throws {
    try World.run { (_) throws in
      try StudyWriter.write(provenance, starts: starts, studies: [ablation, pruning], units: units, to: path)
    }
  }
}
