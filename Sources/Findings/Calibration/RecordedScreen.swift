import Archive
import MessagePassing
import Perturbations

/// All of a results file in memory, to be permuted and analyzed again.
public struct RecordedScreen: Sendable {
  let description: ScreenDescription
  /// All mutations in the order of the file.
  package let mutations: [Mutation]
  /// What was recorded of them.
  package let phenotypes: Phenotypes

  /// Reads a results file from its first mutation to the last of a layer.
  public init(_ file: borrowing ResultsFile) throws {
    guard !file.summary.recording.pairs else {
      throw FindingsError(
        "cannot permute \(file.path): it is a screen of pairs of mutations; name a screen of single ones")
    }
    let rows = 0..<file.summary.layeredCount
    var description = try file.description()
    description.mutationCount = rows.count
    self.init(
      description: description, mutations: try file.mutationList(rows),
      phenotypes: try file.phenotypes(rows))
  }

  private init(description: ScreenDescription, mutations: [Mutation], phenotypes: Phenotypes) {
    self.description = description
    self.mutations = mutations
    self.phenotypes = phenotypes
  }

  /// Gives mutations the phenotypes of others; equal for equal seeds.
  package func permuted(_ null: CalibrationNull, seed: UInt64) -> RecordedScreen {
    let permutation = ScreenPermutation(null, of: mutations, inputCount: description.inputs.count, seed: seed)
    return RecordedScreen(
      description: description, mutations: mutations, phenotypes: phenotypes.permuted(by: permutation))
  }

  /// The verdicts alone, permuted in the same way.
  package func verdicts(_ null: CalibrationNull, seed: UInt64) -> VerdictTable {
    let permutation = ScreenPermutation(null, of: mutations, inputCount: description.inputs.count, seed: seed)
    return VerdictTable(self, firstChange: permutation.permuted(phenotypes.firstChange))
  }

  /// Writes a results file, as a screen writes it. Collective.
  func write(to path: String, communicator: Communicator) throws {
    let writer = try ResultsWriter(path: path, communicator: communicator, description: description)
    let isWriter = communicator.rank == 0
    try writer.write(
      isWriter ? phenotypes : description.emptyTable(rows: 0), mutations: isWriter ? mutations : [], at: 0)
    let units = description.unitCount
    try writer.finish(
      unitSeconds: Array(repeating: 0, count: units), unitRanks: Array(repeating: 0, count: units))
  }
}
