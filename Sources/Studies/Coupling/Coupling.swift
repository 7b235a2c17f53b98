import Archive
import Basics
import Configuration
import Hosts
import Transformer

/// The study of whether blocks act along the same directions: the Jacobian of each block at the last token is read in
/// the singular bases of the others (Aubry, Meng, Sugolov and Papyan 2024, arXiv 2407.07810).
public struct Coupling: Study {
  public static let name = "coupling"
  public static let question = "Do the blocks of a model act along the same directions?"
  public static let source = "Aubry, Meng, Sugolov and Papyan 2024, arXiv 2407.07810"
  public static let keys = [
    StudyKey("prompts", required: "[\"Once upon a time\"]", "texts, or a file of JSON Lines; or texts in their place"),
    StudyKey("texts", usual: "none", "names of texts whose rows are the prompts"),
    StudyKey("ranks", usual: "[10, 30, 50]", "numbers K of singular vectors, where the stream is that wide"),
    StudyKey("fractions", usual: "[0.02, 0.05, 0.1, 0.25]", "more of them as fractions of the stream's width, or none"),
    StudyKey(
      "variants", usual: "[token, context_inputs, context_outputs]",
      "how Jacobians of one layer are compared over tokens, or none"),
    StudyKey("layer", usual: "middle", "the layer of the variants, or the middle one"),
    StudyKey("tokens", usual: "6", "the last tokens that the variants compare"),
    StudyKey(
      "controls", usual: "[uniform, matched, shuffled]",
      "ways in which hosts lose the training: random weights, those of the trained size and gains, shuffled ones"),
    StudyKey("seeds", usual: "8", "hosts of each way: how many, or a list of seeds"),
    StudyKey("draws", usual: "8", "draws of random bases for each Jacobian"),
    StudyKey("seed", usual: "7", "the seed of random bases"),
  ]

  private let prompts: PromptSource?
  let texts: [String]
  let ranks: [Int]
  let fractions: [Fraction]
  let variants: [CouplingVariant]
  let tokens: Int
  /// The untrained hosts that the model is compared with.
  let controls: [HostControl]
  let seeds: [Int]
  let draws: Int
  let seed: Int
  private let layer: Int?
  private let promptsPlace: ConfigurationPlace
  private let ranksPlace: ConfigurationPlace
  private let layerPlace: ConfigurationPlace
  private let tokensPlace: ConfigurationPlace

  /// Reads the section.
  public init(_ section: StudySection) throws {
    texts = section["texts"]?.text == "none" ? [] : try section.texts("texts", usual: [])
    prompts = texts.isEmpty || section["prompts"] != nil ? try PromptSource(section, "prompts") : nil
    ranks = try section.integers("ranks", in: 1...1 << 16, usual: [10, 30, 50])
    fractions = try section.fractionsOfWidth("fractions")
    variants = try section.choicesOrNone("variants", usual: CouplingVariant.allCases)
    layer = section["layer"]?.text == "middle" ? nil : try section["layer"].map(Self.layer)
    tokens = try section.integer("tokens", in: 2...1 << 12, usual: 6)
    controls = try section.choicesOrNone("controls", usual: HostControl.allCases)
    seeds = try section.seeds(usual: 8)
    draws = try section.integer("draws", in: 1...1 << 12, usual: 8)
    seed = try section.integer("seed", in: 0...Int.max, usual: 7)
    promptsPlace = ConfigurationPlace("prompts", of: section)
    ranksPlace = ConfigurationPlace("ranks", of: section)
    layerPlace = ConfigurationPlace("layer", of: section)
    tokensPlace = ConfigurationPlace("tokens", of: section)
    if let prompts = section["prompts"], !texts.isEmpty {
      throw prompts.refusal("rows of texts are prompts too, and one place is enough; keep prompts or texts")
    }
  }

  private static func layer(_ value: ConfigurationValue) throws -> Int {
    try value.integer(in: 0...1 << 16, "a layer", use: "middle or the number of a layer, counted from 0")
  }

  /// The file of the prompts, if they are in one.
  public var files: [String] { prompts?.files ?? [] }

  // MARK: Sizes

  /// The numbers of singular vectors, ascending.
  func widths(_ shape: HostShape) -> [Int] {
    let hidden = shape.hiddenSize
    let shares = fractions.map { max(1, hidden * $0.numerator / $0.denominator) }
    return Set(ranks.filter { $0 <= hidden } + shares).sorted()
  }

  /// The layer of the variants.
  func layer(_ shape: HostShape) -> Int { layer ?? shape.layerCount / 2 }

  /// The singular triples that are taken of each Jacobian: enough for the greatest width, and twelve to be shown.
  func leading(_ shape: HostShape) -> Int { max(widths(shape).last ?? 1, min(12, shape.hiddenSize)) }

  /// The prompts as tokens.
  func rows(_ outline: StudyOutline) throws -> [StudyRow] {
    if prompts != nil, outline.shape.classNames != nil {
      throw promptsPlace.refusal("the model classifies images; name sets of them with texts in the place of prompts")
    }
    let rows =
      try prompts?.rows(outline.tokenizer, outline.shape, room: 0).map(StudyRow.text)
      ?? texts.flatMap { outline.texts[$0].rows }
    try check(rows, outline.shape)
    return rows
  }

