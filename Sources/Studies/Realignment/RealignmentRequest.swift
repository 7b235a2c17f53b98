import Configuration
import Training
import Transformer

/// What a person asks of a training of side networks.
struct RealignmentRequest {
  /// A style: what is learned, and what is held out.
  struct Style {
    let name: String
    let training: PromptSource
    let evaluation: PromptSource
  }

  static let keys = [
    StudyKey(
      "styles", required: "{sad: {training: sad.jsonl, evaluation: held.jsonl}}",
      "a style a name: rows to learn and held-out rows, texts or files of JSON Lines with text or tokens"),
    StudyKey("layers", usual: "all", "the layers that get additions, or all"),
    StudyKey("width", usual: "32", "neurons of each inner layer of the network"),
    StudyKey("seeds", usual: "2", "how many seeds of the network and of orders, or a list of seeds"),
    StudyKey(
      "controls", usual: "[shuffled]",
      "hosts that lose the training, in which the same is done: uniform, matched, shuffled, or none"),
    StudyKey("steps", usual: "250", "steps of each training"),
    StudyKey("batch", usual: "8", "rows of a step"),
    StudyKey("learning_rate", usual: "0.001", "the learning rate of Adam in the first epoch"),
    StudyKey("decay", usual: "0.85", "what the learning rate is multiplied by from one epoch to the next"),
    StudyKey("penalty", usual: "0", "what the sum of all additions' magnitudes counts in the loss, over the layers"),
    StudyKey("shuffle", usual: "true", "whether rows come in a random order, drawn anew for each epoch"),
    StudyKey("shards", usual: "4", "parts of a batch that ranks share; more ranks than that have nothing to do"),
    StudyKey("watch", usual: "false", "whether the loss of held-out rows is computed before every step"),
    StudyKey(
      "patience", usual: "0",
      "steps after the least loss of held-out rows, behind which a training ends early; 0: it takes all steps"),
    StudyKey("prompts", usual: "none", "texts, or a file of JSON Lines, that are continued without and with additions"),
    StudyKey("tokens", usual: "24", "tokens of a continuation"),
    StudyKey(
      "quirks", usual: "false",
      "as the paper's code: each position is asked for the token behind the next, and padding counts"),
    StudyKey(
      "gradients", usual: "gradients.safetensors", "a file beside the results for the gradients on the first batch"),
  ]

  let styles: [Style]
  let width: Int
  let seeds: [Int]
  let controls: [HostControl]
  let plan: RealignmentPlan
  let prompts: PromptSource?
  let tokens: Int
  let gradientsFile: String?
  private let listedLayers: [Int]?
  private let layersPlace: ConfigurationPlace
  private let widthPlace: ConfigurationPlace

  init(_ section: StudySection) throws {
    guard let styles = section["styles"] else {
      throw section.missing("styles", example: "{sad: {training: sad.jsonl, evaluation: held.jsonl}}")
    }
    self.styles = try styles.members(use: "names with {training: FILE, evaluation: FILE}").map { name, value in
      let own = StudySection(try value.group(keys: ["training", "evaluation"]), textNames: [])
      return Style(
        name: name, training: try PromptSource(own, "training"), evaluation: try PromptSource(own, "evaluation"))
    }
    listedLayers =
      section["layers"] == nil || section["layers"]?.text == "all"
      ? nil : try section.integers("layers", in: 0...1 << 16, usual: [])
    layersPlace = ConfigurationPlace("layers", of: section)
    width = try section.integer("width", in: 1...1 << 20, usual: 32)
    widthPlace = ConfigurationPlace("width", of: section)
    seeds = try section.seeds(usual: 2)
    controls = try section.choicesOrNone("controls", usual: [.shuffled])
    prompts =
      section["prompts"] == nil || section["prompts"]?.text == "none" ? nil : try PromptSource(section, "prompts")
    tokens = try section.integer("tokens", in: 1...1 << 16, usual: 24)
    gradientsFile = try section.fileName("gradients", ending: ".safetensors")
    let patience = try section.integer("patience", in: 0...1 << 30, usual: 0)
    plan = RealignmentPlan(
      steps: try section.integer("steps", in: 1...1 << 30, usual: 250),
      batch: try section.integer("batch", in: 1...1 << 20, usual: 8),
      rate: try section.number("learning_rate", usual: 0.001), decay: try section.number("decay", usual: 0.85),
      penalty: try section.number("penalty", usual: 0), isShuffled: try section.flag("shuffle", usual: true),
      shards: try section.integer("shards", in: 1...1 << 16, usual: 4),
      isWatched: try section.flag("watch", usual: false) || patience > 0, patience: patience > 0 ? patience : nil,
      hasQuirks: try section.flag("quirks", usual: false))
  }

  // MARK: On a model

  /// The layers that get additions, ascending.
  func layers(_ shape: HostShape) -> [Int] { listedLayers ?? Array(0..<shape.layerCount) }

  /// The network beside a model.
  func network(_ shape: HostShape) -> SideNetwork {
    SideNetwork(inputs: shape.hiddenSize, width: width, outputs: shape.hiddenSize * layers(shape).count)
  }

  /// Parameters of a network at most: what is computed with them is numbered with 32 bits.
  private static let parameterLimit = Double(1 << 31)

  /// Throws where the model lacks a layer, or the network is beyond computing.
  func check(_ shape: HostShape) throws {
    let layers = layers(shape)
    guard let last = layers.last else { throw layersPlace.refusal("there is no layer; use all, or some layers") }
    guard last < shape.layerCount else {
      throw layersPlace.refusal("the model has no layer \(last); use layers from 0 to \(shape.layerCount - 1)")
    }
    let (own, outside) = (Double(width), Double(shape.hiddenSize))
    let count = own * (outside * Double(1 + layers.count) + 3 * own)
    guard count <= Self.parameterLimit else {
      throw widthPlace.refusal(
        "a network of this width has \(Int(count)) parameters, more than \(Int(Self.parameterLimit)); use a smaller one"
      )
    }
  }
}
