import Archive
import Configuration
import Tokenizers
import Transformer

/// The study of how much of a paragraph is decided at the token that opens it (arXiv 2409.06328): the activations that
/// a text has at the last token before a paragraph are transplanted to where nothing but this token stands.
public struct Patching: Study {
  public static let name = "patching"
  public static let question = "How much of a paragraph is decided at the token that opens it?"
  public static let source = "Pochinkov, Benoit, Agarwal, Majid and Ter-Minassian 2024, arXiv 2409.06328"
  public static let reasonForTexts: String? =
    "paragraphs follow each other in texts alone"
  public static let keys = [
    StudyKey(
      "paragraphs", required: "FILE.jsonl", "lines of {before, after}, or {text}, with task and other if wanted"),
    StudyKey("conditions", usual: "[full, transferred, mismatched, attention_only, mlp_only]", "what is compared"),
    StudyKey("given", usual: "[0, 1, 2]", "how many tokens of the paragraph stand behind the opening alone (neutralK)"),
    StudyKey("tokens", usual: "1", "how many last tokens before the paragraph are transplanted"),
    StudyKey("scale", usual: "[1]", "factors of the transplant: neutral + factor * (own - neutral)"),
    StudyKey("by_layer", usual: "true", "whether each layer alone, and all up to each, are transplanted too"),
    StudyKey(
      "generated", usual: "[full, transferred, mismatched, neutral0]", "in which of these the model writes, or none"),
    StudyKey("steps", usual: "24", "tokens that it writes"),
    StudyKey("routes", usual: "true", "whether each transplant is checked by keys and values in the cache"),
  ]

  let conditions: [PatchCondition]
  let given: [Int]
  let count: Int
  let scales: [Float]
  let byLayer: Bool
  let generated: [PatchContext]
  let steps: Int
  private let checksRoutes: Bool
  private let file: ParagraphFile

  /// Reads the section and the file of paragraphs.
  public init(_ section: StudySection) throws {
    guard let path = try section.path("paragraphs") else {
      throw section.missing("paragraphs", example: "FILE.jsonl")
    }
    conditions = try section.choices("conditions", usual: PatchCondition.allCases)
    given = try section.integers("given", in: 0...1 << 20, usual: [0, 1, 2])
    count = try section.integer("tokens", in: 1...1 << 20, usual: 1)
    scales = try section.factors("scale", usual: [1])
    byLayer = try section.flag("by_layer", usual: true)
    generated = try section.contexts("generated", conditions: conditions, given: given)
    steps = try section.integer("steps", in: 1...1 << 20, usual: 24)
    checksRoutes = try section.flag("routes", usual: true)
    file = try ParagraphFile(path: path)
    if conditions.contains(.mismatched), let alone = file.entries.first(where: { $0.other == nil }) {
      throw file.refusal(
        alone.number,
        "no other line has the task \(alone.task.quoted), so that nothing can be mismatched; add one, name one by "
          + "other, or leave mismatched out of the conditions")
    }
  }

  /// The file of paragraphs.
  public var files: [String] { [file.path] }

  /// The tokens that have to fit behind a text.
  private var writtenCount: Int { generated.isEmpty ? 1 : steps + (generated.map(\.given).max() ?? 0) }

