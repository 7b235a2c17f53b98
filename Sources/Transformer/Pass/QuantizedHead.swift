import CKernels
import Dispatch
import LinearAlgebra

/// The language-model head in bytes, from which the few tokens that can be a state's best two are found for certain.
///
/// With the head's row w = s q + e and the state h = t p + f, q and p being bytes, w · h is s t (q · p) to within
/// ‖e‖ ‖t p‖ + ‖w‖ ‖f‖ (Cauchy and Schwarz) and rounding. A token whose upper bound is below the second largest lower
/// bound is none of the best two. Products of bytes take a quarter of the time that products of floats take. States of
/// which a few components are much larger than all others lose most to ‖f‖; they are looked at again in two bytes a
/// component, where ‖f‖ is next to nothing. Memory: a byte for each element of the head.
package final class QuantizedHead {
  /// One head for a decoder and its copies, made when it is first asked for.
  final class Shared {
    private let make: () -> QuantizedHead?
    lazy var head: QuantizedHead? = make()

    init(_ make: @escaping () -> QuantizedHead?) { self.make = make }
  }

  /// The memory that one thread works in.
  private struct Space {
    let scratch: Bytes
    /// The candidates of each row, `[rows, most]`.
    let candidates: Bytes
    /// How many candidates each row has, `[rows]`.
    let counts: Bytes
  }

  private let packed: Bytes
  /// `[3, vocabulary rounded up]`: scales, errors and norms.
  private let columns: Matrix
  private let most: Int
  private let spaces: [Space]
  private let weights: locus_quantized_weights

  /// Whether this processor multiplies bytes.
  package static var isSupported: Bool { locus_has_quantized_products() }

  /// Nil where the processor does not multiply bytes, or where a weight is not finite.
  ///
  /// One pass over the head. `threads` threads share the rows of a call.
  package init?(head: Projection, threads: Int = 1, isSupported: Bool = QuantizedHead.isSupported) {
    guard isSupported, head.bias == nil, head.rows > 0, head.columns > 0, head.rows <= Int(Int32.max),
      head.columns <= LOCUS_QUANTIZED_DEPTH
    else { return nil }
    let packed = Bytes(count: locus_quantized_byte_count(head.rows, head.columns))
    let columns = Matrix(rows: 3, columns: (head.rows + 31) / 32 * 32)
    var weights = locus_quantized_weights(
      packed: packed.base.assumingMemoryBound(to: UInt8.self), scale: columns.view.row(0), error: columns.view.row(1),
      norm: columns.view.row(2), largest_norm: 0, columns: head.rows, depth: head.columns)
    let row = Matrix(rows: 1, columns: head.columns).view
    for token in 0..<head.rows {
      head.weight.widen(rows: token..<token + 1, into: row.base)
      guard locus_quantize_columns(&weights, token, row.base, 1) else { return nil }
    }
    // Gathering and multiplying more than this takes as long as the whole head does.
    let most = min(max(16, head.rows / 64), LOCUS_CANDIDATE_COUNT)
    self.packed = packed
    self.columns = columns
    self.weights = weights
    self.most = most
    spaces = (0..<max(1, threads)).map { _ in
      Space(
        scratch: Bytes(count: locus_candidate_scratch_byte_count(head.columns)),
        candidates: Bytes(count: LOCUS_CANDIDATE_ROWS * most * MemoryLayout<Int32>.stride),
        counts: Bytes(count: LOCUS_CANDIDATE_ROWS * MemoryLayout<Int32>.stride))
    }
  }

  /// Whether a model's head is worth the bytes: it is a good part of a token's work, more than 15 % of its blocks, and
  /// large enough, from 2¹⁸ elements on, for the search to cost more than what it is wrapped in.
  static func pays(for shape: HostShape) -> Bool {
    let head = Double(shape.vocabularyCount) * Double(shape.hiddenSize)
    return head >= 0x1p18 && head > 0.15 * shape.matrixElements
  }

  /// Bytes of a model's head where it pays, with what each thread works in.
  static func byteCount(for shape: HostShape, threads: Int) -> Int {
    guard isSupported, pays(for: shape) else { return 0 }
    let elements = shape.vocabularyCount * shape.hiddenSize
    return elements + max(1, threads) * locus_candidate_scratch_byte_count(shape.hiddenSize)
  }

  // MARK: Candidates

  /// Calls `body` for each of `states` `[rows, hidden]`, in order, with the tokens, ascending, that may have one of the
  /// two largest logits, all that tie for them included; nil where they are too many or the bounds cannot decide.
  ///
  /// With `isFine` states are taken in two bytes a component: fewer candidates in twice the time.
  package func findCandidates(
    _ states: MatrixView, isFine: Bool = false, body: (Int, UnsafeBufferPointer<Int32>?) -> Void
  ) {
    precondition(states.columns == weights.depth, "the states are as wide as the head")
    // Parts of one size; one is worth a thread if the head's way from memory is little beside its products.
    let most = isFine ? LOCUS_CANDIDATE_ROWS / 2 : LOCUS_CANDIDATE_ROWS
    let fewest = (states.rows + most - 1) / most
    let partCount = max(fewest, min(spaces.count, states.rows / 48))
    let bounds = (0...max(1, partCount)).map { states.rows * $0 / max(1, partCount) }
    let parts = zip(bounds, bounds.dropFirst()).map { $0..<$1 }
    for start in stride(from: 0, to: parts.count, by: spaces.count) {
      let together = parts[start..<min(start + spaces.count, parts.count)]
      if together.count == 1 {
        find(states[rows: parts[start]], isFine: isFine, in: spaces[0])
      } else {
        // Every part has a space of its own, and the weights are only read.
        nonisolated(unsafe) let (head, states) = (self, states)
        DispatchQueue.concurrentPerform(iterations: together.count) { index in
          head.find(states[rows: parts[start + index]], isFine: isFine, in: head.spaces[index])
        }
      }
      for (rows, space) in zip(together, spaces) {
        let counts = space.counts.base.assumingMemoryBound(to: Int32.self)
        let candidates = space.candidates.base.assumingMemoryBound(to: Int32.self)
        for row in 0..<rows.count {
          let own = UnsafeBufferPointer(start: candidates + row * self.most, count: max(0, Int(counts[row])))
          body(rows.lowerBound + row, counts[row] < 0 ? nil : own)
        }
      }
    }
  }

  private func find(_ states: MatrixView, isFine: Bool, in space: Space) {
    withUnsafePointer(to: weights) { weights in
      var arguments = locus_candidate_arguments(
        weights: weights, input: states.base, input_stride: states.stride, rows: states.rows, fine: isFine,
        most: most,
        candidates: space.candidates.base.assumingMemoryBound(to: Int32.self),
        counts: space.counts.base.assumingMemoryBound(to: Int32.self), lower: nil, upper: nil)
      locus_find_candidates(&arguments, space.scratch.base)
    }
  }
}

/// Memory on a multiple of 64, zero at first.
private final class Bytes {
  let base: UnsafeMutableRawPointer

  init(count: Int) {
    base = .allocate(byteCount: max(1, count), alignment: 64)
    base.initializeMemory(as: UInt8.self, repeating: 0, count: count)
  }

  deinit { base.deallocate() }
}
