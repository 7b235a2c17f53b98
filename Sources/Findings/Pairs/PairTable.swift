import Archive
import Perturbations
import Statistics

/// What was measured of every pair of mutations, in the order of the results file.
public struct PairTable: Sendable {
  /// The single mutations.
  public let singles: [Mutation]
  /// The numbers of their kinds.
  public let parameters: KindParameters
  /// The pairs of them.
  public let pairs: [PairList.Pair]
  /// The divergence of each pair on each input, `[pair][input]`, in nats.
  public let divergences: [[Double]]
  /// The interaction of each pair and its probability.
  public let interactions: PairInteractions
  /// Non-silent verdicts of each pair.
  public let nonSilent: [Int]

  /// Takes the divergences of pairs, `[pair][input]`, with what the test makes of them.
  public init(
    singles: [Mutation], parameters: KindParameters = KindParameters(), pairs: [PairList.Pair], divergences: [[Double]],
    interactions: PairInteractions, nonSilent: [Int]
  ) {
    precondition(divergences.count == pairs.count && nonSilent.count == pairs.count, "measures of each pair")
    precondition(interactions.effects.count == pairs.count, "an effect of each pair")
    self.singles = singles
    self.parameters = parameters
    self.pairs = pairs
    self.divergences = divergences
    self.interactions = interactions
    self.nonSilent = nonSilent
  }

  /// The number of inputs.
  public var inputCount: Int { divergences.first?.count ?? 0 }
  /// The row of a pair in the results file.
  func row(of pair: Int) -> Int { singles.count + pair }
}

extension PairTable {
  /// Reads a results file; nil where it has no pairs.
  static func read(_ file: borrowing ResultsFile) throws -> PairTable? {
    guard let found = try file.pairs() else { return nil }
    let inputs = file.summary.inputCount
    let rows = found.singleCount..<file.summary.mutationCount
    let (divergences, changes) = (try file.values(\.divergence, rows), try file.values(\.firstChange, rows))
    func own(_ pair: Int) -> Range<Int> { pair * inputs..<(pair + 1) * inputs }
    return PairTable(
      singles: try file.mutationList(0..<found.singleCount), parameters: try file.kindParameters(), pairs: found.pairs,
      divergences: found.pairs.indices.map { divergences[own($0)].map { Double($0) } },
      interactions: found.interactions,
      nonSilent: found.pairs.indices.map { changes[own($0)].count { $0 >= 0 } })
  }
}
