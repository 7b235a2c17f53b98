import Basics
import Foundation
import Hosts
import Perturbations
import Transformer
import Weights

/// A model folder, a GGUF file or a llama2.c file, for a person.
struct ModelDescription {
  private static let region = 64

  private let path: String
  private let model: HostShape
  /// nil where a folder holds a configuration but no weights.
  private let checkpoint: Checkpoint?
  /// What a person should know of the weights, a sentence each.
  private let notices: [String]

  init(path: String) throws {
    self.path = path
    let shape = try HostShape.load(path: path)
    checkpoint = ModelDescription.hasWeights(path) ? try Checkpoint(path: path) : nil
    do {
      let whole = try checkpoint.map { try Model(shape: shape, checkpoint: $0) }
      model = whole?.shape ?? shape
      notices = whole?.notices ?? []
    } catch {
      model = shape
      notices = ["\(error)"]
    }
  }

  private static func hasWeights(_ path: String) -> Bool {
    let isFolder = FileManager.default.fileExists(atPath: path + "/config.json")
    return !isFolder
      || ["model.safetensors", "model.safetensors.index.json"].contains { name in
        FileManager.default.fileExists(atPath: path + "/" + name)
      }
  }

  var text: String {
    var description = Description()
    description.add("model", path)
    if let file = checkpoint?.gguf { describe(file, in: &description) }
    describeShape(in: &description)
    describeBlock(in: &description)
    if let patches = model.embedding.patches {
      describe(patches, in: &description)
    } else {
      describeText(in: &description)
    }
    describeWeights(in: &description)
    description.add(
      "regions", "\(regionCount.grouped) of \(ModelDescription.region) × \(ModelDescription.region)")
    if !outerRegions.isEmpty { description.add(continuing: outerRegions) }
    for notice in notices { description.add("note", notice.shown(limit: 1000)) }
    return description.text
  }

  // MARK: Parts

  /// What a GGUF file says of itself; what is not as it should be there is left out.
  private func describe(_ file: GGUFFile, in description: inout Description) {
    let metadata = file.metadata
    let texts = ["general.architecture", "general.name"].compactMap { try? metadata.text($0)?.shown() }
    let counts = "\(metadata.keys.count.grouped) keys, \(file.names.count.grouped) tensors"
    description.add("GGUF", (texts + [counts]).joined(separator: ", "))
    guard let kind = try? metadata.text("tokenizer.ggml.model") else { return }
    let split = (try? metadata.text("tokenizer.ggml.pre")).map { " (\($0.shown()))" } ?? ""
    let tokens = metadata.count(of: "tokenizer.ggml.tokens").map { ", \($0.grouped) tokens" } ?? ""
    description.add("tokenizer", kind.shown() + split + tokens)
  }

  private func describeShape(in description: inout Description) {
    description.add("layers", model.layerCount.grouped)
    description.add("hidden size", model.hiddenSize.grouped)
    description.add("feed-forward", model.width(of: .up).grouped)
    if let attention = model.attention {
      let (own, shared) = (attention.headCount.grouped, attention.keyValueHeadCount.grouped)
      description.add("heads", "\(own) for queries, \(shared) for keys and values, of size \(attention.headSize)")
    }
    if model.classNames == nil {
      description.add(
        "vocabulary", "\(model.vocabularyCount.grouped) tokens\(model.tiedHead ? ", head tied to embedding" : "")")
    }
    let block = model.blocks[0]
    let biases = block.matrices.filter { block.product(of: $0).step.hasBias }.map(\.rawValue)
    if !biases.isEmpty { description.add("biases", biases.joined(separator: ", ")) }
    description.add("parameters", parameters)
  }

  /// The equations of a block, a line up to each sum with the residual stream x; of each kind where blocks differ.
  private func describeBlock(in description: inout Description) {
    let kinds = LayerGroups(model) { $0.description }.all
    for (place, kind) in kinds.enumerated() {
      let name = place == 0 ? (kinds.count == 1 ? "block" : "blocks") : ""
      var lines = equations(of: model.blocks[kind.layers[0]])
      if kinds.count > 1 { lines.insert("of \(kind.words):", at: 0) }
      if place == 0 { description.add(name, lines.removeFirst()) }
      for line in lines { description.add(continuing: line) }
    }
  }

  private func equations(of block: Block) -> [String] {
    var (lines, line): ([String], [String]) = ([], [])
    for (index, step) in block.steps.enumerated() {
      line.append(step.equation)
      guard step.outputs.contains(.residual) || index == block.steps.count - 1 else { continue }
      lines.append(line.joined(separator: "; "))
      line = []
    }
    return lines
  }

