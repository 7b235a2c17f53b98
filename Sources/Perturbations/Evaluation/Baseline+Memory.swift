import LinearAlgebra
import Transformer

/// Where the parts of a baseline lie in memory that begins at a multiple of 64 bytes.
private struct BaselineLayout {
  let continuation: Int
  let margins: Int
  let logSums: Int
  let residual: Int
  let normed: Int
  let logits: Int
  let store: Int

  /// A header in front says where the rest is, and whose baseline it is.
  struct Header {
    let input: Int
    let promptCount: Int
    let stepCount: Int
    let hasStore: Bool
  }

  init(stepCount: Int, hiddenSize: Int, vocabularyCount: Int) {
    var end = BaselineLayout.aligned(MemoryLayout<Header>.size)
    func take(_ byteCount: Int) -> Int {
      defer { end += BaselineLayout.aligned(byteCount) }
      return end
    }
    continuation = take(stepCount * MemoryLayout<Int32>.stride)
    margins = take(stepCount * MemoryLayout<Float>.stride)
    logSums = take(stepCount * MemoryLayout<Double>.stride)
    residual = take(Matrix.byteCount(rows: stepCount, columns: hiddenSize))
    normed = take(Matrix.byteCount(rows: stepCount, columns: hiddenSize))
    logits = take(Matrix.byteCount(rows: stepCount, columns: vocabularyCount))
    store = end
  }

  private static func aligned(_ byteCount: Int) -> Int { (byteCount + 63) / 64 * 64 }
}

extension Baseline {
  /// Bytes that `copy(to:)` writes, at most, for a prompt of so many positions; a multiple of 64.
  public static func byteCount(promptCount: Int, generation: Generation, keepingStore: Bool) -> Int {
    let shape = generation.pass.shape
    let layout = BaselineLayout(
      stepCount: generation.stepCount, hiddenSize: shape.hiddenSize,
      vocabularyCount: shape.vocabularyCount)
    guard keepingStore else { return layout.store }
    return layout.store
      + KeyValueStore.byteCount(shape: shape, rows: promptCount + generation.stepCount - 1)
  }

  /// Copies everything but the sampling noise to memory aligned to 64 bytes, for
  /// `init(input:prompt:generation:at:owner:)`.
  public func copy(to memory: UnsafeMutableRawPointer) {
    let header = BaselineLayout.Header(
      input: input, promptCount: promptCount, stepCount: stepCount, hasStore: store != nil)
    let layout = BaselineLayout(stepCount: stepCount, hiddenSize: residual.columns, vocabularyCount: logits.columns)
    memory.storeBytes(of: header, as: BaselineLayout.Header.self)
    copy(continuation, to: memory + layout.continuation)
    copy(margins, to: memory + layout.margins)
    copy(logSums, to: memory + layout.logSums)
    for (matrix, offset) in [(residual, layout.residual), (normed, layout.normed), (logits, layout.logits)] {
      (memory + offset).copyMemory(
        from: matrix.view.base, byteCount: matrix.rows * matrix.columns * MemoryLayout<Float>.stride)
    }
    store?.copy(to: memory + layout.store)
  }

  /// The baseline that `copy(to:)` left at `memory`, for the same input, prompt and generation.
  ///
  /// States, logits, keys and values stay where they are, and `owner` with them; where tokens are sampled, the noise,
  /// as large as the logits, is made again.
  public convenience init(
    input: Int, prompt: Prompt, generation: Generation, at memory: UnsafeMutableRawPointer, owner: AnyObject
  ) {
    let header = memory.load(as: BaselineLayout.Header.self)
    let shape = generation.pass.shape
    let promptCount = header.promptCount
    precondition(
      header.input == input && promptCount == shape.embedding.rowCount(of: prompt), "the baseline of this input")
    precondition(header.stepCount <= generation.stepCount, "a continuation of this generation")
    let (steps, hiddenSize) = (header.stepCount, shape.hiddenSize)
    let layout = BaselineLayout(
      stepCount: steps, hiddenSize: hiddenSize, vocabularyCount: shape.vocabularyCount)
    func array<Element>(_ offset: Int) -> [Element] {
      let start = (memory + offset).bindMemory(to: Element.self, capacity: steps)
      return Array(UnsafeBufferPointer(start: start, count: steps))
    }
    func matrix(_ offset: Int, columns: Int) -> Matrix {
      let start = (memory + offset).bindMemory(to: Float.self, capacity: steps * columns)
      return Matrix(rows: steps, columns: columns, memory: start, owner: owner)
    }
    let store =
      header.hasStore
      ? KeyValueStore(
        shape: shape, rows: promptCount + steps - 1, memory: memory + layout.store, owner: owner) : nil
    self.init(
      input: input, prompt: prompt, promptCount: promptCount, continuation: array(layout.continuation),
      margins: array(layout.margins), store: store, residual: matrix(layout.residual, columns: hiddenSize),
      normed: matrix(layout.normed, columns: hiddenSize),
      logits: matrix(layout.logits, columns: shape.vocabularyCount), logSums: array(layout.logSums),
      generation: generation)
  }

  // MARK: Private

  private func copy<Element>(_ values: [Element], to memory: UnsafeMutableRawPointer) {
    values.withUnsafeBytes { bytes in
      guard let base = bytes.baseAddress else { return }
      memory.copyMemory(from: base, byteCount: bytes.count)
    }
  }
}
