import Drawing

extension Specificity {
  /// Regions that are specific to a task, silent on all others, or sensitive on every input.
  public func sentences(of screen: ScreenMaterial) -> [String] {
    let counts = screen.counts
    let always =
      "\(Sentence.are(alwaysSensitive, "region")) sensitive on every input; "
      + "\(Numeral.number(alwaysSensitiveExpected)) would be if inputs were independent."
    // With one task there is nothing to be specific to.
    guard counts.tasks.count > 1 else { return [always] }
    return [
      "\(Sentence.of(specific.reduce(0, +), counts.regions.count, "region", are: "specific")) to a task "
        + "(binomial test against the share that the task has of all non-silent verdicts)"
        + "\(Sentence.examples(findings.map { words($0, screen) }))."
    ] + (fewestFindings > 1 ? [blindness(counts)] : []) + [
      "\(Sentence.are(exclusive.reduce(0, +), "region")) silent on all tasks but one, where "
        + "\(Numeral.number(exclusiveExpected.reduce(0, +))) would be by chance.",
      always,
    ]
  }

  /// What so few verdicts cannot show.
  private func blindness(_ counts: ScreenCounts) -> String {
    let verdicts = counts.kinds.count * (counts.inputsOfTask.map(\.count).max() ?? 0)
    return
      "With \(Numeral.items(verdicts, "verdict")) of a region on a task, one that is non-silent on that task alone "
      + "could not have been found: it takes \(Numeral.items(fewestFindings, "such region")) among "
      + "\(Numeral.count(counts.regions.count)), or more inputs of each task."
  }

  /// A region and the task that it is specific to.
  func words(_ entry: Entry, _ screen: ScreenMaterial) -> String {
    let region = entry.region
    return
      "\(Sentence.place(region.layer, region.matrix)) row \(region.rows.lowerBound) column "
      + "\(region.columns.lowerBound) to \(screen.counts.tasks[entry.task].cut(40)) (\(entry.onTask) of "
      + "\(entry.onAll) non-silent verdicts)"
  }
}
