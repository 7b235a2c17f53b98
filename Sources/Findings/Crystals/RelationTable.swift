import Archive
import Drawing
import Geometry

/// The qualities of relations before and after discriminant analysis.
struct RelationTable: Sendable {
  enum Measure: String, CaseIterable, Sendable {
    case cosine, deviation
  }

  enum Stage: String, CaseIterable, Sendable {
    case before, after, gain
  }

  let names: [String]
  let pairCounts: [Int]
  /// The effect of the gain in cosine, pair by pair.
  let pairEffects: [Double]
  /// The measures with their nulls, `[relation, measure, stage]`.
  let qualities: NullColumns
  /// False discovery rates over relations.
  let adjusted: [Double]
  private let measures: [String]
  private let stages: [String]

  /// An error if a measure or a stage that is shown is missing.
  init(_ group: GroupReader) throws {
    names = try group.labels("relation")
    pairCounts = try group.counts(Crystals.Columns.pairs, "relation")
    pairEffects = try group.numbers(Crystals.Columns.pairEffect, "relation")
    (measures, stages) = (try group.labels("measure"), try group.labels("stage"))
    for measure in Measure.allCases where !measures.contains(measure.rawValue) {
      throw group.missing("measure \(measure.rawValue)")
    }
    for stage in Stage.allCases where !stages.contains(stage.rawValue) {
      throw group.missing("stage \(stage.rawValue)")
    }
    qualities = try NullColumns(group, prefix: "", "relation", "measure", "stage")
    adjusted = try group.numbers(Crystals.Columns.adjustedPValue, "relation", "measure", "stage")
  }

  /// The false discovery rate of a quality, a bound where its probability is the least that the draws can give.
  func rate(_ place: Int) -> String {
    Numeral.bound(qualities.chances[place], of: qualities.draws?[place]) + Numeral.chance(adjusted[place])
  }

  /// The place of a quality among all.
  func place(_ relation: Int, _ measure: Measure, _ stage: Stage) -> Int {
    let own = (measures.firstIndex(of: measure.rawValue) ?? 0, stages.firstIndex(of: stage.rawValue) ?? 0)
    return (relation * measures.count + own.0) * stages.count + own.1
  }
}
