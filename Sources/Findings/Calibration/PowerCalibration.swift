import MessagePassing
import Perturbations
import Statistics

/// How often what is planted in a permuted screen is found, and how much is found that was not planted, over many
/// seeds.
///
/// Nothing is written: permuted verdicts are counted, and only the family that is to find them runs.
public struct PowerCalibration: Sendable {
  /// The place of a figure in the table of results.
  public struct Place: Hashable, Sendable {
    /// The title of the table.
    public let table: String
    /// The heading of the table's rows.
    public let rows: String
    /// The heading of the row, such as how many blocks are raised.
    public let row: String
    /// The heading of the column, such as by how many points.
    public let column: String
  }

  /// What one answer found of one pattern, over all seeds in which there was room for it.
  public struct Line: Sendable {
    /// The place of the figures in the table.
    public let place: Place
    /// The question that was asked of the planted things.
    public let answer: String
    /// The number of screens in which things were planted.
    public let seeds: Int
    /// The number of things that were planted, over all those screens.
    public let planted: Int
    /// The number of planted things that were found.
    public let found: Int
    /// Findings of things that were not planted.
    public let falseFindings: Int

    /// The share of planted things that was found, from 0 to 1; not a number if nothing was planted.
    public var power: Double { Proportion(count: found, total: planted).share }

    /// The share of findings that are false, from 0 to 1; not a number without findings.
    public var falseShare: Double { Proportion(count: falseFindings, total: found + falseFindings).share }
  }

  /// Screens for each thing that is planted.
  public let seedCount: Int
  /// The answers for each place, ordered by table, row and column.
  public let lines: [Line]

  /// `points` are the strengths of what is raised; stripes and pairs are planted along axes with `leastBlocks` at
  /// least; `progress` learns how many of how many screens this rank has done. Ranks share the screens, and find the
  /// same. Collective.
  public init(
    _ screen: RecordedScreen, _ plants: [Plant], points: [Int], leastBlocks: Int = 2, seeds: Range<UInt64>,
    communicator: Communicator, progress: (Int, Int) -> Void = { _, _ in }
  ) throws {
    let ground = try communicator.agree { try PlantingGround(screen, leastBlocks: leastBlocks) }
    let patterns = plants.flatMap { $0.patterns(kinds: ground.kinds, points: points) }
    let count = patterns.count * seeds.count
    let ownCount = (count - communicator.rank + communicator.size - 1) / communicator.size
    var done = 0
    let found = try Sharing(communicator).map(count) { index in
      let (seed, pattern) = index.quotientAndRemainder(dividingBy: patterns.count)
      let trials = try patterns[pattern].trial(ground, seed: seeds.lowerBound + UInt64(seed))
      done += 1
      progress(done, ownCount)
      return trials.flatMap { [Double($0.planted), Double($0.found), Double($0.falseFindings)] }
    }
    seedCount = seeds.count
    lines = patterns.indices.flatMap { pattern in
      let trials = seeds.indices.enumerated().map { found[$0.offset * patterns.count + pattern] }.filter { !$0.isEmpty }
      return patterns[pattern].answers.enumerated().map { answer, name in
        func sum(_ place: Int) -> Int { trials.reduce(0) { $0 + Int($1[3 * answer + place]) } }
        return Line(
          place: patterns[pattern].place, answer: name, seeds: trials.count, planted: sum(0), found: sum(1),
          falseFindings: sum(2))
      }
    }
  }
}
