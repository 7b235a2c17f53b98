import Foundation

/// The ranks of a column, each less the mean of all and doubled, so that they are whole numbers, and how the sum of
/// some of them is distributed when these are drawn evenly, without putting any back.
///
/// The tail is the double saddlepoint approximation (Skovgaard 1987, J. Appl. Probab. 24, 875–887; Booth and Butler
/// 1990, Biometrika 77, 787–796): every rank is drawn or not, independently, and the sum is looked at given the number
/// of those drawn. Its relative error stays small far out and for skewed ranks.
struct RankScores: Sendable {
  /// The variance of a score that is drawn evenly.
  let variance: Double
  /// Ascending, in units of the number of ranks.
  private let levels: [Level]
  private let total: Double
  /// The smallest step from one score to the next: sums are no closer where there are two scores.
  private let gap: Double

  private struct Level {
    var score: Double
    var count: Double
  }

  /// Ranks that are nearly equal stand together in so many steps: what is lost of the variance is one part in 10⁶.
  private static let stepCount = 1024

  /// Takes the scores of all ranks, ascending, and how many have each.
  init(_ scores: [(score: Int, count: Int)]) {
    let total = scores.reduce(0) { $0 + $1.count }
    self.total = Double(total)
    variance =
      scores.reduce(0.0) { $0 + Double($1.count) * Double($1.score) * Double($1.score) } / Double(max(total, 1))
    gap = zip(scores, scores.dropFirst()).map { Double($1.score - $0.score) }.min() ?? 0
    let step = max(1, total / RankScores.stepCount)
    var levels: [Level] = []
    for (score, count) in scores {
      let level = Level(score: Double(score) / Double(total), count: Double(count))
      if let last = levels.last, Int(last.count) + count <= step {
        let both = last.count + level.count
        levels[levels.count - 1] = Level(
          score: (last.score * last.count + level.score * level.count) / both, count: both)
      } else {
        levels.append(level)
      }
    }
    self.levels = levels
  }

  /// The probability of a sum at least as far from 0 on the side of `sum`, of `count` of the scores.
  func tail(sum: Int, count: Int) -> Double {
    // What is not drawn has the opposite sum; the smaller part is the easier one.
    let drawn = Double(min(count, Int(total) - count))
    let isFlipped = (sum < 0) != (count > Int(total) - count)
    // Sums that come in steps lie half a step further in (Daniels 1987, Int. Stat. Rev. 55, 37–48).
    let distance = max(abs(Double(sum)) - gap / 2, 0) / total
    return tail(beyond: isFlipped ? -distance : distance, drawn: drawn)
  }

  /// `target` may be below 0: the tail is then the lower one.
  private func tail(beyond target: Double, drawn: Double) -> Double {
    let share = drawn / total
    let start = total * share * (1 - share)
    var (tilt, shift) = (0.0, 0.0)
    var now = cumulant(tilt, shift, share)
    for _ in 0..<RankScores.roundLimit {
      let (first, second) = (now.scoreMean - target, now.countMean - drawn)
      let determinant = now.determinant
      guard determinant > 0 else { break }
      var stepTilt = -(now.countVariance * first - now.covariance * second) / determinant
      var stepShift = -(now.scoreVariance * second - now.covariance * first) / determinant
      var decrease = first * stepTilt + second * stepShift
      guard decrease < -1e-13 else { break }
      // The function is convex: a step that is too long is halved.
      let value = now.value - tilt * target - shift * drawn
      var halvings = 0
      while halvings < 40 {
        let next = cumulant(tilt + stepTilt, shift + stepShift, share)
        if next.value - (tilt + stepTilt) * target - (shift + stepShift) * drawn <= value + 0.25 * decrease {
          now = next
          break
        }
        (stepTilt, stepShift, decrease) = (stepTilt / 2, stepShift / 2, decrease / 2)
        halvings += 1
      }
      guard halvings < 40 else { break }
      (tilt, shift) = (tilt + stepTilt, shift + stepShift)
    }
    let exponent = now.value - tilt * target - shift * drawn
    let width = abs(tilt) * (max(now.determinant, 0) / start).squareRoot()
    let root = (2 * max(-exponent, 0)).squareRoot()
    // At the very end of what can be drawn there is no saddlepoint; Chernoff's bound holds everywhere. It is given the
    // chance that independent draws are as many as these, which is Stirling's to within what Robbins (1955) allows.
    let slack = exp(1 / (12 * drawn) + 1 / (12 * (total - drawn)))
    let bound = min(1, exp(exponent) * (2 * .pi * start).squareRoot() * slack)
    guard width > 1e-6, root > 1e-6 else { return bound }
    let tail =
      TailProbability.normal(root) + exp(-root * root / 2) / (2 * Double.pi).squareRoot() * (1 / width - 1 / root)
    return tail > 0 && tail <= bound ? tail : bound
  }

  private static let roundLimit = 100

  /// The logarithm of what is expected of exp(tilt · sum + shift · number), of ranks that are drawn with the
  /// probability `share` each, and its derivatives.
  private func cumulant(_ tilt: Double, _ shift: Double, _ share: Double) -> Cumulant {
    var sum = Cumulant()
    for level in levels {
      let exponent = tilt * level.score + shift
      let value: Double
      let chance: Double
      if exponent > 0 {
        let rest = (1 - share) * exp(-exponent)
        value = exponent + log(share + rest)
        chance = share / (share + rest)
      } else {
        let grown = share * exp(exponent)
        value = log1p(share * expm1(exponent))
        chance = grown / (1 - share + grown)
      }
      let spread = level.count * chance * (1 - chance)
      sum.value += level.count * value
      sum.countMean += level.count * chance
      sum.scoreMean += level.count * chance * level.score
      sum.countVariance += spread
      sum.covariance += spread * level.score
      sum.scoreVariance += spread * level.score * level.score
    }
    return sum
  }

  private struct Cumulant {
    var value = 0.0
    var countMean = 0.0
    var scoreMean = 0.0
    var countVariance = 0.0
    var covariance = 0.0
    var scoreVariance = 0.0

    var determinant: Double { countVariance * scoreVariance - covariance * covariance }
  }
}
