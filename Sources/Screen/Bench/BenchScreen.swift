import CKernels
import Foundation
import Hosts
import Transformer
import Weights

/// A screen made for measuring: of a given model, or of one with random weights and the shape of a published one. What
/// a model says hardly changes how long verdicts take.
public struct BenchScreen: Sendable {
  /// Shapes that people screen.
  public enum Shape: String, CaseIterable, Sendable {
    /// The shape of llama2.c's 15-million-parameter model.
    case tiny = "llama-15m"
    /// The shape of its 110-million-parameter model.
    case small = "llama-110m"
    /// The shape of TinyLlama.
    case tinyLlama = "tinyllama-1.1b"
    /// The shape of Llama-2-7B.
    case llama2 = "llama2-7b"

    /// `config.json` of the shape, less what the screen does not need.
    var architecture: [String: Any] {
      let sizes: (hidden: Int, intermediate: Int, layers: Int, heads: Int, keyValueHeads: Int) =
        switch self {
        case .tiny: (288, 768, 6, 6, 6)
        case .small: (768, 2048, 12, 12, 12)
        case .tinyLlama: (2048, 5632, 22, 32, 4)
        case .llama2: (4096, 11008, 32, 32, 32)
        }
      return [
        "model_type": "llama", "hidden_act": "silu", "vocab_size": 32000, "max_position_embeddings": 2048,
        "hidden_size": sizes.hidden, "intermediate_size": sizes.intermediate, "num_hidden_layers": sizes.layers,
        "num_attention_heads": sizes.heads, "num_key_value_heads": sizes.keyValueHeads, "rms_norm_eps": 1e-5,
        "tie_word_embeddings": false,
      ]
    }
  }

  /// The folder that holds the model.
  public let folder: String

  /// The configuration to screen.
  public var configurationPath: String { folder + "/screen.yaml" }

  /// Writes model, tokenizer, inputs and configuration into a new folder: two bytes for each weight.
  public init(shape: Shape, folder: String, unitCount: Int) throws {
    self.folder = folder
    let architecture = try JSONSerialization.data(withJSONObject: shape.architecture)
    try FileManager.default.createDirectory(atPath: folder + "/model", withIntermediateDirectories: true)
    try architecture.write(to: URL(fileURLWithPath: folder + "/model/config.json"))
    let host = try HostShape.load(path: folder + "/model")
    try writeTokenizer(count: host.vocabularyCount)
    try writeWeights(host)
    try writeScreen(of: "model", host, unitCount: unitCount)
  }

  /// Writes inputs and a configuration for a model that is there, with its tokenizer beside it.
  public init(modelPath: String, folder: String, unitCount: Int) throws {
    self.folder = folder
    let host = try HostShape.load(path: modelPath)
    try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
    let path = URL(fileURLWithPath: modelPath).standardizedFileURL.path
    try writeScreen(of: path, host, unitCount: unitCount)
  }

  /// Units of gate, or of up where there is no gate, a quarter and three quarters up, which cost what units cost on
  /// average; of the largest models only the upper ones. Small models are asked with four prompts, large ones with one,
  /// of 16 random tokens each.
  private func writeScreen(of model: String, _ host: HostShape, unitCount: Int) throws {
    let isLarge = host.hiddenSize >= 2048
    let inputs = (0..<(isLarge ? 1 : 4)).map { input in
      let tokens = (0..<16).map { String(3 + ($0 * 37 + input * 11) % (host.vocabularyCount - 3)) }
      return "{\"id\": \"\(input)\", \"task\": \"random\", \"tokens\": [\(tokens.joined(separator: ", "))]}\n"
    }
    try write("inputs.jsonl", inputs.joined())
    let upper = host.layerCount * 3 / 4
    let layers = host.hiddenSize >= 4096 ? [upper] : [host.layerCount / 4, upper]
    let region = host.hiddenSize >= 256 ? 64 : host.hiddenSize / 8
    let blocks = { (size: Int) in (size + region - 1) / region }
    let matrix = host.matrices.contains(.gate) ? WeightMatrix.gate : .up
    let (rows, columns) = host.shape(of: matrix)
    let sample = min(64 * unitCount, 3 * layers.count * blocks(rows) * blocks(columns))
    try write(
      "screen.yaml",
      """
      model: \(model)
      inputs: inputs.jsonl
      mutations: {region: [\(region), \(region)], layers: \(layers), matrices: [\(matrix.rawValue)], sample: \(sample)}
      record: {text: none}

      """)
  }

  /// Removes the folder.
  public func remove() { try? FileManager.default.removeItem(atPath: folder) }

  // MARK: Files

  private func write(_ name: String, _ text: String) throws {
    try Data(text.utf8).write(to: URL(fileURLWithPath: folder + "/" + name))
  }

  /// A llama2.c tokenizer of made-up pieces.
  private func writeTokenizer(count: Int) throws {
    var bytes = Data()
    func append<Value>(_ value: Value) { withUnsafeBytes(of: value) { bytes.append(contentsOf: $0) } }
    append(Int32(8))
    for token in 0..<count {
      let piece = token < 3 ? ["<unk>", "<s>", "</s>"][token] : "t\(token)"
      append(Float(0))
      append(Int32(piece.utf8.count))
      bytes.append(contentsOf: piece.utf8)
    }
    try bytes.write(to: URL(fileURLWithPath: folder + "/model/tokenizer.bin"))
  }

  private func writeWeights(_ host: HostShape) throws {
    let tensors = Model.tensorShapes(host)
    let path = folder + "/model/model.safetensors"
    try Data().write(to: URL(fileURLWithPath: path))
    let file = try FileHandle(forWritingTo: URL(fileURLWithPath: path))
    try file.write(contentsOf: SafetensorsLayout(tensors, format: .bfloat16).header)
    for (index, tensor) in tensors.enumerated() {
      // Norms are one; other weights keep activations of order one.
      let spread = tensor.shape.count == 1 ? nil : 1 / Float(tensor.shape[1]).squareRoot()
      try writeElements(tensor.shape.reduce(1, *), spread: spread, seed: index, to: file)
    }
    try file.close()
  }

  /// bfloat16 numbers, uniform with the standard deviation `spread`, or ones; a block of noise is used again and again.
  private func writeElements(_ count: Int, spread: Float?, seed: Int, to file: FileHandle) throws {
    let block = 1 << 20
    var noise = [Float](repeating: 1, count: block)
    if let spread {
      locus_gumbel_noise(UInt64(seed), 0, 0, &noise, block)
      // Gumbel noise has the mean 0.577 and the standard deviation π / √6.
      for index in noise.indices { noise[index] = (noise[index] - 0.5772) * spread / 1.2825 }
    }
    let bytes = noise.map { UInt16(truncatingIfNeeded: $0.bitPattern >> 16) }.withUnsafeBytes { Data($0) }
    for start in stride(from: 0, to: count, by: block) {
      try file.write(contentsOf: bytes.prefix(2 * min(block, count - start)))
    }
  }
}
