import Foundation
import Hosts
import LinearAlgebra
import TestSupport
import Transformer

extension FuzzTarget {
  /// What a first byte chooses among, from "0" on.
  private static let families = [
    "llama", "mistral", "qwen2", "qwen3", "gemma3_text", "gemma3", "gemma2", "gpt2", "gpt_neox", "phi3", "olmo2",
    "gpt_neo", "opt", "smollm3", "falcon", "bloom",
  ]
  /// Weights of a model that is run.
  private static let weightLimit = 1 << 16

  /// A family, by the first byte, and the keys of its config.json behind the model_type: the shape is read, and where
  /// the model is small, made-up weights are run forwards and backwards.
  static func family(_ bytes: UnsafeRawBufferPointer) throws {
    guard let first = bytes.first else { return }
    let head = Array("{\"model_type\": \"\(families[Int(first) % families.count])\", ".utf8)
    (head + bytes.dropFirst()).withUnsafeBytes { _ = ScratchFolder.write($0, "config.json") }
    ScratchFolder.remove("generation_config.json")
    ScratchFolder.remove("model.safetensors")
    let shape = try HostShape.load(path: ScratchFolder.path)
    precondition(shape.blocks.count == shape.layerCount, "a block for each layer")
    guard shape.layerCount <= 8 else { return }
    for block in shape.blocks { precondition(!block.description.isEmpty, "equations") }
    let tensors = Model.tensorShapes(shape)
    // Each size is bounded, and so are a few of them; all together might be more than an Int counts.
    let count = tensors.reduce(0.0) { $0 + $1.shape.reduce(1.0) { $0 * Double($1) } }
    guard count <= Double(weightLimit), shape.contextLength > 1 else { return }
    try TensorWriter.write(
      ScratchFolder.path + "/model.safetensors",
      tensors.enumerated().map { place, tensor in
        .init(
          tensor.name, tensor.shape, TensorWriter.numbers(tensor.shape.reduce(1, *), seed: UInt64(place + 1)))
      })
    run(try Model.load(path: ScratchFolder.path))
  }

  /// A pass forwards and back, and two steps of a continuation.
  private static func run(_ model: Model) {
    let shape = model.shape
    let tokens = (0..<min(5, shape.contextLength)).map { Int32(7 * $0 % shape.vocabularyCount) }
    let pass = ForwardPass(model: model, positionCount: tokens.count + 2)
    let tape = ForwardTape(pass: pass, capacity: tokens.count)
    tape.run([tokens])
    let logits = Matrix(rows: tokens.count, columns: shape.vocabularyCount)
    tape.logits(ofScored: 0..<tokens.count, into: logits.view)
    let reverse = ReversePass(tape)
    reverse.addGradient(atLogits: logits.view.reading, ofScored: 0..<tokens.count)
    reverse.run()
    let generation = Generation(pass: pass, sampling: .greedy, stepCount: 2, endTokens: [])
    let said = generation.continuation(of: tokens, input: 0).tokens
    precondition(said.allSatisfy { $0 >= 0 && $0 < shape.vocabularyCount }, "tokens of the vocabulary")
  }
}
