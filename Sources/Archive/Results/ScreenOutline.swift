import Basics
import Foundation
import HDF5
import Perturbations

/// What is known of a screen before its units are evaluated, in a file of the layout of its results: with it and the
/// units that are finished, a part of the results can be looked at while the screen runs. For one process.
public struct ScreenOutline: Sendable {
  /// The path of the outline.
  public let path: String
  public let description: ScreenDescription
  /// Where the mutations of each unit are among those of the file.
  public let units: [Range<Int>]

  private static let firstMutation = "unit/first_mutation"
  /// Mutations that are written at a time.
  private static let slabRows = 1 << 16

  // MARK: Writing

  /// Writes a screen whose `units` are runs of its mutations, one after the other; under a temporary name until it is
  /// whole.
  public static func write(
    _ description: ScreenDescription, units: [Range<Int>], to path: String, mutations: (Range<Int>) -> [Mutation]
  ) throws {
    let temporaryPath = path + ".new"
    do {
      var outline = description
      outline.provenance.progress = .init(
        unitsDone: 0, unitCount: units.count, mutationCount: description.mutationCount)
      let file = try File.create(temporaryPath, communicator: nil)
      try file.write(outline, layout: ResultsLayout(description: outline))
      for start in stride(from: 0, to: description.mutationCount, by: slabRows) {
        try file.write(mutations(start..<min(start + slabRows, description.mutationCount)), at: start)
      }
      let firsts = try file.createDataset(firstMutation, type: .int64, shape: [units.count])
      try firsts.writeWhole(units.map { Int64($0.lowerBound) })
      try firsts.close()
      try file.close()
      guard rename(temporaryPath, path) == 0 else {
        throw ArchiveError("cannot rename \(temporaryPath) to \(path): \(SystemError.reason(errno))")
      }
    } catch {
      unlink(temporaryPath)
      throw error
    }
  }

  // MARK: Reading

  /// Reads all but the mutations.
  public init(path: String) throws {
    let file = try ResultsFile(path: path, isOutline: true)
    self.path = path
    description = try file.description()
    let (firsts, shape): ([Int64], [Int]) = try file.whole(ScreenOutline.firstMutation)
    let bounds = firsts.map { Int($0) } + [description.mutationCount]
    try file.close()
    guard shape == [description.unitCount], bounds.first == 0, zip(bounds, bounds.dropFirst()).allSatisfy({ $0 < $1 })
    else { throw ArchiveError("cannot read \(path): its units are not one after the other; the file is damaged") }
    units = zip(bounds, bounds.dropFirst()).map { $0..<$1 }
  }

  /// The mutations of some rows.
  public func mutations(_ rows: Range<Int>) throws -> [Mutation] {
    let file = try ResultsFile(path: path, isOutline: true)
    let mutations = try file.mutationList(rows)
    try file.close()
    return mutations
  }
}
