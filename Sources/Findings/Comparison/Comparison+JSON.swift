import Drawing
import Statistics

extension Comparison {
  /// Every number of the comparison but those of single regions, which are in the table.
  public var json: JSON {
    .object([
      ("first", Comparison.json(of: first)), ("second", Comparison.json(of: second)),
      ("said", .list((preamble + sentences).map(JSON.text))),
      (
        "mutations",
        .object([
          ("compared", .whole(mutations.count)), ("only_first", .whole(mutations.onlyFirst)),
          ("only_second", .whole(mutations.onlySecond)), ("kinds", .list(mutations.kinds.map { .text($0.rawValue) })),
        ])
      ),
      (
        "inputs",
        .object([
          ("joined_by", .text(inputs.basis.rawValue)), ("shared", .whole(inputs.sharedCount)),
          ("first", .whole(inputs.used.first)), ("second", .whole(inputs.used.second)),
        ])
      ),
      ("correlation", correlation.json), ("severity", .list(severities.map(\.json))), ("regions", changes.json),
      ("agreement", agreement.map(\.json) ?? .null),
    ])
  }

  private static func json(of file: ComparedFile) -> JSON {
    .object([
      ("file", .text(file.name)), ("model", .text(file.provenance.modelName)),
      ("model_sha256", .text(file.provenance.modelSHA256)), ("plan_sha256", .text(file.provenance.planSHA256)),
      ("mutations", .whole(file.mutationCount)), ("inputs", .whole(file.inputCount)), ("steps", .whole(file.stepCount)),
    ])
  }
}

extension RankCorrelations {
  fileprivate var json: JSON { .object([("overall", .exact(overall)), ("within", .exact(within))]) }
}

extension MapCorrelation {
  fileprivate var json: JSON {
    .object([
      ("regions", .whole(regionCount)), ("spearman", found.json), ("pearson", .exact(pearson)),
      ("null_mean", nullMeans.json), ("null_deviation", nullDeviations.json),
      (
        "p_value",
        .object([("overall", .exact(overallProbability.value)), ("within", .exact(withinProbability.value))])
      ),
      ("draws", .whole(MapCorrelation.drawCount)), ("first_reliability", firstReliability.json),
      ("second_reliability", secondReliability.json), ("ceiling", ceiling.json), ("corrected", corrected.json),
    ])
  }
}

extension SeverityDifference {
  fileprivate var json: JSON {
    .object([
      ("of", .text(scope.words)), ("regions", .whole(regionCount)), ("first", .exact(first)),
      ("second", .exact(second)), ("difference", .exact(difference)), ("low", .exact(interval.low)),
      ("high", .exact(interval.high)), ("first_divergence", .exact(firstDivergence)),
      ("second_divergence", .exact(secondDivergence)),
    ])
  }
}

extension RegionChanges {
  fileprivate var json: JSON {
    .object([
      ("log_odds_ratio", .exact(shift)), ("tested", .whole(testCount)), ("findings", .whole(findings.count)),
      ("divergence_tested", .whole(divergenceTestCount)), ("divergence_findings", .whole(divergenceFindings.count)),
      ("false_discovery_rate", .exact(FalseDiscoveryRate.level)), ("least_p_value", .exact(leastProbability)),
      ("fewest_findings", .whole(fewestFindings)),
    ])
  }
}

extension VerdictAgreement {
  fileprivate var json: JSON {
    func json(_ proportion: Proportion?) -> JSON {
      proportion.map { .object([("count", .whole($0.count)), ("total", .whole($0.total))]) } ?? .null
    }
    return .object([
      ("both", .whole(both)), ("only_first", .whole(onlyFirst)), ("only_second", .whole(onlySecond)),
      ("neither", .whole(neither)), ("share", .exact(agreeing.share)), ("kappa", .exact(kappa)),
      ("same_texts", json(sameTexts)), ("same_baselines", json(sameBaselines)),
    ])
  }
}
