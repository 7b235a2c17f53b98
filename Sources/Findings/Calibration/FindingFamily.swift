import Archive
import Statistics

/// What one family of tests of an analysis found: all that are held to one false discovery rate together.
public struct FindingFamily: Equatable, Sendable {
  /// The families of findings, by the names that reports use.
  public enum Name: String, CaseIterable, Sendable {
    /// Families that are named after their analysis.
    case bias, complementarity, specificity, overlap, severity, destruction, classes
    /// Blocks with more than the other axis explains; matrices in which a constant does more than its control.
    case stripes, control
    /// Blocks in which a constant does more than its control.
    case controlBlocks = "control, blocks"
    /// Blocks that stand out from what most blocks follow.
    case beyondArithmetic = "stripes beyond arithmetic"
    /// Blocks that stand out from all others.
    case alone = "stripes alone"
    /// Blocks of one matrix with more writers than their share.
    case writersWithin = "writers within matrices"
    /// Dimensions of the residual stream whose blocks have writers in many matrices.
    case writersAcross = "writers across matrices"
    /// Agreement of classes by words with classes by states.
    case agreement

    /// What the family's findings are about, and so which permutations make all of them false.
    public var subject: Subject {
      switch self {
      case .stripes, .beyondArithmetic, .alone, .complementarity, .writersWithin, .writersAcross: .places
      case .bias, .control, .controlBlocks, .specificity, .overlap, .severity, .destruction, .classes: .mutations
      case .agreement: .texts
      }
    }
  }

  /// What a family's findings are about.
  public enum Subject: Sendable {
    /// Rows and columns within a matrix.
    case places
    /// Which mutations do something, of whatever layer, matrix, kind and place, and on which inputs together.
    case mutations
    /// What is said, whoever says it.
    case texts
  }

  /// The family's name.
  public let name: Name
  /// The number of tests that are findings.
  public let findings: Int
  /// The number of tests that have a p value.
  public let tests: Int
  /// The strongest finding with its effect size, in words; empty where there is none.
  public let strongest: String

  /// Takes counts, and the strongest finding in words.
  public init(name: Name, findings: Int, tests: Int, strongest: String? = nil) {
    (self.name, self.findings, self.tests) = (name, findings, tests)
    self.strongest = strongest ?? ""
  }

  /// What an analysis file says of the family.
  var tally: TestTally {
    TestTally(family: name.rawValue, findings: findings, tests: tests, strongest: strongest)
  }
}

extension FindingFamily {
  /// Counts tests by their smallest false discovery rates, which are not numbers where there was no test.
  init(_ name: Name, adjusted: [Double], strongest: String? = nil) {
    self.init(
      name: name, findings: adjusted.count { $0 <= FalseDiscoveryRate.level }, tests: adjusted.count { !$0.isNaN },
      strongest: strongest)
  }
}