  /// Numbers of the random vectors of one draw at most.
  private static let vectorLimit = 1 << 28

  /// Throws where the model or a prompt is too small for what is asked, or the ranks are too many.
  private func check(_ rows: [StudyRow], _ shape: HostShape) throws {
    guard !rows.isEmpty else {
      throw StudiesError("cannot take Jacobians without a prompt, and \(files.joined()) has none; write one there")
    }
    guard shape.layerCount > 1 else {
      throw StudiesError("cannot compare the blocks of a model that has only one; name a model with more layers")
    }
    guard !widths(shape).isEmpty else {
      throw ranksPlace.refusal(
        "the stream is \(shape.hiddenSize) wide and has no \(ranks.first ?? 0) directions; use ranks up to "
          + "\(shape.hiddenSize), or fractions")
    }
    let numbers = widths(shape).reduce(0, +) * shape.hiddenSize
    guard numbers <= Self.vectorLimit else {
      throw ranksPlace.refusal(
        "the random bases of all ranks and fractions have \(numbers) numbers, more than \(Self.vectorLimit); use fewer")
    }
    guard !variants.isEmpty else { return }
    guard layer(shape) < shape.layerCount else {
      throw layerPlace.refusal(
        "the model has no layer \(layer(shape)); use layers from 0 to \(shape.layerCount - 1)")
    }
    if let short = rows.enumerated().first(where: { $0.element.count < tokens }) {
      throw tokensPlace.refusal(
        "prompt \(short.offset) has \(short.element.count) tokens, and the variants compare the last \(tokens); use "
          + "longer prompts, fewer tokens, or variants: none")
    }
  }

  /// The Jacobians of each prompt.
  func places(_ rows: [StudyRow], _ shape: HostShape, variants: [CouplingVariant]) -> [PromptPlaces] {
    rows.map {
      PromptPlaces(
        layerCount: shape.layerCount, tokenCount: $0.count, variants: variants, layer: layer(shape), tokens: tokens)
    }
  }

  /// The untrained hosts.
  var untrainedHosts: [UntrainedWeights] {
    controls.flatMap { control in seeds.map { UntrainedWeights(seed: UInt64($0), way: control.way) } }
  }

  // MARK: Cost

  /// The decomposition and the comparisons of all Jacobians of all hosts, and the making of hosts.
  public func cost(_ outline: StudyOutline) throws -> StudyCost {
    let (shape, rows) = (outline.shape, try rows(outline))
    let frames = frames(shape)
    func operations(_ variants: [CouplingVariant]) -> Double {
      places(rows, shape, variants: variants).reduce(0) { sum, prompt in
        sum + CouplingStages.operations(shape, frames: frames, leading: leading(shape), prompt)
      }
    }
    let paths = rows.reduce(0) { $0 + CouplingStages.pathOperations(shape, tokens: $1.count) }
    let hosts = Double(untrainedHosts.count)
    let numbers = widths(shape).count * shape.layerCount * shape.layerCount * 4
    return StudyCost(
      operations: operations(variants) + hosts * (operations([]) + CouplingStages.hostOperations(shape))
        + (1 + hosts) * paths,
      outputBytes: 8 * Double(rows.count) * (1 + hosts)
        * Double(numbers + shape.layerCount * (leading(shape) + 32)))
  }

  private func frames(_ shape: HostShape) -> RandomFrames {
    RandomFrames(hidden: shape.hiddenSize, widths: widths(shape), drawCount: draws, seed: UInt64(seed))
  }

  // MARK: Finding

  /// Measures the model, then each untrained host, one after the other, and compares them.
  public func findings(on ground: StudyGround) throws -> StudyFindings {
    let outline = StudyOutline(shape: ground.shape, texts: ground.texts, tokenizer: ground.tokenizer)
    let (rows, frames) = (try rows(outline), frames(ground.shape))
    func measured(_ untrained: UntrainedWeights?) throws -> HostCoupling {
      let own = try untrained.map { try ground.untrained($0) } ?? ground
      let places = places(rows, ground.shape, variants: untrained == nil ? variants : [])
      let stages = CouplingStages(own, prompts: rows, places: places, frames: frames, leading: leading(ground.shape))
      return try HostCoupling(
        untrained, stages, places: places, widths: frames.widths.count, leading: leading(ground.shape),
        shape: ground.shape)
    }
    let hosts = [try measured(nil)] + (try untrainedHosts.map { try measured($0) })
    return StudyFindings(CouplingGroup(self, CouplingResults(self, hosts, ground.shape), rows, ground).group)
  }
}

extension StudySection {
  /// Ascending fractions of the stream's width, or none.
  fileprivate func fractionsOfWidth(_ key: String) throws -> [Fraction] {
    guard let value = self[key] else {
      return [Fraction(2, of: 100), Fraction(5, of: 100), Fraction(10, of: 100), Fraction(25, of: 100)]
    }
    if value.text == "none" { return [] }
    guard value.isList else {
      throw value.mismatch("a list of fractions", use: "none, or an ascending list such as [0.02, 0.05, 0.1, 0.25]")
    }
    return try fractions(key, usual: 2)
  }
}
