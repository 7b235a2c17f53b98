import Foundation
import Perturbations
import Statistics
import Transformer

/// What setting units to zero costs: the rise of cross-entropy on each text, of selected units and of their controls.
package struct Lesions: Equatable, Sendable {
  /// Whether the selected units cost more than others do, on one text.
  package struct Comparison: Equatable, Sendable {
    /// The rise with the selected units at zero, nats.
    package let rise: Double
    /// The mean rise over the sets of a control.
    package let mean: Double
    /// The standard deviation over these sets.
    package let deviation: Double
    /// The chance that one more set of the control costs at least as much, were they normal; not a number of fewer than
    /// two sets.
    package let probability: Double
    /// Whether no set of the control costs as much.
    package let exceedsAll: Bool

    /// Compares a rise with those of the sets of a control.
    package init(_ rise: Double, _ controls: [Double]) {
      let known = controls.filter { !$0.isNaN }
      let moments = SampleMoments(known)
      exceedsAll = known.allSatisfy { $0 < rise }
      self.rise = rise
      mean = moments.mean
      deviation = moments.variance.squareRoot()
      let n = Double(moments.count)
      // The spread of a new one about the mean of n others.
      let spread = deviation * (1 + 1 / n).squareRoot()
      probability = spread > 0 ? TailProbability.student((rise - mean) / spread, degrees: n - 1) : .nan
    }
  }

  /// The rise, `[set][text]`, nats; not a number where there is no such set.
  let rises: [[Double]]
  private let seedCount: Int

  /// Takes the rises of all sets of some units, in the order of their names.
  init(rises: [[Double]], seedCount: Int) {
    self.rises = rises
    self.seedCount = seedCount
  }

  /// The selected units against those of like magnitude.
  func againstMatched(_ text: Int) -> Comparison {
    Comparison(rises[0][text], rises[1...seedCount].map { $0[text] })
  }

  /// The selected units against random ones.
  func againstRandom(_ text: Int) -> Comparison {
    Comparison(rises[0][text], rises[(1 + seedCount)...].map { $0[text] })
  }
}