  /// The whole texts, the transplants with what their runs have in common, and what is written. Kept is the loss of
  /// each token under each run. Throws where a line does not fit the model.
  public func cost(_ outline: StudyOutline) throws -> StudyCost {
    for site in Column.sites { _ = try outline.grid(site) }
    let shape = outline.shape
    let runs = RunPlan(conditions, scales: scales, layerCount: shape.layerCount, byLayer: byLayer).runs
    let tree = PatchedTree.size(runs)
    let paragraphs = try outline.tokenizer.map { try read($0, shape) }
    // Where tokens are not known a line has about one for each byte, at most.
    let sizes =
      paragraphs?.rows.map { ($0.before.count, $0.after.count) }
      ?? file.entries.map { _ in (file.byteCount / file.entries.count, file.byteCount / file.entries.count) }
    let operations = sizes.reduce(0) { sum, size in
      let (before, after) = size
      let routes = checksRoutes ? 2 * (after + count + 1) : 0
      let written = generated.count * (2 * steps + count + 1)
      return sum + StudyCost.pass(shape, tokens: before + after + routes, readout: true)
        + PatchingStages.cost(shape, tree, opening: count, tail: after) + StudyCost.pass(shape, tokens: written)
    }
    let numbers = sizes.reduce(0) { $0 + $1.1 * (runs.count + 1) + generated.count * (steps + 4) }
    let losses = sizes.reduce(0) { $0 + Double($1.1) * Double(runs.count + 1) }
    return StudyCost(operations: operations, outputBytes: Double(numbers * 8), keptBytes: 8 * losses)
  }

  private func read(_ tokenizer: (any Tokenizer)?, _ shape: HostShape) throws -> Paragraphs {
    if !generated.isEmpty, tokenizer.map({ $0 is AbsentTokenizer }) ?? true {
      throw StudiesError(
        "cannot compare the texts of \(generated.map(\.name).joined(separator: ", ")): the model has no tokenizer that "
          + "can be read; name one with tokenizer, or write generated: none")
    }
    return try file.paragraphs(tokenizer, shape, count: count, steps: writtenCount)
  }

  // MARK: Finding

  /// Runs whole texts, transplants, and lets the model write.
  public func findings(on ground: StudyGround) throws -> StudyFindings {
    let paragraphs = try read(ground.tokenizer, ground.shape)
    let plan = RunPlan(conditions, scales: scales, layerCount: ground.shape.layerCount, byLayer: byLayer)
    let stages = try PatchingStages(
      ground, paragraphs, plan, checksRoutes: checksRoutes, steps: generated.isEmpty ? 0 : writtenCount)
    let transplants = try stages.transplants()
    let readings = try paragraphs.rows.indices.map { try stages.reading($0) }
    let written = generated.isEmpty ? nil : try ContinuationStage(stages, generated, steps: steps)
    let scores = PatchingScores(
      self, paragraphs, plan, full: readings.map(\.losses), transplants: transplants,
      differences: checksRoutes ? readings.map(\.difference) : [])
    let texts = written.map { PatchingTexts(self, paragraphs, $0, tokenizer: ground.tokenizer) }
    return StudyFindings(PatchingGroup(self, paragraphs, scores, texts, ground).group)
  }
}

extension StudySection {
  /// Finite factors, each once.
  fileprivate func factors(_ key: String, usual: [Float]) throws -> [Float] {
    guard let value = self[key] else { return usual }
    let use = "a list of numbers such as [0.5, 1, 2]"
    let factors = try value.list(use: use).map { element in
      guard let number = element.word.flatMap({ Float($0) }), number.isFinite, abs(number) <= 1000 else {
        throw element.mismatch("a number from -1000 to 1000", use: use)
      }
      return number
    }
    guard Set(factors).count == factors.count else { throw value.refusal("a factor occurs twice; keep one") }
    return factors
  }

  /// Contexts in which the model writes: conditions of the study, and the opening with tokens that are given.
  fileprivate func contexts(
    _ key: String, conditions: [PatchCondition], given: [Int]
  ) throws -> [PatchContext] {
    let known = conditions.map(PatchContext.condition) + given.map { PatchContext.neutral(given: $0) }
    guard let value = self[key] else {
      let usual = ["full", "transferred", "mismatched", "neutral0"]
      return usual.compactMap { name in known.first { $0.name == name } }
    }
    if value.text == "none" { return [] }
    let use = "none, or a list of " + known.map(\.name).joined(separator: ", ")
    let chosen = try value.list(use: use).map { element in
      guard let context = known.first(where: { $0.name == element.text }) else {
        throw element.mismatch("one of the study's contexts", use: use)
      }
      return context
    }
    guard Set(chosen).count == chosen.count else { throw value.refusal("a word occurs twice; keep one") }
    return chosen
  }
}
