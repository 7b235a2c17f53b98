import Basics
import CKernels
import Foundation
import LinearAlgebra

/// Attention: each query head weighs the values of its sequence's positions up to its own, or of all of them (Vaswani
/// et al. 2017).
///
/// Keys and values of all rows go to the store first; queries may be those of the scored rows alone.
public struct Attention: Step {
  /// The number of query heads.
  public let headCount: Int
  /// Heads of keys and values; each is shared by `headCount / keyValueHeadCount` query heads (Ainslie et al. 2023).
  public let keyValueHeadCount: Int
  /// The number of components of a head.
  public let headSize: Int
  /// A query at position p sees the keys p − window + 1 … p; nil: all keys up to p.
  public let window: Int?
  /// The factor of the scores q · k, such as 1 / √headSize.
  public let scale: Float
  /// Scores become cap · tanh(score / cap); nil: they stay as they are.
  public let cap: Float?
  /// Before that, each head's slope times the key's position less the query's is added to its scores, `[headCount]`
  /// (Press et al. 2022); empty: nothing is.
  public let slopes: [Float]
  /// Whether a query sees no keys behind its own position; otherwise it sees all keys of its sequence.
  public let isCausal: Bool

  /// Attention whose scores are multiplied with `scale`, or with 1 / √headSize where it is nil.
  public init(
    headCount: Int, keyValueHeadCount: Int, headSize: Int, window: Int?, scale: Float? = nil, cap: Float? = nil,
    slopes: [Float] = [], isCausal: Bool = true
  ) {
    precondition(headCount % keyValueHeadCount == 0, "each key head has as many query heads")
    precondition(isCausal || window == nil, "a window ends at a query's own position")
    precondition(slopes.isEmpty || slopes.count == headCount, "a slope for each head")
    self.cap = cap
    self.slopes = slopes
    self.isCausal = isCausal
    self.headCount = headCount
    self.keyValueHeadCount = keyValueHeadCount
    self.headSize = headSize
    self.window = window
    self.scale = scale ?? 1 / Float(headSize).squareRoot()
  }

  /// The slopes of linear biases (Press et al. 2022): 2^(−8h/n) for head h = 1 … n where n is a power of two; else
  /// those of the next smaller power, and then every other one of the next larger.
  public static func slopes(headCount: Int) -> [Float] {
    let power = Int(pow(2, log2(Double(headCount)).rounded(.down)))
    let own = (0..<power).map { pow(2, -8 * Double($0 + 1) / Double(power)) }
    let more = (0..<headCount - power).map { pow(2, -4 * Double(2 * $0 + 1) / Double(power)) }
    return (own + more).map { Float($0) }
  }

  public var inputs: [Slot] { [.query, .key, .value] }
  public var outputs: [Slot] { [.attended] }
  public var widths: [Slot: Int] {
    let (own, shared) = (headCount * headSize, keyValueHeadCount * headSize)
    return [.query: own, .attended: own, .key: shared, .value: shared]
  }
  public var equation: String {
    let (query, key, value) = (Slot.query.letter, Slot.key.letter, Slot.value.letter)
    let details = [
      window.map { " within \($0)" }, isUsualScale ? nil : " scaled by \(scale)", cap.map { " capped at \($0)" },
      slopes.isEmpty ? nil : " with slopes", isCausal ? nil : " both ways",
    ]
    return "\(Slot.attended.letter) = attention(\(query), \(key), \(value))" + details.compactMap { $0 }.joined()
  }

  private var isUsualScale: Bool { scale == 1 / Float(headSize).squareRoot() }

  /// Query heads that share a key head.
  public var groupSize: Int { headCount / keyValueHeadCount }

  // MARK: Forward

  public func forward(_ work: BlockWork, at index: Int) {
    ProcessorTime.add(to: &work.pass.operations.attentionSeconds) { attendEach(work) }
  }

