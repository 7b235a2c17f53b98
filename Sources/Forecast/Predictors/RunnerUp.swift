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
  /// step, `[1, hidden]`: the difference of two rows of the head.
  ///
  /// The margin is a small difference of large scores, so it is summed anew in double precision. Nothing but rounding
  /// stands behind one of 0, any loss of which is beyond all bounds.
  init(
    _ baseline: Baseline, step: Int, temperature: Float, head: Projection, gradient: MutableMatrixView
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
    let difference = gradient.row(0)
    RunnerUp.subtract(row: second, from: best, of: head, into: difference)
    var margin = noise.map { Double($0[best]) - Double($0[second]) } ?? 0
    let normed = baseline.normed.view.row(step)
    for column in 0..<head.columns {
      margin += Double(normed[column]) * Double(difference[column]) * Double(inverse)
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
}
