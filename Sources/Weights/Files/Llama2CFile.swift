import Basics

/// A llama2.c .bin file of float32 weights, its tensors under their Hugging Face names and `[out, in]`.
public struct Llama2CFile: Sendable {
  /// The mapped file.
  public let file: MappedFile
  /// The numbers at its beginning.
  public let header: Llama2CHeader
  private let tensors: [String: Tensor]

  /// A run of the file: one tensor, the same tensor of every layer, or numbers that nobody needs.
  private struct Section {
    enum Content {
      case tensor(String)
      case layers(String)
      case skipped
    }
    let content: Content
    let shape: [Int]
  }

  /// Maps and checks the file at `path`; reads its header only.
  public init(path: String) throws {
    try self.init(file: MappedFile(path: path))
  }

  /// Checks a file that is mapped already.
  public init(file: MappedFile) throws {
    let header = try Llama2CHeader(file: file)
    let sections = header.version == 0 ? Self.sectionsOfVersion0(header) : Self.sectionsOfVersion1(header)
    try Self.checkByteCount(sections, header, file)
    self.file = file
    self.header = header
    tensors = Self.tensors(sections, header, file)
  }

  /// All names, sorted.
  public var names: [String] { tensors.keys.sorted() }

  /// Whether there is a tensor of that name.
  public func contains(_ name: String) -> Bool { tensors[name] != nil }

  /// The tensor of that name; `WeightsError` when there is none.
  public func tensor(named name: String) throws -> Tensor {
    guard let tensor = tensors[name] else {
      throw WeightsError(
        "cannot find tensor \(name.quotedName) in \(file.path.quotedName): "
          + "a llama2.c file of \(header.layerCount) layers has none of that name; check that it is the right model")
    }
    return tensor
  }

  // MARK: The order of the file

  private static func sectionsOfVersion0(_ header: Llama2CHeader) -> [Section] {
    let tables = Section(content: .skipped, shape: [2, header.contextLength, header.headSize / 2])
    return [embedding(header), inputNorms(header)] + attention(header) + [feedForwardNorms(header)]
      + feedForward(header) + [finalNorm(header), tables] + classifier(header)
  }

  private static func sectionsOfVersion1(_ header: Llama2CHeader) -> [Section] {
    [inputNorms(header), feedForwardNorms(header), finalNorm(header), embedding(header)] + attention(header)
      + feedForward(header) + classifier(header)
  }

  private static func embedding(_ header: Llama2CHeader) -> Section {
    Section(content: .tensor("model.embed_tokens.weight"), shape: [header.vocabularySize, header.hiddenSize])
  }

  private static func inputNorms(_ header: Llama2CHeader) -> Section {
    Section(content: .layers("input_layernorm.weight"), shape: [header.hiddenSize])
  }

  private static func feedForwardNorms(_ header: Llama2CHeader) -> Section {
    Section(content: .layers("post_attention_layernorm.weight"), shape: [header.hiddenSize])
  }

  private static func finalNorm(_ header: Llama2CHeader) -> Section {
    Section(content: .tensor("model.norm.weight"), shape: [header.hiddenSize])
  }

  private static func attention(_ header: Llama2CHeader) -> [Section] {
    let hidden = header.hiddenSize
    return [
      Section(content: .layers("self_attn.q_proj.weight"), shape: [hidden, hidden]),
      Section(content: .layers("self_attn.k_proj.weight"), shape: [header.keyValueSize, hidden]),
      Section(content: .layers("self_attn.v_proj.weight"), shape: [header.keyValueSize, hidden]),
      Section(content: .layers("self_attn.o_proj.weight"), shape: [hidden, hidden]),
    ]
  }

  private static func feedForward(_ header: Llama2CHeader) -> [Section] {
    [
      Section(content: .layers("mlp.gate_proj.weight"), shape: [header.intermediateSize, header.hiddenSize]),
      Section(content: .layers("mlp.down_proj.weight"), shape: [header.hiddenSize, header.intermediateSize]),
      Section(content: .layers("mlp.up_proj.weight"), shape: [header.intermediateSize, header.hiddenSize]),
    ]
  }

  private static func classifier(_ header: Llama2CHeader) -> [Section] {
    guard !header.sharesClassifier else { return [] }
    return [Section(content: .tensor("lm_head.weight"), shape: [header.vocabularySize, header.hiddenSize])]
  }

  // MARK: Placing the tensors

  private static func checkByteCount(_ sections: [Section], _ header: Llama2CHeader, _ file: MappedFile) throws {
    let expected = byteCount(sections, header)
    try check(
      expected == file.byteCount,
      "cannot read \(file.path.quotedName): it holds \(file.byteCount) bytes where its llama2.c header of version "
        + "\(header.version) makes \(expected.map(String.init) ?? "more than any file has"); "
        + "check that it is a llama2.c file and download it again")
  }

  /// Nil when it does not fit.
  private static func byteCount(_ sections: [Section], _ header: Llama2CHeader) -> Int? {
    var total = header.byteCount
    for section in sections {
      var copies = 1
      if case .layers = section.content { copies = header.layerCount }
      guard let bytes = checkedProduct(section.shape + [copies, MemoryLayout<Float>.size]) else { return nil }
      let (next, overflow) = total.addingReportingOverflow(bytes)
      guard !overflow else { return nil }
      total = next
    }
    return total
  }

  private static func tensors(_ sections: [Section], _ header: Llama2CHeader, _ file: MappedFile) -> [String: Tensor] {
    var result: [String: Tensor] = [:]
    var offset = header.byteCount
    func place(_ name: String, _ shape: [Int]) {
      let tensor = Tensor(name: name, shape: shape, format: .float32, file: file, byteOffset: offset)
      result[name] = tensor
      offset += tensor.byteCount
    }
    for section in sections {
      switch section.content {
      case .tensor(let name): place(name, section.shape)
      case .layers(let name):
        for layer in 0..<header.layerCount { place("model.layers.\(layer).\(name)", section.shape) }
      case .skipped: offset += section.shape.reduce(MemoryLayout<Float>.size, *)
      }
    }
    return result
  }
}