  private func attendEach(_ work: BlockWork) {
    let (rows, panel, store) = (work.rows, work.panel, work.store)
    for (index, span) in rows.spans.enumerated() {
      let range = rows.ranges[index]
      store.store(
        key: panel[.key][rows: range].reading, value: panel[.value][rows: range].reading, layer: work.layer,
        from: span.origin + span.positions.lowerBound)
      let queries = work.isScoredOnly ? rows.scoredRanges[index] : range
      guard !queries.isEmpty else { continue }
      let seen = span.origin..<span.origin + span.positions.upperBound
      if queries.count < 4, index + 1 < rows.spans.count {
        // Few queries a sequence: reading the keys and values takes longer than using them.
        let next = rows.spans[index + 1]
        store.prefetch(layer: work.layer, rows: next.origin..<next.origin + next.positions.lowerBound)
      }
      forward(
        query: panel[.query][rows: queries].reading, firstPosition: span.positions.upperBound - queries.count,
        key: store.keys(layer: work.layer, rows: seen), value: store.values(layer: work.layer, rows: seen),
        output: panel[.attended][rows: queries], pass: work.pass)
    }
  }

  /// Attention of one sequence: `query` and `output` `[queries, heads · headSize]` from position `firstPosition` on,
  /// `key` and `value` `[positions, keyValueHeads · headSize]` from position 0 on, rotated.
  ///
  /// The heads may be some of the model's, from query head `firstHead` on: as many query heads share a key head as the
  /// widths say.
  public func forward(
    query: MatrixView, firstPosition: Int, key: MatrixView, value: MatrixView, output: MutableMatrixView,
    firstHead: Int = 0, pass: ForwardPass
  ) {
    precondition(query.columns == output.columns && key.columns == value.columns, "the same heads")
    precondition(query.columns % headSize == 0 && key.columns % headSize == 0, "whole heads")
    precondition(query.columns % key.columns == 0, "each key head has as many query heads")
    precondition(query.rows == output.rows && firstPosition + query.rows <= key.rows, "keys up to the last query")
    precondition(key.rows <= pass.positionCount && key.rows == value.rows, "positions that the scratch was made for")
    pass.operations.addAttention(
      operations(queries: firstPosition..<firstPosition + query.rows, of: key.rows, width: query.columns))
    withSlopes(from: firstHead) { slopes in
      var arguments = locus_attention_arguments(
        query: query.base, query_stride: query.stride, key: key.base, key_stride: key.stride, value: value.base,
        value_stride: value.stride, output: output.base, output_stride: output.stride, query_count: query.rows,
        first_position: firstPosition, heads: query.columns / headSize, key_value_heads: key.columns / headSize,
        head_size: headSize, window: window ?? 0, key_count: isCausal ? 0 : key.rows, scale: scale, cap: cap ?? 0,
        slopes: slopes)
      locus_attention(&arguments, pass.attentionScratch.view.base)
    }
  }

  /// Calls `body` with the slopes of the heads from `head` on; nil where there are none.
  private func withSlopes(from head: Int = 0, _ body: (UnsafePointer<Float>?) -> Void) {
    guard !slopes.isEmpty else { return body(nil) }
    slopes.withUnsafeBufferPointer { body($0.baseAddress.map { $0 + head }) }
  }

  // MARK: Reverse

  public func pullBack(_ work: DerivativeWork, at index: Int) {
    let gradient = work.take(.attended)
    switch work.context {
    case .sequences(let rows):
      let (query, key, value) = (work.start(.query), work.start(.key), work.start(.value))
      withScratch(rows) { scratch in
        for range in rows.ranges where !range.isEmpty {
          withSlopes { slopes in
            var arguments = arguments(
              work, index, range, slopes, output: gradient, query: query, key: key, value: value)
            locus_attention_pull_back(&arguments, scratch)
          }
        }
      }
    case .tokens(let tokens):
      let attention = TokenAttention(self, work, index, tokens)
      attention.pullBack(
        gradient.reading, query: tokens.isOne ? work.start(.query) : nil, key: tokens.startAtSource(.key, work.count),
        value: tokens.startAtSource(.value, work.count))
    }
  }

