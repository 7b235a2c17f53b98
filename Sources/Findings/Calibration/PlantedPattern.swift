import Basics
import Perturbations

/// Something that can be planted in a permuted screen, to see whether an analysis finds it.
///
/// A family of tests gets its power measured by a type of these, and a line in `Plant`.
protocol PlantedPattern: Sendable {
  /// The table of figures that the pattern belongs to, with its row and column.
  var place: PowerCalibration.Place { get }
  /// What may find it: an analysis may give several answers.
  var answers: [String] { get }

  /// Plants and analyzes; of each answer what it found, nothing where there is no room to plant.
  func trial(_ ground: PlantingGround, seed: UInt64) throws -> [PowerTrial]
}

/// What one answer of an analysis found of what was planted.
struct PowerTrial {
  let planted: Int
  /// How many of the planted things were found.
  let found: Int
  /// Findings on what was not planted.
  let falseFindings: Int
}

/// How many things are planted at a time.
package enum PlantedAmount: CaseIterable {
  /// So many things, or a quarter of all.
  case one, two, four, eight, quarter

  var name: String { self == .quarter ? "25 %" : "\(count(of: 0))" }

  /// How many things are planted where there are `all`.
  package func count(of all: Int) -> Int {
    switch self {
    case .one: 1
    case .two: 2
    case .four: 4
    case .eight: 8
    case .quarter: max(1, (all + 2) / 4)
    }
  }

  /// Whether at most half of what there is would be planted, so that there is something to stand out of.
  package func fits(_ all: Int) -> Bool { 2 * count(of: all) <= all }
}

/// A pattern to plant, in all its strengths.
public enum Plant: String, CaseIterable, Encodable, Sendable {
  /// Patterns that `locus bench findings --plant` knows.
  case stripes, pairs, bias, regions

  /// `points` are the strengths of what is raised, in percentage points of verdicts.
  func patterns(kinds: [Kind], points: [Int]) -> [any PlantedPattern] {
    let hasBoth = kinds.contains(.maximum) && kinds.contains(.minimum)
    let strengths = [50, 100]
    switch self {
    case .stripes:
      let pools = [Kind.maximum, .minimum].filter(kinds.contains).map { [$0] } + (kinds.count > 1 ? [kinds] : [])
      return Enrichment.Axis.allCases.flatMap { axis in
        pools.flatMap { pool in
          PlantedAmount.allCases.flatMap { amount in
            points.map { StripePattern(axis: axis, kinds: pool, amount: amount, points: $0) }
          }
        }
      }
    case .pairs:
      return hasBoth
        ? Enrichment.Axis.allCases.flatMap { axis in strengths.map { PairPattern(axis: axis, percent: $0) } } : []
    case .bias:
      return hasBoth
        ? PlantedAmount.allCases.flatMap { amount in points.map { BiasPattern(amount: amount, points: $0) } } : []
    case .regions: return strengths.map { RegionPattern(percent: $0) }
    }
  }
}

extension StreamName {
  static let plant: StreamName = "plan"
}
