import Basics
import MessagePassing

/// Functional lobes, of features that fire together, against geometric ones, of features whose points lie in like
/// directions (Li et al. 2024, arXiv 2410.19750, §4): by how far the two divisions agree, and by how well a feature's
/// lobe is predicted from its point; each beside three nulls.
public struct LobeComparison: Sendable {
  /// What is left to chance.
  public enum Null: String, Sendable, CaseIterable {
    /// Functional lobes are permuted among all features.
    case permutedLabels = "permuted_labels"
    /// Functional lobes are permuted among features of like firing rates: rates alone do not make lobes then.
    case equalRates = "equal_rates"
    /// Points are drawn from a normal distribution of the cloud's mean and covariance, and clustered like the cloud.
    case randomDirections = "random_directions"
  }

  /// How many of each are drawn. Agreement after a permutation is a matter of milliseconds; a regression or a
  /// clustering is not, so that their deviations are rougher.
  public struct DrawCounts: Sendable, Equatable {
    /// Permutations of labels.
    public var permutations: Int
    /// Regressions on permuted labels.
    public var fits: Int
    /// Clusterings of random clouds.
    public var clusterings: Int

    /// Takes the numbers of draws.
    public init(permutations: Int = 1000, fits: Int = 20, clusterings: Int = 10) {
      self.permutations = permutations
      self.fits = fits
      self.clusterings = clusterings
    }
  }

  /// The comparison with one null.
  public struct Entry: Sendable {
    /// What is left to chance.
    public let null: Null
    /// The agreement of the two divisions.
    public let agreement: LabelAgreement
    /// The balanced accuracy of the prediction.
    public let accuracy: NullComparison
  }

  /// How well a feature's functional lobe is predicted from its point.
  public let prediction: LabelPrediction
  /// One for each null.
  public let entries: [Entry]

  /// `controls` are the geometric lobes of clouds of random directions, draw by draw. Labels below 0 are left out.
  /// Collective.
  init(
    functional: [Int32], geometric: [Int32], cloud: PointCloud, rates: [Int], directions: RandomDirections,
    controls: [[Int32]], counts: DrawCounts, seed: UInt64, sharing: Sharing
  ) throws {
    let heldOut = LabelPrediction.split(functional, seed: seed)
    let prediction = LabelPrediction(cloud, labels: functional, heldOut: heldOut)
    func predicted(_ cloud: PointCloud, _ labels: [Int32], _ heldOut: [Bool]) -> [Double] {
      [LabelPrediction(cloud, labels: labels, heldOut: heldOut).balancedAccuracy]
    }
    func dealt(among rates: [Int]?, stream: StreamName) throws -> [[Double]] {
      let strata = LabelStrata(functional, rates: rates)
      return try sharing.draws("predicting lobes from points", counts.fits, width: 1) { draw in
        var random = RandomStream(seed: seed, stream: stream, index: draw)
        let labels = strata.dealt(functional, &random)
        return predicted(cloud, labels, LabelPrediction.split(labels, seed: seed))
      }
    }
    entries = try Null.allCases.map { null in
      let (agreement, accuracies): (LabelAgreement, [[Double]])
      switch null {
      case .permutedLabels, .equalRates:
        let like = null == .equalRates ? rates : nil
        agreement = try LabelAgreement(
          functional, geometric, rates: like, drawCount: counts.permutations, seed: seed, sharing: sharing)
        accuracies = try dealt(among: like, stream: like == nil ? .labels : .rates)
      case .randomDirections:
        func value(_ labels: [Int32]) -> [Double] {
          let table = ContingencyTable(functional, labels)
          return [table.adjustedMutualInformation, table.adjustedRandIndex]
        }
        agreement = LabelAgreement(value(geometric), draws: controls.map(value))
        accuracies = try sharing.draws("predicting lobes from random directions", counts.clusterings, width: 1) {
          draw in
          predicted(directions.draw(draw, seed: seed), functional, heldOut)
        }
      }
      return Entry(
        null: null, agreement: agreement,
        accuracy: NullComparison(prediction.balancedAccuracy, draws: accuracies.map { $0[0] }))
    }
    self.prediction = prediction
  }
}