  private func describeText(in description: inout Description) {
    let windows = LayerGroups(model) { block in
      block.attention?.step.window.map { ", of which a query sees the last \($0.grouped)" } ?? ""
    }
    description.add("context", "\(model.contextLength.grouped) tokens\(windows.text)")
    let bases = LayerGroups(model) { block in
      let rotations = block.steps.lazy.compactMap { $0 as? Rotation }
      return rotations.first.map { "\(number($0.rotary.base))\(words(for: $0.rotary.kind))" } ?? ""
    }
    if !bases.text.isEmpty {
      description.add("rotary base", bases.text)
      description.add("row order", "\(model.rowOrder.rawValue) rows of q and k")
    }
    description.add("begin token", model.beginToken.map(String.init) ?? "none")
    let ends = model.endTokens.prefix(20).map(String.init).joined(separator: ", ")
    description.add("end tokens", ends.isEmpty ? "none" : ends)
  }

  private func describe(_ embedding: PatchEmbedding, in description: inout Description) {
    let (image, patch) = (embedding.image, embedding.patch)
    let channels = image.channels == 1 ? "1 channel" : "\(image.channels.grouped) channels"
    description.add("images", "\(image.height) × \(image.width) pixels of \(channels)")
    description.add(
      "patches", "\(embedding.patchCount.grouped) of \(patch.height) × \(patch.width) pixels, and a token of the class")
    let names = model.classNames ?? []
    let shown = names.prefix(10).map { $0.shown(limit: 40) }.joined(separator: ", ")
    description.add("classes", "\(names.count.grouped): \(shown)\(names.count > 10 ? ", …" : "")")
    let isScaled = embedding.scale != nil
    description.add("pixels", isScaled ? "PNG files can be read" : "not said how, so PNG files cannot be read")
  }

  private func describeWeights(in description: inout Description) {
    guard let checkpoint else {
      description.add("weights", "absent: the folder has neither model.safetensors nor model.safetensors.index.json")
      return
    }
    description.add("types", types(of: checkpoint))
    for (index, file) in checkpoint.files.enumerated() {
      let line = "\(file.name.shown())  \(Quantity.bytes(file.byteCount))"
      if index == 0 { description.add("weights", line) } else { description.add(continuing: line) }
    }
    if checkpoint.files.count > 1 { description.add(continuing: "in all \(Quantity.bytes(checkpoint.byteCount))") }
  }

  // MARK: Words

  /// Types of number with how many tensors have each.
  private func types(of checkpoint: Checkpoint) -> String {
    var counts: [NumberFormat: Int] = [:]
    var others = 0
    for name in checkpoint.names {
      if let tensor = try? checkpoint.tensor(named: name) {
        counts[tensor.format, default: 0] += 1
      } else {
        others += 1
      }
    }
    let known = NumberFormat.allCases.filter { counts[$0] != nil }.map {
      "\($0.rawValue) (\((counts[$0] ?? 0).grouped) tensors)"
    }
    return (known + (others > 0 ? ["types that are not read (\(others.grouped) tensors)"] : [])).joined(separator: ", ")
  }

  private func words(for scaling: RotaryScaling.Kind) -> String {
    switch scaling {
    case .none: ""
    case .linear(let factor): ", positions divided by \(number(factor))"
    case .llama3(let factor, _, _, let length):
      ", stretched by \(number(factor)) from a context of \(number(length)) (llama3)"
    case .longRope(let short, let long, let length, _):
      ", each frequency divided by a number of its own"
        + (short == long ? "" : ", and beyond \(number(length)) positions by another (longrope)")
    }
  }

  private func number(_ value: Double) -> String { Int(exactly: value).map(\.grouped) ?? "\(value)" }

  /// How many regions the matrices outside of the layers have.
  private var outerRegions: String {
    let size = RegionSize(rows: ModelDescription.region, columns: ModelDescription.region)
    let counts = model.outerMatrices.map { matrix in
      let blocks = size.blocks(of: model.shape(of: matrix))
      return "\((blocks.rows * blocks.columns).grouped) of \(matrix.rawValue)"
    }
    return counts.isEmpty ? "" : "and outside of the layers " + counts.joined(separator: ", ")
  }

  private var regionCount: Int {
    MutationSpace(
      shape: model, region: RegionSize(rows: ModelDescription.region, columns: ModelDescription.region),
      layers: Array(0..<model.layerCount), matrices: model.matrices, kinds: [.zero]
    ).regionCount
  }

  /// Exact up to 2^53; a header may claim sizes whose product no Int holds.
  private var parameters: String {
    let blocks = model.blocks.reduce(0.0) { sum, block in
      sum + block.tensors.reduce(0) { $0 + $1.shape.reduce(1.0) { $0 * Double($1) } }
    }
    let count = blocks + model.outerMatrixElements + Double(model.hiddenSize)
    return count < 9e15 ? Int(count).grouped : String(format: "%.3g", count)
  }
}
