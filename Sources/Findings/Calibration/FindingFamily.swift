import Statistics

/// What one family of tests of an analysis found: all that are held to one false discovery rate together.
public struct FindingFamily: Equatable, Sendable {
  public enum Name: String, CaseIterable, Sendable {
    case bias, complementarity, specificity, overlap, severity, destruction, classes
    case stripes, control
    case controlBlocks = "control, blocks"
    case beyondArithmetic = "stripes beyond arithmetic"
    case alone = "stripes alone"
    case writersWithin = "writers within matrices"
    case writersAcross = "writers across matrices"
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

  public enum Subject: Sendable {
    /// Rows and columns within a matrix.
    case places
    /// Which mutations do something, of whatever layer, matrix, kind and place, and on which inputs together.
    case mutations
    /// What is said, whoever says it.
    case texts
  }

  public let name: Name
  /// Tests that are findings.
  public let findings: Int
  /// Tests with a probability.
  public let tests: Int
}

extension FindingFamily {
  /// Counts tests by their smallest false discovery rates, which are not numbers where there was no test.
  init(_ name: Name, adjusted: [Double]) {
    self.init(
      name: name, findings: adjusted.count { $0 <= FalseDiscoveryRate.level }, tests: adjusted.count { !$0.isNaN })
  }
}
