import Archive
import Basics
import CKernels
import Inputs
import Perturbations
import Runs
import Transformer

/// Everything that the results of a screen depend on, so that a file or a journal can be recognized as one of this
/// plan.
package struct Fingerprint {
  /// The format of results files when plans were first told apart so. It stays when that format changes: the results do
  /// not.
  private static let format = 2

  private let modelSHA256: String
  private var items: [PlanConditions.Item] = []

  /// Hashes everything that the results of `screen` depend on.
  package init(screen: PreparedScreen, modelSHA256: String) {
    self.modelSHA256 = modelSHA256
    let configuration = screen.configuration
    let plan = screen.plan
    add("format", "\(Fingerprint.format)")
    add("model", modelSHA256)
    if !configuration.host.fingerprint.isEmpty { add("weights", configuration.host.fingerprint) }
    for mask in screen.masks { add("mask", mask.sha256) }
    add("architecture", Fingerprint.spelling(of: screen.model.shape))
    if let classNames = screen.model.shape.classNames {
      add("classes", classNames.map { "\($0.utf8.count):\($0)" }.joined(separator: " "))
    }
    if let blocks = Fingerprint.spelling(ofBlocks: screen.model.shape) { add("blocks", blocks) }
    add("continuation", "\(configuration.stepCount) \(configuration.temperature) \(configuration.seed)")
    switch plan.source {
    case .space(let space), .sample(_, let space):
      let sides = [space.region.rows, space.region.columns].map { $0.map(String.init) ?? "all" }
      add("region", sides.joined(separator: " "))
      add("matrices", (space.matrices + space.outer).map(\.rawValue).joined(separator: " "))
      add("layers", space.layers.map(String.init).joined(separator: " "))
    case .components(let space):
      add("components", space.source.spelling)
      add(
        "matrices",
        space.groups.map { "\($0.region.layer) \($0.region.matrix.rawValue) \($0.count)" }.joined(separator: ", "))
    case .pairs(let list):
      let pairs = list.pairs.flatMap { [$0.first, $0.second] }
      add("list", "\(list.singles.count) mutations \(list.singles.withBytes { SHA256.hexadecimal(of: [$0]) })")
      add("pairs", "\(list.pairs.count) pairs \(SHA256.hexadecimal(of: pairs.memoryBytes))")
    case .list(let list):
      add("list", "\(list.count) mutations \(list.withBytes { SHA256.hexadecimal(of: [$0]) })")
    }
    add("kinds", plan.kinds.map { plan.parameters.spelling(of: $0) }.joined(separator: " "))
    add("sample", configuration.sampleCount.map(String.init) ?? "all")
    if configuration.forecastChoice != nil, case .sample(let indices, _) = plan.source {
      add("forecast", "\(indices.count) mutations \(SHA256.hexadecimal(of: indices.memoryBytes))")
    }
    add("unit", "\(UnitPlan.mutantsPerUnit)")
    add("record", Fingerprint.spelling(of: screen.recording))
    // Plans without texts are those of before there were any.
    if configuration.hasTextStrings { add("text_strings", "true") }
    for input in screen.inputs {
      add("input", [input.id, input.task, input.prompt].map { "\($0.utf8.count):\($0)" }.joined(separator: " "))
      if let choices = input.choices {
        add("choices", ([input.answer ?? ""] + choices).map { "\($0.utf8.count):\($0)" }.joined(separator: " "))
        add("letters", input.letters.map(String.init).joined(separator: " "))
      }
      switch input.content {
      case .tokens(let tokens): add("tokens", tokens.map(String.init).joined(separator: " "))
      case .image(let image): add("image", "\(image.size) \(SHA256.hexadecimal(of: image.values.memoryBytes))")
      }
    }
  }

  /// 64 hexadecimal digits.
  package var hexadecimal: String {
    SHA256.hexadecimal(of: Array(items.map { "\($0.name)=\($0.value)\n" }.joined().utf8))
  }

  /// What a journal must agree with: besides the plan, the processor's kernels, whose last bits differ, and the part.
  package func conditions(part: ScreenPart?) -> PlanConditions {
    let more = [
      PlanConditions.Item(name: "kernels", value: String(cString: locus_instruction_set())),
      PlanConditions.Item(name: "part", value: part.map { "\($0)" } ?? "the whole"),
    ]
    return PlanConditions(planSHA256: hexadecimal, modelSHA256: modelSHA256, items: more + items)
  }

  // MARK: Spellings
  //
  // Field by field and by literal names: these words are in journals and results files that people have, so that they
  // stay when a type or a module is renamed. A field that comes later is spelled only where it is not at its default,
  // behind the others, so that plans of before it keep their hashes.

  /// The architecture of a model.
  package static func spelling(of shape: HostShape) -> String {
    let block = shape.blocks[0]
    let (attention, rotation) = (block.attention?.step, shape.rotation)
    let biased = Set(block.matrices.filter { block.product(of: $0).step.hasBias })
    let fields: [(name: String, value: String)] = [
      ("hiddenSize", "\(shape.hiddenSize)"), ("intermediateSize", "\(shape.width(of: .up))"),
      ("layerCount", "\(shape.layerCount)"), ("headCount", "\(attention?.headCount ?? 0)"),
      ("keyValueHeadCount", "\(attention?.keyValueHeadCount ?? 0)"), ("headSize", "\(attention?.headSize ?? 0)"),
      ("vocabularyCount", "\(shape.vocabularyCount)"), ("contextLength", "\(shape.contextLength)"),
      ("normEpsilon", "\(shape.readout.norm.epsilon)"), ("rotary", rotation.map { spelling(of: $0.rotary) } ?? "none"),
      ("rowOrder", "Transformer.LlamaConfiguration.RowOrder." + spelling(of: shape.rowOrder)),
      ("slidingWindow", spelling(ofOptional: attention?.window)), ("tiedHead", "\(shape.tiedHead)"),
      ("inputBias", "\(biased.contains(.q))"), ("outputBias", "\(biased.contains(.o))"),
      ("beginToken", spelling(ofOptional: shape.beginToken)),
      ("endTokens", "[" + shape.endTokens.map { "\($0)" }.joined(separator: ", ") + "]"),
    ]
    return "LlamaConfiguration(" + spelling(of: fields) + ")"
  }

  /// A digest of the equations of all blocks; nil where these are Llama's, as in all plans of before there were others.
  package static func spelling(ofBlocks shape: HostShape) -> String? {
    let blocks = shape.blocks.map(\.description)
    // Biases and the window are spelled with the architecture, as those of the first block.
    let first = blocks[0].replacing(" + b", with: "").replacing(#/ within \d+/#, with: "")
    let isLlama = first == llamaEquations && blocks.allSatisfy { $0 == blocks[0] }
    return isLlama ? nil : SHA256.hexadecimal(of: Array(blocks.joined(separator: "\n\n").utf8))
  }

  private static let llamaEquations = """
    n = norm(x)
    k = k·n
    v = v·n
    q = q·n
    q = rotate(q)
    k = rotate(k)
    a = attention(q, k, v)
    x += o·a
    n = norm(x)
    g = gate·n
    u = up·n
    g = silu(g)·u
    x += down·g
    """

  /// What a screen records besides the verdict and its margin.
  package static func spelling(of recording: RecordedColumns) -> String {
    let direction =
      switch recording.direction {
      case .none: "none"
      case .full: "full"
      case .projected(let count): "projected(\(count))"
      }
    let fields: [(name: String, value: String)] = [
      ("text", "\(recording.text)"), ("divergence", "\(recording.divergence)"),
      ("perplexity", "\(recording.perplexity)"), ("direction", "Mutagenesis.Recording.Direction." + direction),
      ("response", "\(recording.response)"), ("choices", "\(recording.choices)"),
    ]
    let requested = recording.requested.sorted().map { (name: $0, value: "true") }
    return "Recording(" + spelling(of: fields + requested) + ")"
  }

  private static func spelling(of rotary: RotaryScaling) -> String {
    let kind =
      switch rotary.kind {
      case .none: "none"
      case .linear(let factor): "linear(factor: \(factor))"
      case .llama3(let factor, let low, let high, let length):
        "llama3("
          + spelling(of: [
            ("factor", "\(factor)"), ("lowFrequencyFactor", "\(low)"), ("highFrequencyFactor", "\(high)"),
            ("originalContextLength", "\(length)"),
          ]) + ")"
      case .longRope(let short, let long, let length, let factor):
        "longRope("
          + spelling(of: [
            ("short", "\(short)"), ("long", "\(long)"), ("originalContextLength", "\(length)"), ("factor", "\(factor)"),
          ]) + ")"
      }
    return "Transformer.RotaryScaling("
      + spelling(of: [("base", "\(rotary.base)"), ("kind", "Transformer.RotaryScaling.Kind." + kind)]) + ")"
  }

  private static func spelling(of order: RowOrder) -> String {
    switch order {
    case .halfSplit: "halfSplit"
    case .interleaved: "interleaved"
    }
  }

  private static func spelling(ofOptional value: (some FixedWidthInteger)?) -> String {
    value.map { "Optional(\($0))" } ?? "nil"
  }

  private static func spelling(of fields: [(name: String, value: String)]) -> String {
    fields.map { "\($0.name): \($0.value)" }.joined(separator: ", ")
  }

  private mutating func add(_ name: String, _ value: String) {
    items.append(PlanConditions.Item(name: name, value: value))
  }
}
