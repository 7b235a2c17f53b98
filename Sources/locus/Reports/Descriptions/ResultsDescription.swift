import Archive
import Basics
import Findings
import Perturbations

/// A results file, for a person.
struct ResultsDescription {
  /// Tasks that are listed one by one.
  private static let taskLimit = 20

  private let path: String
  private let summary: ResultsFile.Summary
  private let counts: ScreenCounts
  private let outer: OuterCounts
  private let parameters: KindParameters
  /// What a screen that took the uncertain mutations says of the others; nil of others.
  private let forecast: ForecastRemainder.Summary?

  /// Reads every verdict of the file.
  init(path: String) throws {
    let file = try ResultsFile(path: path)
    self.path = path
    summary = file.summary
    counts = try ScreenCounts.read(file)
    outer = try OuterCounts(file)
    parameters = try file.kindParameters()
    try file.close()
    forecast = try ForecastRemainder.summary(ofResults: path)
  }

  var text: String {
    var description = Description()
    description.add("results file", "\(path), \(Quantity.bytes(Description.byteCount(path)))")
    if let progress = summary.provenance.progress {
      description.add(
        "partial",
        "\(progress.words) of the screen, which has \(progress.mutationCount.grouped) mutations; locus analyze "
          + "--partial made it"
      )
    }
    describeScreen(in: &description)
    if let forecast {
      description.add("forecast", forecast.sentences[0])
      for sentence in forecast.sentences.dropFirst() { description.add(continuing: sentence) }
    }
    describeInputs(in: &description)
    describeProvenance(in: &description)
    return description.text
  }

  // MARK: Parts

  private var pairCount: Int { summary.pairRows.count }

  private func describeScreen(in description: inout Description) {
    if counts.mutationCount > 0 || outer.entries.isEmpty { describeLayers(in: &description) }
    for (place, entry) in outer.entries.enumerated() {
      let words =
        "\(entry.mutationCount.grouped) mutations (\(parameters.spelling(of: entry.kind))) of "
        + "\(entry.matrix.rawValue), \(entry.verdicts.total.grouped) verdicts, "
        + "\(Percent.text(entry.verdicts.share)) % non-silent"
      if place == 0 { description.add("no layer", words) } else { description.add(continuing: words) }
    }
    describePart(in: &description)
    describeRecords(in: &description)
  }

  private func describeLayers(in description: inout Description) {
    let kinds = counts.kinds.map { parameters.spelling(of: $0) }.joined(separator: ", ")
    let pairs = pairCount == 0 ? "" : ", alone, and \(pairCount.grouped) pairs of them"
    description.add(
      "mutations",
      "\(counts.mutationCount.grouped) (\(kinds)) of \(counts.regions.count.grouped) regions"
        + (outer.entries.isEmpty ? "" : " in layers") + pairs)
    let whole = summary.shapes.map { " of the model's \($0.layerCount.grouped)" } ?? ""
    description.add("layers", counts.layers.ranges + whole)
    description.add("matrices", counts.matrices.map(\.rawValue).joined(separator: ", "))
    let grid = RegionGrid(counts.regions)
    description.add(
      "region", grid.holdsEveryRegion ? "\(grid.regionRows) × \(grid.regionColumns)" : "of several sizes or places")
    let verdicts = counts.verdicts()
    description.add(
      "verdicts",
      "\(verdicts.total.grouped), \(Percent.text(verdicts.share)) % non-silent"
        + (pairCount == 0 ? "" : ", of mutations alone"))
  }

  private func describePart(in description: inout Description) {
    if let part = summary.provenance.part {
      let positions = (part.firstMutation + 1)..<(part.firstMutation + summary.mutationCount + 1)
      description.add(
        "part",
        "\(part.index) of \(part.count): mutations \(positions.lowerBound.grouped) to "
          + "\((positions.upperBound - 1).grouped) of the plan's \(part.planMutationCount.grouped)")
    }
  }

  private func describeRecords(in description: inout Description) {
    var records: [String] = []
    for column in Phenotypes.columns where column.group == .phenotype && column.isRecorded(in: summary.recording) {
      let sizes = column.axes.compactMap { axis -> String? in
        switch axis {
        case .input: nil
        case .step: "\(summary.stepCount) steps"
        case .component: "\(summary.componentCount.grouped) components"
        }
      }
      records.append(([column.label] + sizes).joined(separator: " of "))
      if column.content == .tokens, summary.hasTextStrings { records.append("their texts") }
    }
    description.add("recorded", records.joined(separator: ", "))
  }

  private func describeInputs(in description: inout Description) {
    description.add("inputs", "\(summary.inputCount.grouped), \(summary.stepCount) steps")
    let verdicts = "verdicts" + (outer.entries.isEmpty ? "" : " in layers")
    for (task, name) in counts.tasks.enumerated().prefix(ResultsDescription.taskLimit) {
      let share = Percent.text(counts.verdicts(task: task).share)
      description.add(
        continuing:
          "\(name.shown(limit: 32)): \(counts.inputsOfTask[task].count), \(share) % of \(verdicts) non-silent")
    }
    let rest = counts.tasks.count - ResultsDescription.taskLimit
    if rest > 0 { description.add(continuing: "and \(rest) more tasks") }
  }

  private func describeProvenance(in description: inout Description) {
    let provenance = summary.provenance
    description.add("model", provenance.modelName.shown(limit: 80))
    description.add("model SHA-256", provenance.modelSHA256.shown(limit: 64))
    for mask in provenance.masks { description.add("mask", mask.shown(limit: 160)) }
    description.add("plan SHA-256", provenance.planSHA256.shown(limit: 64))
    description.add("row order", "\(provenance.rowOrder.shown()) rows of q and k")
    description.add("created", "\(provenance.created.shown()) by locus \(provenance.locusVersion.shown())")
    description.add("command line", provenance.commandLine.shown(limit: 200))
    description.add("ranks", "\(provenance.ranks.grouped) × \(provenance.threads.grouped) threads")
    description.add("BLAS", provenance.blas.shown(limit: 80))
    description.add("MPI", provenance.mpi.shown(limit: 80))
    description.add("instructions", provenance.instructionSet.shown())
  }
}

extension [Int] {
  /// Ascending numbers with neighbours joined, as in 0–3, 7.
  fileprivate var ranges: String {
    var parts: [(first: Int, last: Int)] = []
    for number in self {
      if let last = parts.last, last.last + 1 == number {
        parts[parts.count - 1].last = number
      } else {
        parts.append((number, number))
      }
    }
    return parts.map { $0.first == $0.last ? "\($0.first)" : "\($0.first)–\($0.last)" }.joined(separator: ", ")
  }
}
