import Archive
import Geometry
import LinearAlgebra
import MessagePassing
import Perturbations

extension BlockSpan {
  /// How much of the variance of a cloud of mutants lies where constant regions put it by arithmetic alone: a constant
  /// adds the same to all rows of its region, and rows of o and down are components of the residual stream, so blocks
  /// are the rows of these mutants' regions.
  ///
  /// nil where none are of o or down, where their rows leave nothing over, or where components are projections, not
  /// those of the residual stream; where `hiddenSize` is not known, one of the regions must end at the last component.
  /// Collective.
  static func arithmetic(
    _ mutations: [Mutation], hiddenSize: Int?, components: PrincipalComponents, seed: UInt64, sharing: Sharing
  ) throws -> BlockSpan? {
    let regions = mutations.map(\.region)
    let writing = regions.filter { MutantPoint.writers.contains($0.matrix) }.map(\.rows)
    let reading = regions.filter { !MutantPoint.writers.contains($0.matrix) }.map(\.columns)
    let count = components.mean.count
    let reached = (writing + reading).map(\.upperBound).max() ?? 0
    // A damaged file may name any rows.
    guard reached <= count, (hiddenSize ?? reached) == count else { return nil }
    return try BlockSpan(writing, of: components, seed: seed, sharing: sharing)
  }

  /// The dataset group `arithmetic`.
  var group: AnalysisGroup {
    func number(_ name: String, _ meaning: String, _ value: Double) -> AnalysisGroup.Variable {
      .init(name, [], meaning, .numbers([value]))
    }
    return AnalysisGroup(
      name: "arithmetic",
      comment: """
        How much of the variance of the cloud lies in the span of indicators of row blocks: vectors of components of \
        the residual stream that are 1 in the rows of a region of o or down and 0 elsewhere. A constant region adds \
        the same to all of its rows, so that shifts lie in it by arithmetic, whatever the rows do. There is no such \
        span of columns: what a region adds lies in its rows, whichever columns it is in. The null permutes \
        components, so that blocks are of components chosen at random; z is in deviations of its draws, the effect the \
        share less their mean, and p_value, a bound where it is the least that the draws can give, counts draws as far \
        from the mean on either side.
        """,
      dimensions: [],
      variables: [
        number("share", "share of the variance in the span", share.value),
        .init("directions", [], "directions of the span", .counts([rank])),
        .init("components", [], "directions of the space", .counts([dimension])),
        number("null_mean", "mean of the share over permuted components", share.mean),
        number("null_deviation", "deviation of the same", share.deviation),
        number("effect", "share less the mean", share.excess), number("z", "the effect in deviations", share.z),
        number("p_value", "of a share as far from the mean", share.probability),
        .init("draws", [], "permutations of components", .counts([share.drawCount])),
      ])
  }
}
