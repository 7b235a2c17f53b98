import Foundation

/// How much more some texts use each word than others do.
public enum DistinctiveWords {
  /// z values of the log odds ratio with an informative prior, the words' frequencies in all texts with the weight of
  /// `prior` words (Monroe, Colaresi and Quinn 2008, Polit. Anal. 16, 372–403, equations 16, 20 and 22).
  ///
  /// `own` and `others` count each word; words that neither has get 0.
  public static func scores(own: [Int], others: [Int], prior: Double = 500) -> [Double] {
    precondition(own.count == others.count, "counts of the same words")
    let (ownTotal, otherTotal) = (Double(own.reduce(0, +)), Double(others.reduce(0, +)))
    let scale = prior / (ownTotal + otherTotal)
    return zip(own, others).map { own, others in
      guard own + others > 0 else { return 0 }
      let weight = scale * Double(own + others)
      let (count, otherCount) = (Double(own) + weight, Double(others) + weight)
      let ratio =
        log(count / (ownTotal + prior - count)) - log(otherCount / (otherTotal + prior - otherCount))
      // A single word has no ratio.
      return ratio.isFinite ? ratio / (1 / count + 1 / otherCount).squareRoot() : 0
    }
  }
}
