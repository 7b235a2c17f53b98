import Basics
import Perturbations
import Statistics
import Transformer

/// The components of matrices whose mutants differ most from the model, and whether larger components do more.
///
/// Larger do more in a matrix where the ranks of sizes and of mean divergences of one kind's mutants are correlated.
/// The null: sizes say nothing of divergences, so that the correlation of each matrix is above 0 as often as below,
/// which is an even throw of a coin for each matrix (an exact test of signs).
public struct Components: Sendable {
  /// One mutation of a component.
  public struct Entry: Sendable {
    /// The row of the mutation in the results file, counted from 0.
    public let index: Int
    /// The mutation.
    public let mutation: Mutation
    /// The size of its component: its singular value.
    public let size: Double
    /// Non-silent verdicts.
    public let verdicts: Proportion
    /// The mean divergence over the inputs, in nats; not a number where it was not recorded.
    public let divergence: Double
  }

  /// The mutants of one kind of the components of one matrix.
  public struct Trend: Sendable {
    /// The layer of the matrix, counted from 0.
    public let layer: Int
    /// The matrix.
    public let matrix: WeightMatrix
    /// The kind.
    public let kind: Kind
    /// The number of components.
    public let count: Int
    /// The correlation of the ranks of sizes and divergences (Spearman's ρ); not a number where either is the same for
    /// all.
    public let correlation: Double
  }

  /// Components that a correlation takes at least.
  public static let leastComponents = 4

  /// The mutations of the largest mean divergence, or of the most non-silent verdicts where none was recorded.
  public let entries: [Entry]
  /// A trend of each kind of each matrix that has components enough, in canonical order.
  public let trends: [Trend]
  /// The number of mutations.
  public let mutationCount: Int

  /// Ranks the mutations and keeps the first `limit`.
  public init(_ table: ComponentTable, limit: Int) {
    mutationCount = table.mutations.count
    let weights = table.divergences.map { $0.isNaN ? .infinity : $0 }
    let order = table.mutations.indices.sorted {
      (weights[$1], table.nonSilent[$1], $0) < (weights[$0], table.nonSilent[$0], $1)
    }
    entries = order.prefix(limit).map { index in
      Entry(
        index: index, mutation: table.mutations[index], size: table.sizes[index],
        verdicts: Proportion(count: table.nonSilent[index], total: table.inputCount),
        divergence: table.divergences[index])
    }
    var groups: [Mutation: [Int]] = [:]
    for (index, mutation) in table.mutations.enumerated() {
      groups[Mutation(region: mutation.region, kind: mutation.kind), default: []].append(index)
    }
    trends = groups.sorted { $0.key < $1.key }.filter { $0.value.count >= Components.leastComponents }
      .map { own, places in
        Trend(
          layer: own.region.layer, matrix: own.region.matrix, kind: own.kind, count: places.count,
          correlation: Correlation(
            ranksOf: places.map { Components.rankable(table.sizes[$0]) },
            places.map { Components.rankable(table.divergences[$0]) }
          ).value)
      }
  }

  /// Of a kind: in how many matrices larger components do more, in how many less, and the probability of a split as
  /// uneven by chance.
  public func signs(of kind: Kind) -> (more: Int, less: Int, probability: Double) {
    let own = trends.filter { $0.kind == kind }.map(\.correlation)
    let (more, less) = (own.count { $0 > 0 }, own.count { $0 < 0 })
    return (more, less, TailProbability.evenSplit(more, less))
  }

  /// Whether divergences were recorded.
  var hasDivergence: Bool { entries.first.map { !$0.divergence.isNaN } ?? false }

  /// What is no number comes last.
  private static func rankable(_ value: Double) -> Double { value.isNaN ? .infinity : value }
}
