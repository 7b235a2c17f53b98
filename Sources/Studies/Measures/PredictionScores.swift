import CKernels
import Foundation
import LinearAlgebra

/// How well the tokens of a row are predicted, each given all before it.
public struct TokenPrediction: Equatable, Sendable {
  /// −ln p of the token, nats.
  public let loss: Double
  /// How many tokens have a greater logit, or an equal one and a smaller identifier; 0: it is the first choice.
  public let rank: Int

  /// The prediction of a token by a row of logits.
  init(of token: Int32, logits: MatrixView, row: Int) {
    let (scores, count) = (logits.row(row), logits.columns)
    let own = scores[Int(token)]
    loss = locus_log_sum_exp(scores, count) - Double(own)
    rank =
      TokenPrediction.count(scores, 0..<Int(token), { $0 .>= own }, { $0 >= own })
      + TokenPrediction.count(scores, Int(token)..<count, { $0 .> own }, { $0 > own })
  }

  /// How many numbers of a range pass a test, eight at a time: in order at random, a branch for each takes longer than
  /// their exponentials.
  private static func count(
    _ numbers: UnsafePointer<Float>, _ range: Range<Int>,
    _ eight: (SIMD8<Float>) -> SIMDMask<SIMD8<Int32>>, _ one: (Float) -> Bool
  ) -> Int {
    var (counts, rest, place) = (SIMD8<Int32>(), 0, range.lowerBound)
    while place + 8 <= range.upperBound {
      let values = UnsafeRawPointer(numbers + place).loadUnaligned(as: SIMD8<Float>.self)
      counts.replace(with: counts &+ 1, where: eight(values))
      place += 8
    }
    for place in place..<range.upperBound { rest += one(numbers[place]) ? 1 : 0 }
    return Int(counts.wrappedSum()) + rest
  }
}

/// How well texts are predicted: sums over their targets, which are joined in a fixed order.
public struct PredictionScores: Equatable, Sendable {
  /// The number of targets.
  public private(set) var count = 0
  /// The number of targets that are not among the common ones.
  public private(set) var rareCount = 0
  private var loss = 0.0
  private var first = 0
  private var firstTen = 0
  private var rareFirst = 0

  /// Scores of no target.
  public init() {}

  /// Joins the prediction of a target.
  mutating func add(_ prediction: TokenPrediction, isCommon: Bool) {
    count += 1
    loss += prediction.loss
    first += prediction.rank == 0 ? 1 : 0
    firstTen += prediction.rank < 10 ? 1 : 0
    guard !isCommon else { return }
    rareCount += 1
    rareFirst += prediction.rank == 0 ? 1 : 0
  }

  /// Joins the scores of other targets.
  public mutating func join(_ other: PredictionScores) {
    count += other.count
    rareCount += other.rareCount
    loss += other.loss
    first += other.first
    firstTen += other.firstTen
    rareFirst += other.rareFirst
  }

  /// The scores of several texts together.
  public static func joined(_ parts: [PredictionScores]) -> PredictionScores {
    parts.reduce(into: PredictionScores()) { $0.join($1) }
  }

  // MARK: Measures

  /// The mean of −ln p, nats.
  public var crossEntropy: Double { loss / Double(count) }
  /// e to the cross-entropy.
  public var perplexity: Double { exp(crossEntropy) }
  /// The share of targets that are the first choice.
  public var top1: Double { Double(first) / Double(count) }
  /// The share of targets among the first ten choices.
  public var top10: Double { Double(firstTen) / Double(count) }
  /// The share of first choices among the targets that are not common ones; 0 where all are.
  public var skip50: Double { rareCount > 0 ? Double(rareFirst) / Double(rareCount) : 0 }

  // MARK: Numbers

  static let numberCount = 6

  var numbers: [Double] {
    [Double(count), Double(rareCount), loss, Double(first), Double(firstTen), Double(rareFirst)]
  }

  init(numbers: some Collection<Double>) {
    let numbers = Array(numbers)
    precondition(numbers.count == PredictionScores.numberCount, "the numbers of scores")
    (count, rareCount, loss) = (Int(numbers[0]), Int(numbers[1]), numbers[2])
    (first, firstTen, rareFirst) = (Int(numbers[3]), Int(numbers[4]), Int(numbers[5]))
  }
}
