import Transformer
import Weights

extension HostShape {
  /// Reads the metadata of a GGUF file, without touching matrices.
  ///
  /// Throws a `HostsError` or a `WeightsError` that says what is not supported, by its key.
  init(gguf path: String) throws {
    let file = try GGUFFile(path: path)
    let document = try GGUFDocument(file)
    let shape = try HostDocument(document.configuration, of: path).shape()
    self = try GGUFStorage(file, document.architecture).adapted(shape)
  }
}

/// What a GGUF file stores otherwise than the folder of the same model: matrices are `[out, in]`, rows of fused q, k
/// and v apart, Gemma's gains whole, Llama's rows of q and k interleaved, and factors of frequencies are a tensor.
struct GGUFStorage {
  private let architecture: GGUFArchitecture
  /// What each frequency is divided by; nil where the file has none.
  private let divisors: [Double]?

  init(_ file: GGUFFile, _ architecture: GGUFArchitecture) throws {
    self.architecture = architecture
    let name = "rope_freqs.weight"
    divisors = file.contains(name) ? try GGUFDocument.vector(file, name).map(Double.init) : nil
    if let odd = divisors?.first(where: { !$0.isFinite || $0 <= 0 }) {
      throw HostsError("cannot use the model \(file.path): its tensor \(name) holds \(odd); get the file again")
    }
  }

  /// The shape of the folder, as the file stores it.
  func adapted(_ shape: HostShape) throws -> HostShape {
    let embedding = shape.embedding
    let readout = shape.readout
    return HostShape(
      embedding: embedding, blocks: try adapted(shape.blocks),
      readout: Readout(
        norm: adapted(readout.norm), head: readout.name, isTied: readout.isTied, hasBias: readout.hasBias,
        cap: readout.cap),
      layersName: shape.layersName, contextLength: shape.contextLength, beginToken: shape.beginToken,
      endTokens: shape.endTokens, prefix: shape.prefix, passedOver: shape.passedOver)
  }

  /// Layers that are alike share one list of steps: each list is adapted once, however many layers a file says it has.
  private func adapted(_ blocks: [Block]) throws -> [Block] {
    var made: [UnsafePointer<any Step>?: Block] = [:]
    return try blocks.map { block in
      let list = block.steps.withUnsafeBufferPointer(\.baseAddress)
      if let known = made[list] { return known }
      let new = try adapted(block)
      made[list] = new
      return new
    }
  }

  private func adapted(_ block: Block) throws -> Block {
    let fused = fusedRows(block)
    return Block(
      try block.steps.map { step in
        switch step {
        case let norm as Norm: adapted(norm)
        case let rotation as Rotation: try adapted(rotation)
        case let product as Product: adapted(product, fused)
        default: step
        }
      })
  }

  // MARK: Steps

  private func adapted(_ norm: Norm) -> Norm {
    guard norm.gain == .onePlusStored else { return norm }
    return Norm(
      norm.name, norm.input, norm.output, width: norm.width, epsilon: norm.epsilon, kind: norm.kind, gain: .asStored,
      hasBias: norm.hasBias, groups: norm.groups)
  }

  private func adapted(_ rotation: Rotation) throws -> Rotation {
    var rotary = rotation.rotary
    if let divisors {
      guard divisors.count == rotation.rotated / 2, rotary.kind == .none else {
        throw HostsError(
          "cannot use the model: its tensor rope_freqs.weight has \(divisors.count) numbers "
            + "for \(rotation.rotated / 2) frequencies, or its metadata stretches them too; get the file again")
      }
      rotary = RotaryScaling(
        base: rotary.base, kind: .longRope(short: divisors, long: divisors, originalContextLength: 1, factor: 1))
    }
    return Rotation(
      rotation.slot, headCount: rotation.headCount, headSize: rotation.headSize, rotary: rotary,
      order: architecture.isInterleaved ? .interleaved : rotation.order, rotated: rotation.rotated)
  }

  private func adapted(_ product: Product, _ fused: (starts: [WeightMatrix: Int], total: Int)) -> Product {
    var storage = product.storage
    if storage.isShared, let start = fused.starts[product.matrix] {
      storage = .part(from: start, of: fused.total)
    } else if storage.isTransposed {
      storage = .apart
    }
    return Product(
      product.matrix, product.name, product.input, product.output, rows: product.rows, columns: product.columns,
      hasBias: product.hasBias, adding: product.isAdding, storage: storage)
  }

  /// The first row of q, k and v in a tensor of all three, in which they follow one another.
  private func fusedRows(_ block: Block) -> (starts: [WeightMatrix: Int], total: Int) {
    var (starts, total): ([WeightMatrix: Int], Int) = ([:], 0)
    for matrix in [WeightMatrix.q, .k, .v] where block.matrices.contains(matrix) {
      starts[matrix] = total
      total += block.product(of: matrix).step.rows
    }
    return (starts, total)
  }
}
