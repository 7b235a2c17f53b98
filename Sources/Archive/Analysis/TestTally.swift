import HDF5

/// What became of one family of tests: all that are held to one false discovery rate together.
public struct TestTally: Equatable, Sendable {
  /// The family's name.
  public let family: String
  /// The number of tests that are findings.
  public let findings: Int
  /// The number of tests that were made.
  public let tests: Int
  /// The strongest finding with its effect size, in words; empty where there is none.
  public let strongest: String

  /// Takes the counts of a family.
  public init(family: String, findings: Int, tests: Int, strongest: String = "") {
    (self.family, self.findings, self.tests) = (family, findings, tests)
    self.strongest = strongest.withoutZeros
  }

  /// The names of the attributes that hold the tallies of a group, an element for each family.
  private enum Attribute {
    static let family = "test_family"
    static let findings = "test_findings"
    static let tests = "test_count"
    static let strongest = "test_strongest"
  }

  static func write(_ tallies: [TestTally], to group: borrowing Group) throws {
    guard !tallies.isEmpty else { return }
    try group.setAttribute(Attribute.family, tallies.map(\.family))
    try group.setAttribute(Attribute.findings, tallies.map { Int64($0.findings) })
    try group.setAttribute(Attribute.tests, tallies.map { Int64($0.tests) })
    try group.setAttribute(Attribute.strongest, tallies.map(\.strongest))
  }

  /// Reads the tallies of a group; `attempt` is the beginning of a sentence that says what cannot be read.
  static func read(_ group: borrowing Group, _ attempt: String) throws -> [TestTally] {
    guard try group.hasAttribute(Attribute.family) else { return [] }
    let families = try group.textListAttribute(Attribute.family)
    let findings = try group.listAttribute(Attribute.findings, Int64.self)
    let tests = try group.listAttribute(Attribute.tests, Int64.self)
    let strongest = try group.textListAttribute(Attribute.strongest)
    let isSound =
      [findings.count, tests.count, strongest.count].allSatisfy { $0 == families.count }
      && zip(findings, tests).allSatisfy { (0...max($1, 0)).contains($0) && $1 < 1 << 40 }
    guard isSound else {
      throw ArchiveError("\(attempt) has counts of tests that do not fit each other; the file is damaged")
    }
    return families.indices.map {
      TestTally(family: families[$0], findings: Int(findings[$0]), tests: Int(tests[$0]), strongest: strongest[$0])
    }
  }
}