  // MARK: Tangents

  public func pushForward(_ work: DerivativeWork, at index: Int) {
    switch work.context {
    case .sequences(let rows):
      let (query, key, value) = (work.derivative(.query), work.derivative(.key), work.derivative(.value))
      work.set(.attended) { output in
        withScratch(rows) { scratch in
          for range in rows.ranges where !range.isEmpty {
            withSlopes { slopes in
              var arguments = arguments(
                work, index, range, slopes, output: output, query: query, key: key, value: value)
              locus_attention_push_forward(&arguments, scratch)
            }
          }
        }
      }
    case .tokens(let tokens):
      let attention = TokenAttention(self, work, index, tokens)
      work.set(.attended) { output in
        attention.pushForward(
          query: tokens.isOne ? work.derivative(.query).reading : nil, key: tokens.atSource(.key, work.count).reading,
          value: tokens.atSource(.value, work.count).reading, into: output)
      }
    }
  }

  /// Scratch for the longest of some sequences.
  private func withScratch(_ rows: RowSet, _ body: (UnsafeMutablePointer<Float>) -> Void) {
    let longest = rows.ranges.map(\.count).max() ?? 0
    let scratch = Matrix(rows: 1, columns: locus_attention_derivative_scratch_count(longest, headSize))
    withExtendedLifetime(scratch) { body(scratch.view.base) }
  }

  private func arguments(
    _ work: DerivativeWork, _ index: Int, _ range: Range<Int>, _ slopes: UnsafePointer<Float>?,
    output: MutableMatrixView, query: MutableMatrixView, key: MutableMatrixView, value: MutableMatrixView
  ) -> locus_attention_derivative_arguments {
    let (queries, keys, values) = (work.input(0, of: index), work.input(1, of: index), work.input(2, of: index))
    let forward = locus_attention_arguments(
      query: queries.row(range.lowerBound), query_stride: queries.stride, key: keys.row(range.lowerBound),
      key_stride: keys.stride, value: values.row(range.lowerBound), value_stride: values.stride, output: nil,
      output_stride: 0, query_count: range.count, first_position: 0, heads: headCount,
      key_value_heads: keyValueHeadCount, head_size: headSize, window: window ?? 0,
      key_count: isCausal ? 0 : range.count, scale: scale, cap: cap ?? 0, slopes: slopes)
    // As much again as the forward pass for each of two products with keys and two with values.
    work.pass.operations.addAttention(2 * operations(queries: 0..<range.count, of: range.count))
    return locus_attention_derivative_arguments(
      forward: forward, output_derivative: output.row(range.lowerBound), output_derivative_stride: output.stride,
      query_derivative: query.row(range.lowerBound), key_derivative: key.row(range.lowerBound),
      value_derivative: value.row(range.lowerBound), query_derivative_stride: query.stride,
      key_derivative_stride: key.stride, value_derivative_stride: value.stride)
  }

  // MARK: Reach

  /// A change stays in the heads that it touches; one of a key or value head reaches all query heads that share it.
  public func reach(of columns: Range<Int>, in input: Slot) -> Reach {
    let touched = columns.wholeHeads(of: headSize)
    guard input != .query else { return .columns(touched, of: .attended) }
    return .columns(touched.lowerBound * groupSize..<touched.upperBound * groupSize, of: .attended)
  }

  // MARK: Cost

  /// Operations of queries at `positions` of a sequence of `length` positions, in heads of `width` components together.
  public func operations(queries positions: Range<Int>, of length: Int, width: Int? = nil) -> Double {
    Operations.attention(
      queries: positions, width: width ?? headCount * headSize, window: window, seen: isCausal ? nil : length)
  }
}
