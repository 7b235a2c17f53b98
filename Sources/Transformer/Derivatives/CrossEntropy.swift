import CKernels
import LinearAlgebra

/// The loss −Σ weight · ln p(target) of rows of logits, p being their softmax, and its gradient.
public enum CrossEntropy {
  /// The loss in double, summed row after row; the logits `[rows, vocabulary]` are replaced with its gradient,
  /// weight · (p − 1 at the target). A row of weight 0 counts nothing, whatever its target.
  public static func differentiate(_ logits: MutableMatrixView, targets: [Int32], weights: [Float]) -> Double {
    precondition(targets.count == logits.rows && weights.count == logits.rows, "a target and a weight for each row")
    var loss = 0.0
    for (row, target) in targets.enumerated() {
      let (values, weight) = (logits.row(row), weights[row])
      guard weight != 0 else {
        values.update(repeating: 0, count: logits.columns)
        continue
      }
      precondition(target >= 0 && target < logits.columns, "a token of the vocabulary")
      let logSum = locus_log_sum_exp(values, logits.columns)
      loss += Double(weight) * (logSum - Double(values[Int(target)]))
      for column in 0..<logits.columns { values[column] = Float(Double(values[column]) - logSum) }
      locus_exp(values, values, logits.columns)
      values[Int(target)] -= 1
      for column in 0..<logits.columns { values[column] *= weight }
    }
    return loss
  }
}
