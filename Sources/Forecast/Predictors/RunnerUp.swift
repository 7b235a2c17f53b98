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

  /// The runner-up at a step of a baseline. Nothing but rounding stands behind a margin of 0, any loss of which is
  /// beyond all bounds.
  init(_ baseline: Baseline, step: Int, temperature: Float) {
    let (logits, best) = (baseline.logits.view.row(step), Int(baseline.continuation[step]))
    let inverse: Float = temperature > 0 ? 1 / temperature : 1
    var (second, score) = (-1, -Float.infinity)
    func consider(_ token: Int, _ own: Float) {
      if token != best, second < 0 || own > score { (second, score) = (token, own) }
    }
    if baseline.noise.isEmpty {
      for token in 0..<baseline.logits.columns { consider(token, logits[token]) }
    } else {
      let noise = baseline.noise[step]
      for token in 0..<baseline.logits.columns { consider(token, logits[token] * inverse + noise[token]) }
    }
    self.best = Int32(best)
    self.second = Int32(max(second, 0))
    scale = -inverse / max(baseline.margins[step], .leastNormalMagnitude)
  }

  /// The gradient of the best less the second logit by the normed row of the step, `[1, hidden]`: the difference of two
  /// rows of the head.
  func gradient(_ head: Projection, into gradient: MutableMatrixView) {
    precondition(gradient.rows == 1 && gradient.columns == head.columns, "[1, hidden]")
    let row = gradient.row(0)
    withUnsafeTemporaryAllocation(of: Float.self, capacity: head.columns) { other in
      guard let other = other.baseAddress else { return }
      head.weight.widen(rows: Int(best)..<Int(best) + 1, into: row)
      head.weight.widen(rows: Int(second)..<Int(second) + 1, into: other)
      for column in 0..<head.columns { row[column] -= other[column] }
    }
  }
}
