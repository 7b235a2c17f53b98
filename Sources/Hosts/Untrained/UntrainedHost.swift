import Basics
import MessagePassing
import Transformer
import Weights

/// The making of a model with random weights in the shapes of a trained one.
struct UntrainedHost {
  /// A matrix that is filled with random numbers.
  private struct Matrix: Sendable {
    /// What stands before the number of an element in its key.
    let key: String
    /// Its elements among those of all matrices.
    let elements: Range<Int>
    /// The bytes of the file before it.
    let byteOffset: Int
    /// No element is larger in magnitude.
    let bound: Double
  }

  private let trained: Model
  private let weights: UntrainedWeights
  private let tensors: [StepTensor]
  private let layout: SafetensorsLayout
  /// The model's path, and that its weights are random.
  private let path: String

  init(like trained: Model, _ weights: UntrainedWeights) {
    self.trained = trained
    self.weights = weights
    path = "\(trained.checkpoint.path) (\(weights.words))"
    tensors = Model.tensors(trained.shape)
    layout = SafetensorsLayout(tensors.map { ($0.name, $0.shape) }, format: .float32)
  }

  /// The model. Collective.
  func model(_ sharing: Sharing) throws -> Model {
    let matrices = try matrices(sharing)
    let memory = try SharedFile(byteCount: layout.byteCount, name: path, sharing)
    try sharing.agree {
      try memory.file.withBytes { bytes in
        guard let base = bytes.baseAddress else { return }
        if memory.filling.isFirst { writeAllBut(matrices, to: bytes) }
        // Every rank and thread writes elements of its own.
        nonisolated(unsafe) let start = base
        let own = memory.filling.ownRange(of: matrices.last?.elements.upperBound ?? 0)
        memory.filling.together(own) { _, elements in UntrainedHost.fill(elements, of: matrices, at: start) }
      }
    }
    return try sharing.agree {
      let file = try SafetensorsFile(file: memory.file.mapped(as: path))
      return try Model(
        shape: trained.shape, checkpoint: Checkpoint(path: path, file: file), remarks: [weights.notice])
    }
  }

  // MARK: Matrices

  /// All matrices, in the order of the model's layers. Collective.
  private func matrices(_ sharing: Sharing) throws -> [Matrix] {
    let places = tensors.indices.filter { tensors[$0].neutral == nil }
    let deviations = try deviations(of: places, sharing)
    var count = 0
    return zip(places, deviations).map { place, deviation in
      let tensor = tensors[place]
      let name = tensor.name.hasPrefix("model.") ? String(tensor.name.dropFirst("model.".count)) : tensor.name
      defer { count += tensor.elementCount }
      return Matrix(
        key: "\(weights.seed):\(name)", elements: count..<count + tensor.elementCount,
        byteOffset: layout.offsets[place], bound: deviation * 3.0.squareRoot())
    }
  }

  /// The standard deviation of each of some tensors; where they are those of the trained ones, every rank reads some.
  private func deviations(of places: [Int], _ sharing: Sharing) throws -> [Double] {
    guard weights.scale == .own else { return places.map { _ in UntrainedWeights.usualDeviation } }
    return try sharing.map(places.count) { [try deviation(of: places[$0])] }.flatMap { $0 }
  }

  private func deviation(of place: Int) throws -> Double {
    let tensor = try trained.checkpoint.tensor(named: trained.tensorNames[place])
    let deviation = tensor.moments().deviation
    guard deviation.isFinite else {
      throw HostsError(
        "cannot make \(path): the tensor \(tensor.name.quoted) of the trained model holds weights that are not "
          + "numbers, and so has no scale; get the file again, or leave scale out")
    }
    return deviation
  }

  // MARK: Writing

  /// Writes the header, and the vectors that do nothing; all other bytes of a new file are zero.
  private func writeAllBut(_ matrices: [Matrix], to bytes: UnsafeMutableRawBufferPointer) {
    bytes.copyBytes(from: layout.header)
    for (tensor, offset) in zip(tensors, layout.offsets) {
      guard let value = tensor.neutral else { continue }
      for element in 0..<tensor.elementCount {
        bytes.storeBytes(of: value, toByteOffset: offset + element * MemoryLayout<Float>.stride, as: Float.self)
      }
    }
  }

  /// Writes some of the elements of all matrices into the file that begins at `start`.
  private static func fill(_ elements: Range<Int>, of matrices: [Matrix], at start: UnsafeMutableRawPointer) {
    for matrix in matrices where matrix.elements.overlaps(elements) {
      let part = matrix.elements.clamped(to: elements)
      let own = part.lowerBound - matrix.elements.lowerBound..<part.upperBound - matrix.elements.lowerBound
      var target = (start + matrix.byteOffset).assumingMemoryBound(to: Float.self) + own.lowerBound
      PortableRandom.uniforms(matrix.key, own) { uniform in
        target.pointee = Float(matrix.bound * (2 * uniform - 1))
        target += 1
      }
    }
  }
}
