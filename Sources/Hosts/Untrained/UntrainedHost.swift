import Basics
import MessagePassing
import Transformer
import Weights

/// The making of a model with random weights in the shapes of a trained one.
struct UntrainedHost {
  /// A matrix that is filled with random numbers.
  private struct Matrix: Sendable {
    /// The source of its numbers.
    let numbers: Numbers
    /// Its elements among those of all matrices.
    let elements: Range<Int>
    /// The bytes of the file before it.
    let byteOffset: Int
  }

  /// The source of the numbers of a matrix.
  fileprivate enum Numbers: Sendable {
    /// Digests of a key with the number of the element behind it; no element is larger in magnitude than the bound.
    case keyed(String, bound: Double)
    /// A stream, up to a bound.
    case streamed(MixedStream, bound: Double)
    /// The trained matrix, whose elements a stream puts in order.
    case shuffled(MixedStream, Tensor)
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
        if memory.filling.isFirst { try writeAllBut(matrices, to: bytes) }
        // Every rank and thread writes elements of its own, or whole matrices where these are shuffled.
        nonisolated(unsafe) let start = base
        let isWhole = weights.way == .shuffled
        let count = isWhole ? matrices.count : matrices.last?.elements.upperBound ?? 0
        memory.filling.together(memory.filling.ownRange(of: count)) { _, part in
          if isWhole {
            for matrix in matrices[part] { UntrainedHost.fill(matrix.elements, of: [matrix], at: start) }
          } else {
            UntrainedHost.fill(part, of: matrices, at: start)
          }
        }
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
    return try places.indices.map { number in
      let tensor = tensors[places[number]]
      defer { count += tensor.elementCount }
      return Matrix(
        numbers: try numbers(number, of: places, bound: deviations[number] * 3.0.squareRoot()),
        elements: count..<count + tensor.elementCount, byteOffset: layout.offsets[places[number]])
    }
  }

  /// The numbers of a matrix among those at some places.
  private func numbers(_ number: Int, of places: [Int], bound: Double) throws -> Numbers {
    let place = places[number]
    guard weights.way != .random else {
      let name = tensors[place].name
      let short = name.hasPrefix("model.") ? String(name.dropFirst("model.".count)) : name
      return .keyed("\(weights.seed):\(short)", bound: bound)
    }
    let streams = streams
    precondition(streams.count == places.count, "a stream for each matrix")
    let stream = MixedStream(seed: weights.seed, stream: streams[number])
    guard weights.way == .shuffled else { return .streamed(stream, bound: bound) }
    return .shuffled(stream, try trained.checkpoint.tensor(named: trained.tensorNames[place]))
  }

  /// The streams of all matrices, in the order of the tensors: embedding, learned positions, layers, and a head of its
  /// own.
  private var streams: [Int] {
    let shape = trained.shape
    func stream(layer: Int, place: Int) -> Int { 2 + WeightMatrix.ofBlocks.count * layer + place }
    let layers = shape.blocks.enumerated().flatMap { layer, block in
      block.matricesByTensor.map { stream(layer: layer, place: $0.index) }
    }
    let positions = shape.embedding.positionTensor == nil ? [] : [stream(layer: shape.layerCount, place: 0)]
    return [0] + positions + layers + (shape.tiedHead ? [] : [1])
  }

  /// The standard deviation of each of some tensors; where they are those of the trained ones, every rank reads some.
  private func deviations(of places: [Int], _ sharing: Sharing) throws -> [Double] {
    guard weights.scale == .own || weights.way == .matched else {
      return places.map { _ in UntrainedWeights.usualDeviation }
    }
    return try sharing.map(places.count) { [try deviation(of: places[$0])] }.flatMap { $0 }
  }

  /// The standard deviation of a trained tensor; where weights are matched, its root mean square.
  private func deviation(of place: Int) throws -> Double {
    let tensor = try trained.checkpoint.tensor(named: trained.tensorNames[place])
    let moments = tensor.moments()
    let mean = weights.way == .matched ? moments.mean : 0
    let deviation = (moments.deviation * moments.deviation + mean * mean).squareRoot()
    guard deviation.isFinite else {
      throw HostsError(
        "cannot make \(path): the tensor \(tensor.name.quoted) of the trained model holds weights that are not "
          + "numbers, and so has no scale; get the file again, or choose weights of another scale")
    }
    return deviation
  }

  // MARK: Writing

  /// Writes the header and the vectors, which are the trained ones or do nothing; all other bytes of a new file are
  /// zero.
  private func writeAllBut(_ matrices: [Matrix], to bytes: UnsafeMutableRawBufferPointer) throws {
    bytes.copyBytes(from: layout.header)
    for ((tensor, name), offset) in zip(zip(tensors, trained.tensorNames), layout.offsets) {
      guard let value = tensor.neutral else { continue }
      if weights.way.keepsVectors, let base = bytes.baseAddress {
        let vector = try trained.checkpoint.tensor(named: name)
        vector.widen(rows: 0..<vector.rows, into: (base + offset).assumingMemoryBound(to: Float.self))
        continue
      }
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
      let target = (start + matrix.byteOffset).assumingMemoryBound(to: Float.self)
      matrix.numbers.write(own, to: target)
    }
  }
}

extension UntrainedHost.Numbers {
  /// Writes some of the elements of the matrix that begins at `target`; those of a shuffled one are all of them.
  fileprivate func write(_ own: Range<Int>, to target: UnsafeMutablePointer<Float>) {
    switch self {
    case .keyed(let key, let bound):
      var place = own.lowerBound
      PortableRandom.uniforms(key, own) { uniform in
        target[place] = Float(bound * (2 * uniform - 1))
        place += 1
      }
    case .streamed(let stream, let bound):
      for place in own { target[place] = Float(stream.signed(place, bound: bound)) }
    case .shuffled(let stream, let tensor):
      var values = [Float](repeating: 0, count: tensor.elementCount)
      tensor.widen(rows: 0..<tensor.rows, into: &values)
      for (place, source) in stream.order(values.count).enumerated() { target[place] = values[source] }
    }
  }
}
