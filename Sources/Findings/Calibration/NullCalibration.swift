import Archive
import Foundation
import MessagePassing

/// How often each family of tests has findings in a screen that was permuted, over many seeds.
///
/// Every seed goes the whole way: the permuted screen is written to a results file, which is read and analyzed as any
/// other.
public struct NullCalibration: Sendable {
  /// The counts of one family of tests, over all permutations.
  public struct Line: Sendable {
    /// The family.
    public let name: FindingFamily.Name
    /// Whether the permutation leaves what the family is about, so that its findings need not be false.
    public let isKept: Bool
    /// Tests of a seed, in the mean.
    public let tests: Double
    /// Seeds with at least one finding of the family.
    public let seedsWithFindings: Int
    /// The number of findings, over all permutations.
    public let findings: Int
  }

  /// How phenotypes were permuted.
  public let null: CalibrationNull
  /// The number of permutations.
  public let seedCount: Int
  /// The counts of those families that have tests.
  public let lines: [Line]
  /// Seeds with a finding of any family that is not kept.
  public let seedsWithFalseFindings: Int

  /// Temporary files go to `folder`; `progress` learns how many of how many seeds this rank has done. Ranks share the
  /// seeds, and find the same. Collective.
  public init(
    _ screen: RecordedScreen, _ null: CalibrationNull, seeds: Range<UInt64>, folder: String, communicator: Communicator,
    progress: (Int, Int) -> Void = { _, _ in }
  ) throws {
    let names = FindingFamily.Name.allCases
    let alone = try communicator.split(color: communicator.rank, key: 0) ?? communicator
    let path = "\(folder)/locus-permuted-\(UUID().uuidString).h5"
    let ownCount = (seeds.count - communicator.rank + communicator.size - 1) / communicator.size
    var done = 0
    let found = try Sharing(communicator).map(seeds.count) { index in
      let seed = seeds.lowerBound + UInt64(index)
      let families = try NullCalibration.families(of: screen.permuted(null, seed: seed), seed: seed, path, alone)
      done += 1
      progress(done, ownCount)
      return names.flatMap { name in
        let own = families.filter { $0.name == name }
        return [own.reduce(0) { $0 + Double($1.findings) }, own.reduce(0) { $0 + Double($1.tests) }]
      }
    }
    try alone.free()
    self.null = null
    seedCount = seeds.count
    lines = names.indices.map { place in
      Line(
        name: names[place], isKept: !null.breaks(names[place].subject),
        tests: found.reduce(0) { $0 + $1[2 * place + 1] } / Double(max(1, found.count)),
        seedsWithFindings: found.count { $0[2 * place] > 0 }, findings: found.reduce(0) { $0 + Int($1[2 * place]) })
    }.filter { $0.tests > 0 }
    seedsWithFalseFindings = found.count { seed in
      names.indices.contains { null.breaks(names[$0].subject) && seed[2 * $0] > 0 }
    }
  }

  private static func families(
    of screen: RecordedScreen, seed: UInt64, _ path: String, _ alone: Communicator
  ) throws -> [FindingFamily] {
    defer { try? FileManager.default.removeItem(atPath: path) }
    try screen.write(to: path, communicator: alone)
    let file = try ResultsFile(path: path)
    let analysis = try Analysis(of: file, seed: seed)
    try file.close()
    return analysis.families
  }
}
