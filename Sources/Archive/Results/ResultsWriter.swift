import HDF5
import MessagePassing
import Perturbations

/// Writes a results file, all ranks together: the whole structure first, then rows in any order, then the units.
///
/// Every function is collective. Texts of any length are written by rank 0 alone, before and after all others write:
/// HDF5 does not let several ranks write them.
public struct ResultsWriter: ~Copyable {
  /// Rows of a chunk; ranks that write whole chunks never share one.
  public let chunkRows: Int
  private let path: String
  private let communicator: Communicator
  private let file: File
  private let description: ScreenDescription

  /// Creates the file at `path` with everything in it but mutations, phenotypes and units.
  public init(path: String, communicator: Communicator, description: ScreenDescription) throws {
    let layout = ResultsLayout(description: description)
    try communicator.agree {
      guard communicator.rank == 0 else { return }
      let file = try File.create(path, communicator: nil)
      try file.write(description, layout: layout)
      try file.close()
    }
    file = try File.update(path, communicator: communicator)
    self.path = path
    self.communicator = communicator
    self.description = description
    chunkRows = layout.chunkRows
  }

  // MARK: Rows

  /// Writes consecutive rows from `position` on: this rank's part, perhaps empty.
  public func write(_ phenotypes: Phenotypes, mutations: [Mutation], at position: Int) throws {
    let count = mutations.count
    precondition(phenotypes.mutationCount == count, "a row for each mutation")
    try file.write(mutations, at: position)
    for column in Phenotypes.columns where column.isRecorded(in: description.recording) {
      try file.write(column, of: phenotypes, at: position)
    }
  }

  // MARK: The end

  /// Writes the times and ranks of all units, the same on every rank, and the texts of mutants where they are wanted,
  /// flushes the file to disk and closes it.
  public consuming func finish(unitSeconds: [Double], unitRanks: [Int32]) throws {
    try file.dataset("unit/seconds") { try $0.writeWhole(unitSeconds) }
    try file.dataset("unit/rank") { try $0.writeWhole(unitRanks) }
    let (path, communicator, description, chunkRows) = (path, communicator, description, chunkRows)
    try file.close()
    try communicator.agree {
      guard communicator.rank == 0 else { return }
      if description.hasTextStrings { try ResultsWriter.writeTexts(path, description, rows: chunkRows) }
      try OutputTarget.handToDisk(path)
    }
  }

  /// Writes what mutants say as text, from the tokens in the file, so many mutations at a time. Alone.
  private static func writeTexts(_ path: String, _ description: ScreenDescription, rows: Int) throws {
    let file = try File.update(path, communicator: nil)
    let (inputCount, stepCount) = (description.inputs.count, description.stepCount)
    let vocabulary = description.vocabulary ?? TokenTexts([[UInt8]]())
    for start in stride(from: 0, to: description.mutationCount, by: rows) {
      let count = min(rows, description.mutationCount - start)
      var tokens: [Int32] = []
      try file.dataset("phenotype/tokens") {
        tokens = try $0.read(at: [start, 0, 0], count: [count, inputCount, stepCount])
      }
      let texts = stride(from: 0, to: tokens.count, by: stepCount).map { place in
        vocabulary.text(of: tokens[place..<place + stepCount]).withoutZeros
      }
      try file.dataset("phenotype/text") { try $0.write(texts, at: [start, 0], count: [count, inputCount]) }
    }
    try file.close()
  }
}
