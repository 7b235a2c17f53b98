import Archive
import Perturbations

/// What was measured of every mutation of a component, in the order of the results file.
public struct ComponentTable: Sendable {
  /// The mutations, each of a component.
  public private(set) var mutations: [Mutation] = []
  /// The size of the component of each, its singular value.
  public private(set) var sizes: [Double] = []
  /// Non-silent verdicts of each.
  public private(set) var nonSilent: [Int] = []
  /// The mean divergence of each over the inputs, in nats; not a number where it was not recorded.
  public private(set) var divergences: [Double] = []
  /// The number of inputs.
  public let inputCount: Int

  /// A table without mutations, on so many inputs.
  public init(inputCount: Int) { self.inputCount = inputCount }

  /// Takes in the next mutation, of a component of this size.
  public mutating func append(_ mutation: Mutation, size: Double, nonSilent count: Int, divergence: Double) {
    precondition(mutation.component != nil, "a mutation of a component")
    mutations.append(mutation)
    sizes.append(size)
    nonSilent.append(count)
    divergences.append(divergence)
  }
}

extension ComponentTable {
  /// Rows that are read at a time.
  private static let slabRows = 1 << 14

  /// Reads a results file; nil where its mutations are not of components.
  static func read(_ file: borrowing ResultsFile) throws -> ComponentTable? {
    let summary = file.summary
    guard summary.recording.components else { return nil }
    let inputCount = summary.inputCount
    var table = ComponentTable(inputCount: inputCount)
    for start in stride(from: 0, to: summary.mutationCount, by: slabRows) {
      let rows = start..<min(start + slabRows, summary.mutationCount)
      let changes = try file.values(\.firstChange, rows)
      let divergences = try file.recordedValues(\.divergence, rows)
      let sizes = try file.values(\.singularValue, rows)
      for (place, mutation) in try file.mutationList(rows).enumerated() {
        let own = place * inputCount..<(place + 1) * inputCount
        let divergence = divergences.map { $0[own].reduce(0) { $0 + Double($1) } / Double(max(1, inputCount)) }
        table.append(
          mutation, size: Double(sizes[place]), nonSilent: changes[own].count { $0 >= 0 },
          divergence: divergence ?? .nan)
      }
    }
    return table
  }
}
