import Foundation
import LinearAlgebra
import Perturbations
import Transformer

/// Which token would be said at a step if the baseline's were not, and how far its score is behind.
struct RunnerUp {
  /// The baseline's token.
  let best: Int32
  /// The token with the second score, the first of equals.
  let second: Int32
  /// What a change of the best less the second logit is multiplied with to be a share of the margin, lost: above 1 the
  /// second comes before the best. Scores are logits over the temperature, and noise.
  let scale: Float

  /// The runner-up at a step of a baseline, and the gradient of the best less the second logit by the normed row of the
  /// step, `[1, hidden]`: the difference of two rows of the head, each times the slope of the `cap` of logits, if there
  /// is one.
  ///
  /// The margin is a small difference of large scores, so it is summed anew in double precision. Nothing but rounding
  /// stands behind one of 0, any loss of which is beyond all bounds.
  init(
    _ baseline: Baseline, step: Int, temperature: Float, head: Projection, cap: Float?, gradient: MutableMatrixView
  ) {
    precondition(gradient.rows == 1 && gradient.columns == head.columns, "[1, hidden]")
    let (logits, best) = (baseline.logits.view.row(step), Int(baseline.continuation[step]))
    let inverse: Float = temperature > 0 ? 1 / temperature : 1
    let noise = baseline.noise.isEmpty ? nil : baseline.noise[step]
    var (second, score) = (-1, -Float.infinity)
    for token in 0..<baseline.logits.columns where token != best {
      let own = noise.map { logits[token] * inverse + $0[token] } ?? logits[token]
      if second < 0 || own > score { (second, score) = (token, own) }
    }
    second = max(second, 0)
    self.best = Int32(best)
    self.second = Int32(second)
    let normed = baseline.normed.view.row(step)
    var margin = noise.map { Double($0[best]) - Double($0[second]) } ?? 0
    let difference = gradient.row(0)
    if let cap {
      margin +=
        RunnerUp.subtract(
          row: second, from: best, of: head, cap: Double(cap), at: normed, into: difference) * Double(inverse)
    } else {
      RunnerUp.subtract(row: second, from: best, of: head, into: difference)
      for column in 0..<head.columns {
        margin += Double(normed[column]) * Double(difference[column]) * Double(inverse)
      }
    }
    scale = -inverse / max(Float(margin), .leastNormalMagnitude)
  }

  private static func subtract(
    row second: Int, from first: Int, of head: Projection, into difference: UnsafeMutablePointer<Float>
  ) {
    withUnsafeTemporaryAllocation(of: Float.self, capacity: head.columns) { other in
      guard let other = other.baseAddress else { return }
      head.weight.widen(rows: first..<first + 1, into: difference)
      head.weight.widen(rows: second..<second + 1, into: other)
      for column in 0..<head.columns { difference[column] -= other[column] }
    }
  }

  /// The same of capped logits: the gradient of their difference at `normed`, and the difference, in double precision.
  private static func subtract(
    row second: Int, from first: Int, of head: Projection, cap: Double, at normed: UnsafePointer<Float>,
    into difference: UnsafeMutablePointer<Float>
  ) -> Double {
    withUnsafeTemporaryAllocation(of: Float.self, capacity: head.columns) { row in
      guard let row = row.baseAddress else { return 0 }
      var margin = 0.0
      difference.update(repeating: 0, count: head.columns)
      for (token, sign) in [(first, 1.0), (second, -1.0)] {
        head.weight.widen(rows: token..<token + 1, into: row)
        var logit = head.bias.map { Double($0[token]) } ?? 0
        for column in 0..<head.columns { logit += Double(normed[column]) * Double(row[column]) }
        let share = tanh(logit / cap)
        margin += sign * cap * share
        for column in 0..<head.columns {
          difference[column] += Float(sign * (1 - share * share) * Double(row[column]))
        }
      }
      return margin
    }
  }
}
