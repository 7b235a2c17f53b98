import Foundation
import Transformer

/// How open a model's next token is.
public struct NextToken: Equatable, Sendable {
  /// The entropy of its distribution, −Σ p log₂ p.
  public let bits: Double
  /// The probability of the likeliest token.
  public let topProbability: Double

  /// Takes both.
  public init(bits: Double, topProbability: Double) {
    self.bits = bits
    self.topProbability = topProbability
  }

  /// Takes them of the logits of all tokens; sums are double.
  public init(logits: UnsafeBufferPointer<Float>) {
    let greatest = Double(logits.max() ?? 0)
    var (sum, product) = (0.0, 0.0)
    for logit in logits {
      let difference = Double(logit) - greatest
      let weight = exp(difference)
      sum += weight
      // A token whose logit is −∞ has no part in either.
      if weight > 0 { product += weight * difference }
    }
    let entropy = (log(sum) - product / sum) / M_LN2
    // Rounding may leave it below 0; what is not a number stays so.
    bits = entropy < 0 ? 0 : entropy
    topProbability = 1 / sum
  }

  /// The number of equally likely tokens that would be as open: 2 to the entropy.
  public var effectiveVocabulary: Double { exp2(bits) }
}

extension StudyGround {
  /// How open the next token is behind every position of some texts, `[text][row][position]`, under an edit of the
  /// model if there is one.
  ///
  /// Cost: a pass over all rows with readout.
  public func nextTokens(
    of texts: [TextSet], under edit: (any Hook)? = nil, phase: String = "reading next tokens"
  ) throws -> [[[NextToken]]] {
    let rows = texts.rows
    let parts = RowParts(rows, atMost: rows.count, tokens: StudyCost.pieceTokens(shape))
    let pieces = try stages.evaluate(
      phase, costs: parts.costs(shape, readout: true),
      sizes: parts.ranges.map { 2 * rows[$0].reduce(0) { $0 + $1.count } }
    ) { piece in
      var numbers: [Double] = []
      withPass { pass in
        pass.forEachLogits(of: Array(rows[parts.ranges[piece]]), hook: { _ in edit }) { _, _, logits, place in
          let next = NextToken(logits: UnsafeBufferPointer(start: logits.row(place), count: logits.columns))
          numbers += [next.bits, next.topProbability]
        }
      }
      return numbers
    }
    var numbers = try pieces.all().joined().makeIterator()
    return texts.map { text in
      text.rows.map { row in
        (0..<row.count).map { _ in NextToken(bits: numbers.next() ?? .nan, topProbability: numbers.next() ?? .nan) }
      }
    }
  }
}
