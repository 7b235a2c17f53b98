import Archive
import Basics
import Drawing
import Findings
import Foundation
import Perturbations
import Statistics

/// The findings of a screen in some tables for the terminal, at most 100 columns wide.
struct AnalysisHeadline {
  private let analysis: Analysis
  private let top: Int
  private let progress: Provenance.Progress?
  private let outer: OuterCounts

  /// Lists the `top` most sensitive regions, and counts the mutations outside of the layers; `progress` is that of the
  /// screen, nil where it is finished.
  init(_ analysis: Analysis, outer: OuterCounts, top: Int, progress: Provenance.Progress? = nil) {
    self.analysis = analysis
    self.outer = outer
    self.top = top
    self.progress = progress
  }

  private var counts: ScreenCounts { analysis.counts }

  func text() throws -> String {
    let pairs = analysis[Pairs.self]
    let pairTotals = pairs.map {
      "\($0.pairCount.grouped) pairs of them; non-silent \(Percent.text($0.verdicts.share)) % of verdicts"
    }
    var blocks = [[part, totals, pairTotals].compactMap { $0 }]
    // The mutations of pairs were chosen, and are no sample of places.
    if pairs == nil { blocks += [matrices, kinds, tasks] }
    if !outer.entries.isEmpty { blocks.append(outside) }
    if let found = analysis[SensitiveRegions.self], !found.entries.isEmpty, top > 0 { blocks.append(regions(found)) }
    if let found = analysis[Components.self], top > 0 { blocks.append(components(found)) }
    if let pairs, !pairs.entries.isEmpty, top > 0 { blocks.append(self.pairs(pairs)) }
    blocks.append(
      ["Findings, each family of tests at a false discovery rate of 1 %"] + SentenceList(analysis.sentences).lines)
    if analysis[Components.self] == nil, pairs == nil, let map = try RegionMap.ofMostSensitiveMatrix(counts) {
      blocks.append(ShadeMap(map).lines)
    }
    return blocks.map { $0.joined(separator: "\n") }.joined(separator: "\n\n")
  }

  // MARK: Blocks

  private var part: String? {
    progress.map {
      "Partial: \($0.words). The screen is not finished, and what it has not screened yet may be otherwise."
    }
  }

  private var totals: String {
    let mutations = counts.mutations()
    return "\(mutations.count.grouped) mutations × \(counts.inputCount) inputs; non-silent "
      + "\(Percent.text(counts.verdicts().share)) % of verdicts; on some input "
      + "\(share(mutations.onSomeInput, mutations.count)) %, on all \(share(mutations.onEveryInput, mutations.count)) %"
  }

  private var matrices: [String] {
    let matrices = counts.matrices
    var table = TextTable(
      [("layer", .right)] + matrices.map { ($0.rawValue, .right) } + [("all", .right)])
    for layer in counts.layers.map(Optional.some) + [nil] {
      let shares = (matrices.map(Optional.some) + [nil]).map { counts.verdicts(layer: layer, matrix: $0).share }
      table.add([layer.map(String.init) ?? "all"] + shares.map { Percent.text($0) })
    }
    let absent = counts.shapes.flatMap { AbsentLayers(screened: counts.layers, of: $0.layerCount).sentence }
    return ["Non-silent verdicts in %, by layer and matrix"] + table.lines + [absent].compactMap { $0 }
  }

  private var outside: [String] {
    var table = TextTable([
      ("matrix", .left), ("kind", .left), ("mutations", .right), ("verdicts non-silent", .right),
      ("mutations on some input", .right),
    ])
    for entry in outer.entries {
      table.add([
        entry.matrix.rawValue, entry.kind.rawValue, entry.mutationCount.grouped, Percent.text(entry.verdicts.share),
        share(entry.onSomeInput, entry.mutationCount),
      ])
    }
    return ["Outside of the layers, in %; all else here is about mutations of layers"] + table.lines
  }

  private var kinds: [String] {
    var table = TextTable([
      ("kind", .left), ("mutations", .right), ("verdicts non-silent", .right), ("mutations on some input", .right),
      ("on all inputs", .right),
    ])
    for kind in counts.kinds {
      let mutations = counts.mutations(kind: kind)
      table.add([
        kind.rawValue, mutations.count.grouped, Percent.text(counts.verdicts(kind: kind).share),
        share(mutations.onSomeInput, mutations.count), share(mutations.onEveryInput, mutations.count),
      ])
    }
    return ["Non-silent in %, by kind"] + table.lines
  }

