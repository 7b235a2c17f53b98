import Statistics

extension Analysis {
  /// What each family of tests found; those of texts only where there are texts.
  public var families: [FindingFamily] {
    [
      FindingFamily(.bias, adjusted: bias.adjusted),
      enrichmentFamily(.margins, .stripes), enrichmentFamily(.arithmetic, .beyondArithmetic),
      enrichmentFamily(.alone, .alone),
      FindingFamily(
        name: .complementarity, findings: complementarity.findings.count, tests: complementarity.testCount),
      FindingFamily(.control, adjusted: control.entries.map(\.adjusted)),
      FindingFamily(.controlBlocks, adjusted: control.entries.flatMap { $0.adjustedBlocks.joined() }),
      FindingFamily(name: .specificity, findings: specificity.specific.reduce(0, +), tests: specificityTests),
      FindingFamily(.overlap, adjusted: overlap.adjusted),
    ] + (texts?.families ?? [])
  }

  private func enrichmentFamily(_ question: Enrichment.Question, _ name: FindingFamily.Name) -> FindingFamily {
    FindingFamily(
      name: name, findings: enrichment.findings(question).count, tests: enrichment.testCount(question))
  }

  /// Each region that is sensitive to anything, on each task; with one task there is nothing to be specific to.
  private var specificityTests: Int {
    guard counts.tasks.count > 1 else { return 0 }
    return counts.tasks.count * (0..<counts.regions.count).count { counts.regions.verdicts(region: $0).count > 0 }
  }
}

extension TextFindings {
  /// What each family of tests of texts found.
  public var families: [FindingFamily] {
    [
      FindingFamily(
        .severity, adjusted: severity.entries.flatMap { $0.tasks.flatMap { $0.measures.map(\.adjusted) } }),
      FindingFamily(
        name: .destruction, findings: destruction.significantCounts.reduce(0, +), tests: tables.mutations.count),
      FindingFamily(
        name: .classes, findings: ties.findingCount,
        tests: ties.entries.reduce(0) { sum, entry in
          sum + [entry.coherence, entry.combination].count { !$0.effect.isNaN }
        }),
      FindingFamily(.writersWithin, adjusted: writers.tests.flatMap { $0.within.map(\.adjusted) }),
      FindingFamily(.writersAcross, adjusted: writers.tests.flatMap { $0.across.map(\.adjusted) }),
    ]
      + (states.map {
        [
          FindingFamily(
            name: .agreement, findings: $0.agreement.isFinding ? 1 : 0,
            tests: $0.agreement.probability.value.isNaN ? 0 : 1)
        ]
      } ?? [])
  }
}

extension FindingFamily {
  /// Of tests with these smallest false discovery rates, not a number where there was no test.
  fileprivate init(_ name: Name, adjusted: [Double]) {
    self.init(
      name: name, findings: adjusted.count { $0 <= FalseDiscoveryRate.level }, tests: adjusted.count { !$0.isNaN })
  }
}
