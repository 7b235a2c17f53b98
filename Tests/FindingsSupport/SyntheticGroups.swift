import Archive
import Findings
import Perturbations
import TestSupport
import Transformer

/// The groups of every analysis of a `SyntheticScreen`, found by the analyses themselves.
package struct SyntheticGroups {
  private let screen: SyntheticScreen

  /// Makes the groups of a synthetic screen.
  package init(screen: SyntheticScreen) { self.screen = screen }

  /// What an analysis file of the screen holds; classes by states where there are texts.
  package var all: [AnalysisGroup] { get throws { try analyze(Analyses.ofScreen).groups } }

  /// What the file holds but for some analyses, for screens of which these would take minutes.
  package func all(but names: Set<String>) throws -> [AnalysisGroup] {
    try analyze(Analyses.ofScreen.filter { !names.contains($0.name) }).groups
  }

  /// The group of one analysis.
  package func group(_ name: String) throws -> AnalysisGroup? {
    try analyze(Analyses.ofScreen.filter { $0.name == name }).groups.first
  }

  private func analyze(_ analyses: [any ScreenAnalysis.Type]) throws -> Analysis {
    var counts = ScreenCounts(taskOfInput: screen.inputs.map(\.1), source: "screen.h5")
    counts.shapes = screen.modelShapes
    var tables = TextTables(texts, stepCount: screen.stepCount)
    try screen.eachMatrix { mutations in
      let table = screen.phenotypes(of: mutations)
      let verdicts = VerdictSlab(
        mutations: mutations, inputCount: screen.inputs.count, firstChange: table.firstChange,
        divergence: screen.hasTexts ? table.divergence : nil, values: mutations.map(value))
      try counts.add(verdicts)
      guard screen.hasTexts, needsTexts(analyses) else { return }
      tables.add(
        TextTables.Slab(
          verdicts: verdicts, tokens: table.tokens, logPerplexityChange: table.divergence.map { $0 / 2 }))
    }
    let hasTexts = screen.hasTexts && needsTexts(analyses)
    return try Analysis(
      ScreenMaterial(
        counts, inputs: screen.inputs.map(\.0),
        texts: hasTexts ? TextMaterial(tables, model: model(analyses), seed: 1) : nil, seed: 1), analyses)
  }

  private func needsTexts(_ analyses: [any ScreenAnalysis.Type]) -> Bool {
    analyses.contains { type in Analyses.ofTexts.contains { $0 == type } }
  }

  /// A model that reads what mutants say.
  private func model(_ analyses: [any ScreenAnalysis.Type]) throws -> ScreenedModel? {
    guard analyses.contains(where: { $0 == StateClasses.self }) else { return nil }
    return ScreenedModel(try Demo().model, prompts: screen.inputs.map { _ in [1, 50] })
  }

  /// The inputs, of which each baseline says the answer with its first word.
  private var texts: ScreenTexts {
    let words = screen.words
    return ScreenTexts(
      inputs: screen.inputs.indices.map { input in
        .init(
          id: screen.inputs[input].0, task: screen.inputs[input].1, prompt: screen.prompts[input], baseline: [0],
          answer: words.first ?? "")
      }
    ) { tokens in tokens.map { words[Int($0) % words.count] }.joined() }
  }

  /// Extremes that differ from matrix to matrix.
  private func value(_ mutation: Mutation) -> Float {
    let place = mutation.region.layer * WeightMatrix.ofBlocks.count + mutation.region.matrix.index
    return mutation.kind == .minimum ? -1 : 1 + Float(place % 5) / 4
  }
}

extension SyntheticScreen {
  /// Regions and inputs enough for every analysis to have something to show.
  package static var telling: SyntheticScreen {
    var screen = SyntheticScreen()
    screen.region = 4
    screen.inputs = (1...6).map { ("story \($0)", $0 < 4 ? "story" : "arithmetic") }
    screen.prompts = screen.inputs.map { "A prompt of \($0.0)" }
    screen.baselines = screen.inputs.map { _ in "the" }
    return screen
  }
}
