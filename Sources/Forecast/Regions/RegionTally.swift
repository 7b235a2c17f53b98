import LinearAlgebra
import Perturbations
import Transformer

/// What is foretold of mutations of one matrix on one input, a number each, filled gradient by gradient.
protocol RegionTally: AnyObject {
  /// What the divergences are, in nats, `[mutation]`; sums of squares until they are finished.
  var divergence: Matrix { get }
  /// The largest shares of a margin, `[mutation]`.
  var margin: Matrix { get }
  /// The changes of the loss, `[mutation]`.
  var loss: Matrix { get }

  /// Takes in a gradient by the weights, `[out, in]`.
  func add(_ gradient: MatrixView, _ weight: StoredMatrix, as use: GradientUse)
}

extension RegionTally {
  /// Forgets everything.
  func clear() {
    let count = divergence.rows * divergence.columns
    divergence.view.base.update(repeating: 0, count: count)
    margin.view.base.update(repeating: -.infinity, count: count)
    loss.view.base.update(repeating: 0, count: count)
  }

  /// Makes divergences of sums of squares.
  func finish(divergenceShare share: Float) {
    let (base, count) = (divergence.view.base, divergence.rows * divergence.columns)
    for place in 0..<count { base[place] *= share }
  }

  /// Takes in the predicted changes of `count` mutations from `place` on.
  func use(_ moved: UnsafePointer<Float>, from place: Int, count: Int, as use: GradientUse) {
    switch use {
    case .probe:
      let sums = divergence.view.base + place
      for index in 0..<count { sums[index] += moved[index] * moved[index] }
    case .step(let scale):
      let largest = margin.view.base + place
      for index in 0..<count {
        let share = moved[index] * scale
        largest[index] = share > largest[index] ? share : largest[index]
      }
    case .loss: (loss.view.base + place).update(from: moved, count: count)
    }
  }
}