  private var tasks: [String] {
    var table = TextTable([
      ("task", .left), ("inputs", .right), ("verdicts non-silent", .right), ("95 % interval", .right),
      ("regions", .right), ("% of regions", .right),
    ])
    for (task, name) in counts.tasks.enumerated() {
      let verdicts = counts.verdicts(task: task)
      let regions = counts.regionsOfTask[task]
      table.add([
        name.shown(limit: 24), counts.inputsOfTask[task].count.grouped, Percent.text(verdicts.share),
        Percent.text(verdicts.wilsonInterval), regions.grouped, share(regions, counts.regions.count),
      ])
    }
    return ["Non-silent in %, by task; regions with a non-silent verdict on the task"] + table.lines
  }

  private func regions(_ found: SensitiveRegions) -> [String] {
    var columns: [(title: String, alignment: TextTable.Alignment)] = [
      ("", .right), ("layer", .right), ("matrix", .left), ("rows", .right), ("columns", .right), ("non-silent", .right),
    ]
    if counts.hasDivergence { columns += [("mean", .right), ("largest", .right)] }
    var table = TextTable(columns + [("kinds", .left)])
    let entries = found.entries.prefix(top)
    for (index, entry) in entries.enumerated() {
      let region = entry.region
      var cells = [
        "\(index + 1)", "\(region.layer)", region.matrix.rawValue, range(region.rows), range(region.columns),
        "\(entry.verdicts.count) of \(entry.verdicts.total)",
      ]
      if counts.hasDivergence { cells += [number(entry.meanDivergence), number(entry.largestDivergence)] }
      table.add(cells + [entry.kinds.map(\.rawValue).joined(separator: " ")])
    }
    let divergence = counts.hasDivergence ? "; divergence in nats" : ""
    return ["The \(entries.count) most sensitive regions, by non-silent verdicts\(divergence)"] + table.lines
  }

  private func components(_ found: Components) -> [String] {
    var table = TextTable([
      ("", .right), ("layer", .right), ("matrix", .left), ("component", .right), ("size", .right), ("kind", .left),
      ("divergence", .right), ("non-silent", .right),
    ])
    let entries = found.entries.prefix(top)
    for (index, entry) in entries.enumerated() {
      let region = entry.mutation.region
      table.add([
        "\(index + 1)", "\(region.layer)", region.matrix.rawValue, "\(entry.mutation.component ?? 0)",
        number(entry.size), entry.mutation.kind.rawValue, number(entry.divergence),
        "\(entry.verdicts.count) of \(entry.verdicts.total)",
      ])
    }
    return ["The \(entries.count) strongest components, by mean divergence in nats"] + table.lines
  }

  private func pairs(_ found: Pairs) -> [String] {
    var table = TextTable([
      ("", .right), ("first", .left), ("second", .left), ("times", .right), ("pair", .right), ("expected", .right),
      ("rate", .right), ("", .left),
    ])
    let entries = found.entries.prefix(top)
    for (index, entry) in entries.enumerated() {
      table.add([
        "\(index + 1)", short(entry.first), short(entry.second), number(entry.factor), number(entry.divergence),
        number(entry.expected), Numeral.chance(entry.adjusted),
        !entry.isFinding ? "" : entry.effect > 0 ? "worse" : "better",
      ])
    }
    return [
      "The \(entries.count) pairs that stand out most: times the divergence that is expected, both in nats"
    ] + table.lines
  }

  /// A mutation by its layer, matrix, first row, first column and kind.
  private func short(_ mutation: Mutation) -> String {
    let region = mutation.region
    return "\(region.layer) \(region.matrix.rawValue) \(region.rows.lowerBound),\(region.columns.lowerBound) "
      + mutation.kind.rawValue
  }

  // MARK: Words

  private func share(_ part: Int, _ whole: Int) -> String {
    Percent.text(Proportion(count: part, total: whole).share)
  }

  private func range(_ elements: Range<Int>) -> String { "\(elements.lowerBound)…\(elements.upperBound - 1)" }

  private func number(_ value: Double) -> String { value.isFinite ? String(format: "%.3f", value) : "–" }
}
