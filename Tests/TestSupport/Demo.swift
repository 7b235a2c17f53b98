import Foundation
import Hosts
import Transformer

/// The embedded demo model and what an independent implementation says of it.
public struct Demo {
  /// A prompt of the demo and the continuation that the reference implementation gives it.
  public struct Input {
    /// The prompt's id in `configs/demo/inputs.jsonl`: its task and a number.
    public let id: String
    /// The prompt's tokens.
    public let prompt: [Int32]
    /// The greedy continuation of 32 tokens; an end token does not stop it.
    public let continuation: [Int32]
    /// The smallest gap between the two largest logits over the continuation's steps.
    public let smallestMargin: Float
  }

  /// The demo model, read from `modelPath`.
  public let model: Model
  /// All prompts of the reference file, in its order.
  public let inputs: [Input]
  /// All logits at the prompt's end of some inputs, by id.
  public let promptEndLogits: [String: [Float]]

  /// The folder of the demo model.
  public static let modelPath = Places.demo + "/model"

  /// Reads the model and `configs/demo/reference.json`.
  public init() throws {
    model = try Model.load(path: Demo.modelPath)
    let reference = try Places.object(Places.demo + "/reference.json")
    inputs = (reference["inputs"] as? [[String: Any]] ?? []).map {
      Input(
        id: $0["id"] as? String ?? "", prompt: $0["prompt_ids"].tokens, continuation: $0["ids"].tokens,
        smallestMargin: Float($0["min_margin"] as? Double ?? .nan))
    }
    promptEndLogits = (reference["prompt_end_logits"] as? [String: Any] ?? [:]).mapValues { Optional($0).floats }
  }

  /// One input of each task, the shortest.
  public var oneInputPerTask: [Input] {
    Dictionary(grouping: inputs) { $0.id.split(separator: "-").first.map(String.init) ?? "" }
      .sorted { $0.key < $1.key }.compactMap { $0.value.min { $0.prompt.count < $1.prompt.count } }
  }
}
