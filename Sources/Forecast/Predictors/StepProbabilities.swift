import Basics
import Foundation
import LinearAlgebra
import Perturbations

/// The probabilities of the baseline's next tokens at each step of an input, and the gradients at its logits that the
/// predictors begin with, all `[steps, vocabulary]`.
struct StepProbabilities {
  /// The root of each probability.
  private let roots: Matrix
  private let tokens: [Int32]

  private var stepCount: Int { roots.rows }
  private var vocabularyCount: Int { roots.columns }

  /// The probabilities by the softmax of the baseline's logits; one exponential a number.
  init(_ baseline: Baseline) {
    roots = Matrix(rows: baseline.stepCount, columns: baseline.logits.columns)
    tokens = baseline.continuation
    for step in 0..<baseline.stepCount {
      let (logits, roots, sum) = (baseline.logits.view.row(step), roots.view.row(step), baseline.logSums[step])
      for token in 0..<vocabularyCount { roots[token] = Float(exp((Double(logits[token]) - sum) / 2)) }
    }
  }

  /// v = √p ∘ ε − p (√p · ε) for random signs ε, so that E[v vᵀ] = diag p − p pᵀ at each step and 0 between steps:
  /// probing the Fisher information of the predictions. A sign is −1 where the number of the stream is below a half;
  /// those of a step begin at `place` and go on by tokens and then steps. One draw a number.
  func probe(_ random: MixedStream, from place: Int, into gradient: MutableMatrixView) {
    precondition(gradient.rows == stepCount && gradient.columns == vocabularyCount, "[steps, vocabulary]")
    for step in 0..<stepCount {
      let (roots, gradient) = (roots.view.row(step), gradient.row(step))
      let start = place + step * vocabularyCount
      var sum = 0.0
      for token in 0..<vocabularyCount {
        gradient[token] = random.uniform(start + token) < 0.5 ? -roots[token] : roots[token]
        sum += Double(gradient[token])
      }
      for token in 0..<vocabularyCount {
        let root = Double(roots[token])
        gradient[token] = Float(Double(gradient[token]) - root * root * sum)
      }
    }
  }

  /// The gradient of the mean over steps of −ln p of the baseline's own next token.
  func loss(into gradient: MutableMatrixView) {
    precondition(gradient.rows == stepCount && gradient.columns == vocabularyCount, "[steps, vocabulary]")
    let share = 1 / Double(stepCount)
    for step in 0..<stepCount {
      let (roots, gradient) = (roots.view.row(step), gradient.row(step))
      for token in 0..<vocabularyCount {
        let root = Double(roots[token])
        gradient[token] = Float((root * root - (token == Int(tokens[step]) ? 1 : 0)) * share)
      }
    }
  }
}
